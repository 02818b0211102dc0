"""One article of a pool, large: its summaries, the words they share, ranks and verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.shared import assistant, rows, state
from pages.ui.shared.outside import plain
from pages.ui.shared.press import press
from pages.ui.summarization.address import PAGE
from pages.ui.summarization.read_table import SCORES, Listed, rank_frame
from pages.ui.summarization.stored import SECONDS_A_REQUEST, loadable, models
from pages.ui.summarization.texts import show_text
from synverify_core.errors import SynverifyError
from synverify_core.experiments.summarization.ranking import Ranking
from synverify_core.experiments.summarization.stored import Pool, judges_of
from synverify_core.stats.names import percent

SERVICE = "summarization.compare"
WAITING = "Shared words come with the models."
SEEING = (
    "Green: words that both summaries have, compared by their stems as Rouge-1 does. *enters at* "
    "is the share that a verifier must keep for this summary to be among it."
)


def show_article(
    pool: Pool,
    ranking: Ranking,
    judges: Sequence[str],
    chosen: int,
    found: Listed,
    view: Mapping[str, Any],
    *,
    large: bool,
) -> None:
    """Draw one article with both summaries, its scores and what each verifier makes of it.

    Raises
    ------
    StoreError
        If the article cannot be read any more.
    """
    article = ranking.pool.articles[chosen]
    with st.container(border=True, key=f"{PAGE}-article"):
        _heading(chosen, found, len(ranking.pool))
        text, verdicts = st.columns([0.5, 0.5], gap="large")
        compared = _compare(pool, ranking, chosen, article)
        with text:
            _article(article, compared["read"], large)
        with verdicts:
            _summaries(ranking, chosen, compared, large)
            _verdicts(ranking, judges, chosen, view["selection_rate"], large)


def _heading(chosen: int, found: Listed, count: int) -> None:
    """Say which article this is; step to its neighbours in the list."""
    here = np.flatnonzero(found.indices == chosen)
    place = int(here[0]) if here.size else -1
    words = f"{place + 1:,} in the list" if here.size else "not listed"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        text = f"**Article {chosen + 1:,}** of {count:,} ({words})"
        st.markdown(text, width="stretch", help=SEEING)
        for (label, icon), target in ((rows.BACK, place - 1), (rows.NEXT, place + 1)):
            inside = 0 <= target < len(found.indices)
            values = {"article": int(found.indices[target]) + 1} if inside else {}
            more = {"key": f"{PAGE}:read-{label}", "disabled": not inside}
            explained = f"{label} one article in the list above"
            press(label, icon, explained, state.change, PAGE, values, **more)


def _compare(pool: Pool, ranking: Ranking, chosen: int, article: str) -> dict[str, Any]:
    """Ask which words are shared, and how far the generator read; nothing until that is known."""
    settings = pool.origin.settings
    reader = judges_of(pool, models().found).generator
    request = {
        "summary": ranking.pool.summaries[chosen],
        "reference": ranking.pool.references[chosen],
        "article": article,
        "reader": loadable(reader) if reader and "max_new_tokens" in settings else None,
        "block_size": settings.get("block_size", 0),
        "max_new_tokens": settings.get("max_new_tokens", 0),
    }
    answer = None
    try:
        answer = assistant.ask(SERVICE, request, WAITING, timeout=SECONDS_A_REQUEST)
    except SynverifyError as error:
        st.caption(f"Shared words are not marked: {plain(error)}")
    return answer or {"summary": (), "reference": (), "read": None}


def _article(article: str, read: int | None, large: bool) -> None:
    cut = article[read:] if read is not None else ""
    label = "The article" + (", as far as the generator read it" if cut.strip() else "")
    with st.expander(label, icon=":material/article:", expanded=large):
        show_text(article[:read] if cut.strip() else article, tallest=560 if large else 440)
    if cut.strip():
        with st.expander(f"What was cut off for the model: {len(cut.split()):,} words"):
            show_text(cut, tallest=300)


def _summaries(ranking: Ranking, chosen: int, compared: Mapping[str, Any], large: bool) -> None:
    size = 1.3 if large else 1.1
    scores = ranking.pool.scores
    written = ", ".join(
        f"{label} {scores[field][chosen]:.3g}"
        for field, (label, _) in SCORES.items()
        if field in scores
    )
    st.caption("Generated summary", help=f"By the generator, by greedy decoding: {written}")
    show_text(ranking.pool.summaries[chosen], compared["summary"], size=size)
    st.caption("Human summary", help="What stands in the corpus beside this article")
    show_text(ranking.pool.references[chosen], compared["reference"], size=size)


def _verdicts(
    ranking: Ranking, judges: Sequence[str], chosen: int, rate: float, large: bool
) -> None:
    st.dataframe(
        rank_frame(ranking, judges, chosen, rate),
        key=f"{PAGE}:verdicts",
        hide_index=True,
        row_height=44 if large else None,
        column_config={
            "rank": st.column_config.TextColumn(
                f"rank of {len(ranking.pool):,}", help="1 is the verifier's favourite"
            ),
            "enters at": st.column_config.NumberColumn(
                "enters at",
                format="percent",
                help="Share that the verifier must keep for this summary to be among it",
            ),
            "now": st.column_config.TextColumn(f"at {percent(rate)}", help="At the present rate"),
        },
        alt="Rank of this summary for each verifier, and whether it is kept.",
    )
