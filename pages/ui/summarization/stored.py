"""Pools and models that runs have left on disk, as the page's sections share them."""

from typing import Any

import streamlit as st

from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import choose
from pages.ui.shared.export import ASIDE
from pages.ui.summarization.address import PAGE
from synverify_core.experiments.catalogue import Listing
from synverify_core.experiments.summarization.ranking import Ranking, rank
from synverify_core.experiments.summarization.reading import read_pool
from synverify_core.experiments.summarization.stored import (
    Model,
    Pool,
    list_models,
    list_pools,
    name_of_pool,
)

SECONDS_A_REQUEST = 240.0
"""Several models are loaded, perhaps beside a training that takes all cores."""


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


def choose_pool() -> Pool:
    """Let the viewer choose one of the pools, of which there is one at least."""
    known = {pool.key: pool for pool in pools().found}
    with st.container(key=f"{ASIDE}-pool"):
        chosen = choose(
            PAGE,
            "pool",
            "Pool of summaries",
            {key: name_of_pool(pool) for key, pool in known.items()},
            along={"article": 0},
            explained="Every run leaves its generator's summaries of all articles of the training "
            "side here; shipped ones come first. Its name says corpus, model, seed and number of "
            "articles.",
        )
    return known[chosen]


def loadable(model: Model) -> dict[str, Any]:
    """Return what an assistant needs to load a model."""
    return {
        "key": model.key,
        "path": str(model.path),
        "modified": model.modified,
        "dtype": model.origin.settings.get("dtype", "float32"),
    }
