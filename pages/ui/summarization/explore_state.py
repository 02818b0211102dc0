"""Everything that a link to the summaries says: a pool, what is listed of it, a text by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.fields import Names, Word
from synverify_core.experiments.catalogue import Listing
from synverify_core.experiments.summarization.ranking import NAMES, Ranking, rank
from synverify_core.experiments.summarization.reading import read_pool
from synverify_core.experiments.summarization.stored import (
    Model,
    Pool,
    list_models,
    list_pools,
    name_of_pool,
)

PAGE = "summarization"
PAPER_RATES = (0.125, 0.25, 0.5)
LONGEST_LINK = 1_500
"""Characters of a text that an address still carries."""
MOST_ARTICLES = 10_000_000
SECONDS_A_REQUEST = 240.0
"""Several models are loaded, perhaps beside a training that takes all cores."""


@dataclass(frozen=True)
class Passage:
    """A text that somebody typed; a long one stays in the session and out of the address."""

    default: str = ""

    def parse(self, text: str) -> str:
        """Take a text without control characters, line breaks and tabs excepted."""
        if len(text) > LONGEST_LINK:
            raise state.Refused(f"it must be a text of at most {LONGEST_LINK:,} characters")
        if not all(sign.isprintable() or sign in "\n\t" for sign in text):
            raise state.Refused("it must be a text without control characters")
        return text

    def show(self, value: str) -> str:
        """Write the text, or nothing if it is too long for an address."""
        return value if self.fits(value) else ""

    def fits(self, value: str) -> bool:
        """Tell whether a link can carry the text."""
        try:
            self.parse(value)
        except state.Refused:
            return False
        return True


FIELDS: dict[str, state.Field] = {
    "pool": Word(),
    "selection_rate": state.Number(0.25, 0.01, 1.0),
    "judges": Names(("oracle", "weak", "self", "random")),
    "find": Word(),
    "kept": state.Choice("", ("", *NAMES)),
    "dropped": state.Choice("", ("", *NAMES)),
    "sort": state.Choice("weak", ("", *NAMES)),
    "rising": state.Flag(),
    "article": state.Number(0, 0, MOST_ARTICLES, whole=True),
    "text": Passage(),
    "human": Passage(),
    "writers": Names(),
    "writer": Word(),
}
"""Parameters of the page's address: pool (folder name), selection_rate, judges (verifiers that are
compared), find, kept, dropped, sort and rising (what is listed and how), article (number in the
pool, from 1; 0: the first one listed), text and human (typed article and summary), writers (models
that summarize it), writer (whose tokens are shown)."""


def change(**values: Any) -> None:
    """Set some values of the page."""
    state.change(PAGE, values)


@st.cache_resource(ttl=2.0, show_spinner=False)
def pools() -> Listing[int]:
    """Return the pools to choose from; all sessions share one look at the disk."""
    store = runs_store.store()
    return list_pools(store.artifacts, store.reference_artifacts)


@st.cache_resource(ttl=2.0, show_spinner=False)
def models() -> Listing[int]:
    """Return the models to choose from; all sessions share one look at the disk."""
    store = runs_store.store()
    return list_models(store.artifacts, store.reference_artifacts)


@st.cache_resource(max_entries=3, show_spinner="Reading the pool's summaries")
def _ranking(path: Any, modified: int, seed: int) -> Ranking:
    return rank(read_pool(path), seed)


def ranking_of(pool: Pool) -> Ranking:
    """Return a pool's texts and scores, read once for all sessions.

    Raises
    ------
    StoreError
        If its files are damaged.
    """
    return _ranking(pool.path, pool.modified, pool.origin.seed)


def choose_pool(listing: Listing[int], view: Mapping[str, Any], key: str) -> Pool:
    """Let the viewer choose a pool; one that the address names and nobody has is said."""
    known = {pool.key: pool for pool in listing.found}
    first = listing.found[0].key
    chosen = view["pool"] or first
    if chosen not in known:
        st.warning(
            f"The pool {chosen!r} in the address is not here. Shown instead: "
            f"{name_of_pool(known[first])}.",
            icon=":material/link_off:",
        )
        chosen = first
    widget = f"{PAGE}:{key}"
    st.session_state[widget] = chosen
    st.selectbox(
        "Pool of summaries",
        list(known),
        format_func=lambda key: name_of_pool(known[key]),
        key=widget,
        on_change=_take_pool,
        args=(widget,),
        help="Every run leaves its generator's summaries of all articles of the training side "
        "here; shipped ones come first. Its name says corpus, model, seed and number of articles.",
    )
    return known[chosen]


def _take_pool(widget: str) -> None:
    if st.session_state[widget] is not None:
        change(pool=st.session_state[widget], article=0)


def plain(model: Model) -> dict[str, Any]:
    """Return what an assistant needs to load a model."""
    return {
        "key": model.key,
        "path": str(model.path),
        "modified": model.modified,
        "dtype": model.origin.settings.get("dtype", "float32"),
    }


def percent(share: float) -> str:
    """Write a share for people: `12.5 %`."""
    return f"{100 * share:.3g} %"
