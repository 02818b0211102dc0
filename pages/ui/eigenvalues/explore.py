"""Try a generator by hand: one matrix, its spectrum, every beam, every token.

The model answers in a process of its own; this one draws. All of it is one fragment, so that
nothing else of the page is drawn again when an entry changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.eigenvalues.address import FIELDS, MOST_BEAMS, PAGE, matrix_of
from pages.ui.eigenvalues.explore_beams import show_beams, show_export, show_steps
from pages.ui.eigenvalues.explore_matrix import edit
from pages.ui.shared import assistant, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import choose
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
TRUE_HELP = "Eigenvalues of the matrix as the model reads it, in decreasing order, by a solver"
BEST_HELP = "The first beam's spectrum: what the model holds most likely as a whole"


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
    model = _controls(listing)
    view = state.current(PAGE)
    matrix, problem = matrix_of(view, model.facts.dimension)
    if problem:
        st.warning(problem, icon=":material/link_off:")
    edit(matrix, large=large)
    request = {
        "path": str(model.path),
        "modified": model.modified,
        "matrix": matrix.tolist(),
        "beams": view["beams"],
        "tolerance": view["tau"],
        "verifiers": verifiers(view["tau"], view["beams"]),
    }
    answer = assistant.ask_or_say(SERVICE, request, LOADING)
    if answer is not None:
        _show_answer(answer, request, model, view, large)
    state.publish(PAGE)


def _controls(listing: Listing[Shape]) -> Stored[Shape]:
    known = {model.key: model for model in listing.found}
    which, width, tolerance = st.columns([0.44, 0.28, 0.28], gap="medium")
    with which:
        chosen = choose(
            PAGE,
            "model",
            "Generator",
            {key: name_of(model) for key, model in known.items()},
            along={"beam": 1, "step": 1},
            explained="Models trained by runs here, and those shipped with the project. Its name "
            "says: size of the matrices, encoding, examples it was trained on, seed.",
        )
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
    return known[chosen]


def verifiers(tau: float, beams: int) -> list[str]:
    """Return the verifiers that can judge the beams of one matrix, at the tolerance tau."""
    free = checks(EigenvaluesConfig.batch_fields, tau)
    return ["oracle", *free, *(["self"] if beams >= FEWEST_FOR_SELF else [])]


def _show_answer(
    answer: Mapping[str, Any],
    request: Mapping[str, Any],
    model: Stored[Shape],
    view: Mapping[str, Any],
    large: bool,
) -> None:
    chosen = min(view["beam"], len(answer["beams"]))
    step = min(view["step"], len(answer["beams"][0]["words"]))
    _truth(answer)
    show_beams(answer, chosen=chosen, tau=view["tau"], large=large)
    show_steps(answer, chosen=chosen, step=step, large=large)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.caption(provenance(model), width="stretch")
        show_export(answer, request)


def _truth(answer: Mapping[str, Any]) -> None:
    best = answer["beams"][0]
    columns = st.columns([0.4, 0.4, 0.2], gap="medium")
    for column, label, text, explained in (
        (columns[0], "True spectrum", listed(answer["eigenvalues"]), TRUE_HELP),
        (columns[1], "Likeliest answer", listed(best["eigenvalues"]), BEST_HELP),
        (columns[2], "Its error", percent(best["error"]), "Relative L1 error of the first beam"),
    ):
        with column.container(gap=None):
            st.caption(label, help=explained)
            st.markdown(f"**{text}**")
    st.caption(f"What the model reads: {code(' '.join(answer['source']), 2_000)}")


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
