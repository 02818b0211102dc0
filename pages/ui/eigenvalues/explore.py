"""Try a generator by hand: one matrix, its spectrum, every beam, every token.

The model answers in a process of its own; this one draws. All of it is one fragment, so that
nothing else of the page is drawn again when an entry changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.eigenvalues.address import FIELDS, MOST_BEAMS, PAGE, matrix_of
from pages.ui.eigenvalues.explore_beams import (
    SEEING,
    show_beams,
    show_export,
    show_steps,
    show_table,
)
from pages.ui.eigenvalues.explore_matrix import edit
from pages.ui.shared import assistant, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import choose
from pages.ui.shared.export import ASIDE, say
from pages.ui.shared.outside import code, plain
from synverify_core.experiments.catalogue import Listing, Stored
from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.shape import Shape
from synverify_core.experiments.eigenvalues.stored import list_models, name_of
from synverify_core.runs.record import Run
from synverify_core.stats.names import percent
from synverify_core.verifiers.registry import checks

SERVICE = "eigenvalues.inspect"
FEWEST_FOR_SELF = 4
LOADING = (
    "The model is being loaded in a process of its own; that takes some seconds, once. The answer "
    "appears here."
)
NO_MODEL = (
    "There is no trained generator yet. Any run of this experiment trains one and leaves it here: "
    "start the preset *smoke* (seconds; its answers are poor) or *quick* (minutes) on this page, "
    "or on the command line:"
)
TOKENS_HELP = "What the decoder weighed at each token of a beam"
TABLE_HELP = "Every beam with its values, its probability and who keeps it; a row chooses its beam"
WIDEST_BESIDE = 5
"""Larger matrices get the whole width of the page."""


def show(runs: Sequence[Run], large: bool) -> None:
    """Draw the explorer; the runs do not matter to it, `large` is presentation size."""
    listing = models()
    if assistant.can_begin(SERVICE, "A model", listing.problems, listing.found, NO_MODEL):
        _explorer(listing, large)


@st.cache_resource(ttl=2.0, show_spinner=False)
def models() -> Listing[Shape]:
    """Return the models to choose from; all sessions share one look at the disk."""
    store = runs_store.store()
    return list_models(store.artifacts, store.reference_root / "artifacts")


@st.fragment
def _explorer(listing: Listing[Shape], large: bool) -> None:
    model = _generator(listing)
    view = state.current(PAGE)
    matrix, problem = matrix_of(view, model.facts.dimension)
    if problem:
        st.warning(problem, icon=":material/link_off:")
    if len(matrix) <= WIDEST_BESIDE:
        asked, answered = st.columns([0.3, 0.7], gap="medium")
    else:
        asked, answered = st.container(), st.container()
    with asked:
        edit(matrix)
        _search()
    request = {
        "path": str(model.path),
        "modified": model.modified,
        "matrix": matrix.tolist(),
        "beams": view["beams"],
        "tolerance": view["tau"],
        "verifiers": verifiers(view["tau"], view["beams"]),
    }
    with answered:
        answer = assistant.ask_or_say(SERVICE, request, LOADING)
        if answer is not None:
            chosen = min(view["beam"], len(answer["beams"]))
            show_beams(answer, chosen=chosen, tau=view["tau"], large=large)
    if answer is not None:
        with asked:
            _truth(answer)
        _more(answer, request, model, view, large)
    state.publish(PAGE)


def _generator(listing: Listing[Shape]) -> Stored[Shape]:
    known = {model.key: model for model in listing.found}
    with st.container(key=f"{ASIDE}-hand-generator"):
        chosen = choose(
            PAGE,
            "model",
            "Generator",
            {key: name_of(model) for key, model in known.items()},
            along={"beam": 1, "step": 1},
            explained="Models trained by runs here, and those shipped with the project. Its name "
            "says: size of the matrices, encoding, examples it was trained on, seed.",
            width=440,
        )
    return known[chosen]


def _search() -> None:
    """Draw how wide the search is, and what counts as right."""
    width, tolerance = st.columns(2, gap="small")
    width.slider(
        "Beams",
        1,
        MOST_BEAMS,
        help="Width of the beam search: how many answers are kept (Table 1: 5 to 50); 1 is "
        "greedy decoding",
        **state.bind(PAGE, "beams"),
    )
    tolerance.slider(
        "Tolerance τ",
        FIELDS["tau"].low,
        FIELDS["tau"].high,
        step=0.001,
        format="percent",
        help="An answer is right if its relative L1 error is below τ; the checks use the same τ",
        **state.bind(PAGE, "tau"),
    )


def verifiers(tau: float, beams: int) -> list[str]:
    """Return the verifiers that can judge the beams of one matrix, at the tolerance tau."""
    free = checks(EigenvaluesConfig.batch_fields, tau)
    return ["oracle", *free, *(["self"] if beams >= FEWEST_FOR_SELF else [])]


def _truth(answer: Mapping[str, Any]) -> None:
    """Write the truth beside the likeliest answer, and what the model reads."""
    best = answer["beams"][0]
    st.markdown(
        f"True spectrum **{listed(answer['eigenvalues'])}**  \n"
        f"Likeliest answer **{listed(best['eigenvalues'])}**, off by {percent(best['error'])}"
    )
    with st.container(key=f"{ASIDE}-hand-read"):
        st.caption(f"What the model reads: {code(' '.join(answer['source']), 2_000)}")


def _more(
    answer: Mapping[str, Any],
    request: Mapping[str, Any],
    model: Stored[Shape],
    view: Mapping[str, Any],
    large: bool,
) -> None:
    """Say what is seen; tokens, table and ways out come when they are asked for."""
    chosen = min(view["beam"], len(answer["beams"]))
    with st.container(key=f"{ASIDE}-hand-seeing"):
        say(SEEING)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{ASIDE}-hand-more"):
        st.toggle("Token by token", help=TOKENS_HELP, **state.bind(PAGE, "tokens"))
        st.toggle("Table of beams", help=TABLE_HELP, **state.bind(PAGE, "table"))
        show_export(answer, request)
        st.caption(f"Answered now by {plain(name_of(model))}", help=provenance(model))
    if view["tokens"]:
        step = min(view["step"], len(answer["beams"][0]["words"]))
        show_steps(answer, chosen=chosen, step=step, large=large)
    if view["table"]:
        show_table(answer, chosen=chosen, large=large)


def listed(values: list[float]) -> str:
    """Write numbers with commas between."""
    return ", ".join(f"{value:g}" for value in values)


def provenance(model: Stored[Shape]) -> str:
    """Say which model answers and how it was trained, as far as that is written down."""
    shape, settings = model.facts, model.origin.settings
    text = (
        f"Answered now by the generator {plain(name_of(model))}: {shape.encoder_layers} + "
        f"{shape.decoder_layers} layers, {shape.d_model} dimensions, {shape.heads} heads"
    )
    if {"generator_steps", "batch_size", "entries"} <= settings.keys():
        steps, size = settings["generator_steps"], settings["batch_size"]
        text += plain(f"; {steps} steps of {size} examples, {settings['entries']} entries")
    return f"{text}. Model folder {code(model.key, 200)}."
