"""Read a pool: what the generator wrote, what a human wrote, and which verifier keeps what.

All of it is one fragment, so that nothing else of the page is drawn again when the rate moves.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.shared import assistant, state
from pages.ui.summarization.explore_state import (
    FIELDS,
    PAGE,
    PAPER_RATES,
    change,
    choose_pool,
    percent,
    pools,
    ranking_of,
)
from pages.ui.summarization.read_article import show_article
from pages.ui.summarization.read_table import Listed, listed, show_table
from pages.ui.summarization.read_worth import show_worth
from synverify_core.errors import SynverifyError
from synverify_core.experiments.catalogue import Listing
from synverify_core.experiments.summarization.ranking import NAMES, Ranking
from synverify_core.experiments.summarization.stored import Pool
from synverify_core.figures.theme import display_name

__all__ = ["FIELDS", "PAGE", "show"]

RATES = tuple(sorted({*(percent_ / 100 for percent_ in range(1, 101)), *PAPER_RATES}))
NO_POOL = (
    "There are no summaries to read yet. Any run of this experiment leaves its generator's "
    "summaries here: start the preset *smoke* (about a minute; they are poor) or *quick* on this "
    "page, or on the command line:"
)
COMMAND = "python -m synverify_core run summarization --preset quick"
_FULL_RUN = f"{PAGE}:read-full-run"


def show(view: Mapping[str, Any], large: bool) -> None:
    """Draw the reader; `view` holds the values of `FIELDS`, `large` is presentation size."""
    listing = pools()
    for problem in listing.problems:
        st.warning(f"A pool is left out. {problem}", icon=":material/warning:")
    if not listing.found:
        st.info(NO_POOL, icon=":material/menu_book:")
        st.code(COMMAND, language="bash")
        return
    assistant.models().warm("summarization.compare")
    st.session_state[_FULL_RUN] = True
    _reader(listing, large)


@st.fragment
def _reader(listing: Listing[int], large: bool) -> None:
    view = state.current(PAGE)
    which, how_many = st.columns([0.5, 0.5], gap="medium", vertical_alignment="bottom")
    with which:
        pool = choose_pool(listing, view, "read-pool")
    with how_many:
        rate = _rate(view["selection_rate"], large)
    try:
        ranking = ranking_of(pool)
        _show_pool(pool, ranking, {**state.current(PAGE), "selection_rate": rate}, large)
    except SynverifyError as error:
        st.error(str(error), icon=":material/error:")
    # A run of the whole page writes the whole address at its end.
    if not st.session_state.pop(_FULL_RUN, False):
        state.publish_part(PAGE, FIELDS)


def _show_pool(pool: Pool, ranking: Ranking, view: Mapping[str, Any], large: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        judges = _judges(ranking, view["judges"])
    with st.spinner("Resampling the pool for the intervals"):
        show_worth(pool, ranking, judges, view["selection_rate"], large)
    found = _filters(ranking, view)
    chosen = show_table(ranking, judges, found, view, large=large)
    if chosen is not None:
        show_article(pool, ranking, judges, chosen, found, view, large=large)


def _rate(asked: float, large: bool) -> float:
    """Draw the slider of the share that is kept, and a button for each of the paper's rates."""
    rate = min(RATES, key=lambda known: abs(known - asked))
    key = f"{PAGE}:read-rate"
    st.session_state[key] = rate
    with st.container(horizontal=True, wrap=False, vertical_alignment="bottom", gap="small"):
        st.select_slider(
            "Share that is kept",
            RATES,
            format_func=percent,
            key=key,
            on_change=_take_rate,
            args=(key,),
            help="Each verifier keeps this share of the pool, its best scores first. Move it and "
            "see which summaries enter. The paper looked at 12.5, 25 and 50 %.",
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


def _take_rate(key: str) -> None:
    change(selection_rate=float(st.session_state[key]))


def _judges(ranking: Ranking, asked: tuple[str, ...]) -> list[str]:
    """Let the viewer choose the verifiers that are compared; always in the same order."""
    known = list(ranking.scores)
    key = f"{PAGE}:read-judges"
    st.session_state[key] = [name for name in known if name in asked] or known[:1]
    st.pills(
        "Verifiers",
        known,
        selection_mode="multi",
        format_func=display_name,
        key=key,
        on_change=_take_judges,
        args=(key,),
        help="oracle: Rouge-1 against the human summary. weak: how likely the supervisor finds "
        "the summary. self: how likely its own generator finds it. random: a fixed draw of the "
        "seed. self_weak: both ranks together. lead_overlap: words that the article's beginning "
        "has. length: as many words as most have.",
    )
    missing = [name for name in asked if name in NAMES and name not in known]
    if missing:
        st.caption(f"{', '.join(missing)}: this pool was made without a supervisor.")
    return list(st.session_state[key])


def _take_judges(key: str) -> None:
    if st.session_state[key]:
        change(judges=tuple(st.session_state[key]))


def _filters(ranking: Ranking, view: Mapping[str, Any]) -> Listed:
    known = list(ranking.scores)
    st.markdown("#### Read")
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
        "Only what this verifier drops at the present rate. Kept by weak and dropped by oracle: "
        "the supervisor's mistakes",
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
    bound = state.bind(PAGE, name)
    if st.session_state[bound["key"]] not in known:
        st.session_state[bound["key"]] = ""
    column.selectbox(
        label,
        ["", *known],
        format_func=lambda value: display_name(value) if value else nothing,
        help=explained,
        **bound,
    )
