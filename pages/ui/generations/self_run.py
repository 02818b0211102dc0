"""Start a run of arithmetic self-improvement: preset, task, seed, and damaged labels."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.generations.address import PAGE
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.config_form import refused
from pages.ui.shared.numbers import duration
from pages.ui.shared.outside import plain
from pages.ui.shared.run_panel import attempt
from pages.ui.shared.run_start import GPU_PRESET, NO_GPU
from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.arithmetic.presets import OFFICIAL_TASKS
from synverify_core.experiments.arithmetic.tasks import TASKS
from synverify_core.experiments.base import Config, make_config
from synverify_core.runs import provenance
from synverify_core.runs.estimate import estimate, in_words

EXPERIMENT = "arithmetic"
PRESETS = {
    "class": "two filters, five rounds",
    "quick": "four filters, eight rounds: about eight minutes on one core",
    "gpu": "the official model, 20 rounds: for a data-centre GPU",
    "smoke": "seconds; learns next to nothing",
}
FIELDS: dict[str, state.Field] = {
    "learner_preset": state.Choice("quick", tuple(PRESETS)),
    "learner_task": state.Choice("reverse", tuple(TASKS)),
    "learner_seed": state.Number(0, 0, 2**31 - 1, whole=True),
    "learner_damage": state.Number(0.0, 0.0, 0.95),
    "learner_damaged": state.Number(1, 1, 20, whole=True),
}


@st.fragment
def show() -> None:
    """Draw the inputs, what they cost, and Start."""
    preset, task, seed = st.columns([0.4, 0.4, 0.2])
    preset.selectbox(
        "Preset", list(PRESETS), help="How large", **state.bind(PAGE, "learner_preset")
    )
    task.selectbox(
        "Task",
        list(TASKS),
        format_func=lambda name: TASKS[name].title,
        help="What is asked, in the format of Lee et al. 2025",
        **state.bind(PAGE, "learner_task"),
    )
    seed.number_input("Seed", 0, 2**31 - 1, help="Of the run", **state.bind(PAGE, "learner_seed"))
    share, when = st.columns([0.7, 0.3])
    share.slider(
        "Damaged labels",
        0.0,
        0.95,
        step=0.05,
        format="percent",
        help="Share of the answers of one round whose digits are drawn anew before the filter sees "
        "them: does the chain recover?",
        **state.bind(PAGE, "learner_damage"),
    )
    when.number_input(
        "At how many digits beyond the original ones", 1, 20, help="1 is the first round's length",
        **state.bind(PAGE, "learner_damaged"),
    )  # fmt: skip
    try:
        now = state.current(PAGE)
        config = made(now)
    except InputError as error:
        refused(error)
        return
    store, runs = runs_store.store(), runs_store.runs(archived=True)
    found = estimate(store, EXPERIMENT, config, "auto", runs=runs)
    st.caption(f"{PRESETS[now['learner_preset']]}. {plain(in_words([found], duration))}")
    if st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="self-start",
        disabled=not _sure(now["learner_preset"]),
    ):
        attempt(lambda: runs_store.launcher().start(EXPERIMENT, config, "auto"))
        state.rerun()
    state.publish(PAGE)


def _sure(preset: str) -> bool:
    """Ask before a GPU's work is started on a processor."""
    if preset != GPU_PRESET or provenance.gpu_here():
        return True
    st.warning(NO_GPU, icon=":material/memory_alt:")
    return st.checkbox("Start it here all the same", key="self-sure")


def made(view: Mapping[str, Any]) -> Config:
    """Return the config that the inputs describe.

    Raises
    ------
    InputError
        For a combination that cannot be run.
    """
    values = {"task": view["learner_task"], "seed": view["learner_seed"]}
    if view["learner_preset"] == "gpu":
        values |= {**OFFICIAL_TASKS[view["learner_task"]]}
    kind = registry.get(EXPERIMENT)
    if view["learner_damage"]:
        base = make_config(kind, view["learner_preset"], values).model_dump()["base_difficulty"]
        values |= {"damage": view["learner_damage"], "damage_at": base + view["learner_damaged"]}
    return make_config(kind, view["learner_preset"], values)
