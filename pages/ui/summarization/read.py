"""Read a pool: what the generator wrote, what a human wrote, and which verifier keeps what.

All of it is one fragment, so that nothing else of the page is drawn again when the rate moves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.shared import assistant, state
from pages.ui.shared.outside import plain
from pages.ui.summarization.address import PAGE, PAPER_RATES, change
from pages.ui.summarization.read_article import show_article
from pages.ui.summarization.read_table import SEEING, Listed, listed, show_table
from pages.ui.summarization.read_worth import show_worth
from pages.ui.summarization.stored import choose_pool, pools, ranking_of
from synverify_core.errors import SynverifyError
from synverify_core.experiments.summarization.ranking import NAMES, Ranking
from synverify_core.experiments.summarization.stored import Pool
from synverify_core.runs.record import Run
from synverify_core.stats.names import display_name, full_name, percent
from synverify_core.verifiers.registry import parse

RATES = tuple(sorted({*(percent_ / 100 for percent_ in range(1, 101)), *PAPER_RATES}))
NO_POOL = (
    "There are no summaries to read yet. Any run of this experiment leaves its generator's "
    "summaries here: start the preset *smoke* (about a minute; they are poor) or *quick* on this "
    "page, or on the command line:"
)


def show(runs: Sequence[Run], large: bool) -> None:
    """Draw the reader; the runs do not matter to it, `large` is presentation size."""
    found, problems = pools()
    if assistant.can_begin("summarization.compare", "A pool", problems, found, NO_POOL):
        _reader(large)


@st.fragment
def _reader(large: bool) -> None:
    which, how_many = st.columns([0.5, 0.5], gap="medium", vertical_alignment="bottom")
    with which:
        pool = choose_pool()
    with how_many:
        rate = _rate(large)
    try:
        ranking = ranking_of(pool)
        _show_pool(pool, ranking, {**state.current(PAGE), "selection_rate": rate}, large)
    except SynverifyError as error:
        st.error(plain(error), icon=":material/error:")
    state.publish(PAGE)


def _show_pool(pool: Pool, ranking: Ranking, view: Mapping[str, Any], large: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        judges = _judges(ranking, view["judges"])
    with st.spinner("Resampling the pool for the intervals"):
        show_worth(pool, ranking, judges, view["selection_rate"], large)
    found = _filters(ranking, view)
    chosen = show_table(ranking, judges, found, view, large=large)
    if chosen is not None:
        show_article(pool, ranking, judges, chosen, found, view, large=large)


def _rate(large: bool) -> float:
    """Draw the slider of the share that is kept, and a button for each of the paper's rates."""
    asked = state.current(PAGE)["selection_rate"]
    rate = min(RATES, key=lambda known: abs(known - asked))
    with st.container(horizontal=True, wrap=False, vertical_alignment="bottom", gap="small"):
        st.select_slider(
            "Share that is kept",
            RATES,
            format_func=percent,
            help="Each verifier keeps this share of the pool, its best scores first. Move it and "
            "see which summaries enter. The paper looked at 12.5, 25 and 50 %.",
            **state.bind(PAGE, "selection_rate", rate),
        )
        for known in PAPER_RATES:
            st.button(
                percent(known),
                key=f"{PAGE}:read-rate-{known}",
                type="primary" if known == rate else "secondary",
                help=f"The paper's rate of {percent(known)}",
                on_click=change,
                kwargs={"selection_rate": known},
                width=100 if large else 82,
            )
    return rate


def _judges(ranking: Ranking, asked: tuple[str, ...]) -> list[str]:
    """Let the viewer choose the verifiers that are compared; always in the same order."""
    known = list(ranking.scores)
    chosen = [name for name in known if name in asked] or known[:1]
    st.pills(
        "Verifiers",
        known,
        selection_mode="multi",
        format_func=display_name,
        help="  \n".join(f"{full_name(name)}: {parse(name).summary}" for name in known),
        **state.bind(PAGE, "judges", chosen),
    )
    missing = [name for name in asked if name in NAMES and name not in known]
    if missing:
        st.caption(
            f"{', '.join(map(display_name, missing))}: this pool was made without a supervisor."
        )
    return chosen


def _filters(ranking: Ranking, view: Mapping[str, Any]) -> Listed:
    known = list(ranking.scores)
    st.markdown("**Read**", help=SEEING)
    text, kept, dropped, sort, rising = st.columns(
        [0.28, 0.19, 0.19, 0.19, 0.15], vertical_alignment="bottom"
    )
    text.text_input(
        "Find",
        max_chars=80,
        placeholder="a word or phrase",
        help="In the generated summary, the human one, and the article's first 300 characters; "
        "capital letters do not matter",
        **state.bind(PAGE, "find"),
    )
    _choice(kept, "kept", "Kept by", known, "Only what this verifier keeps at the present rate")
    _choice(
        dropped,
        "dropped",
        "Dropped by",
        known,
        "Only what this verifier drops at the present rate. Kept by a second model and dropped by "
        "the perfect check: the supervisor's mistakes",
    )
    _choice(
        sort,
        "sort",
        "Sorted by",
        known,
        "The score that orders the list, best first; nothing chosen: in the pool's order",
        nothing="number",
    )
    rising.toggle("Worst first", help="Turns the order round", **state.bind(PAGE, "rising"))
    return listed(ranking, view, np.arange(len(ranking.pool)))


def _choice(
    column: Any, name: str, label: str, known: list[str], explained: str, nothing: str = "any"
) -> None:
    asked = state.current(PAGE)[name]
    column.selectbox(
        label,
        ["", *known],
        format_func=lambda value: display_name(value) if value else nothing,
        help=explained,
        **state.bind(PAGE, name, asked if asked in known else ""),
    )
