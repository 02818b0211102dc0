"""The form that starts runs of the Gaussian experiment, one run for each N0."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import state
from pages.ui import store as runs_store
from pages.ui.config_form import form_values, read_list, refused, reset_form
from pages.ui.fields import Names, Word
from pages.ui.run_panel import duration
from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config
from synverify_core.runs.estimate import estimate_seconds
from synverify_core.runs.record import Status
from synverify_core.runs.uid import run_uid

PAGE = "gaussian"
PRESETS = {
    "smoke": "seconds, to see that it works",
    "quick": "Figure 3 in minutes on two CPU cores",
    "gpu": "four times the repetitions, for a data-centre GPU",
    "paper": "the paper's own numbers, where it states them",
}
FIELDS: dict[str, state.Field] = {
    "preset": state.Choice("quick", tuple(PRESETS)),
    "seed": state.Number(0, 0, 2**31 - 1, whole=True),
    "metric": Word("relative_error"),
    "runs": Names(),
    "presentation": state.Flag(),
}
# Figure 3 has one panel for each of these.
N_ORIGINAL = (150, 500, 2000)
MAIN_FIELDS = ("n_seeds", "seed")
SETTINGS = ("verifiers", "sizes", "labels", "penalty", "tau", "dimension")


def experiment() -> Any:
    """Return the Gaussian experiment."""
    return registry.get("gaussian")


def new_preset() -> None:
    """Take a preset's values into the form and into the address."""
    preset = st.session_state["gaussian-preset"]
    state.change(PAGE, {"preset": preset})
    fill(preset, st.session_state.get("gaussian-seed", 0))


def new_seed() -> None:
    """Keep the seed in the address."""
    seed = st.session_state.get("gaussian-seed")
    if isinstance(seed, int) and 0 <= seed < 2**31:
        state.change(PAGE, {"seed": seed})


def fill(preset: str, seed: int) -> None:
    """Set every input to a preset's values."""
    reset_form(experiment().config_type, make_config(experiment(), preset, {"seed": seed}), PAGE)


def form(view: dict[str, Any]) -> None:
    """Draw the form; only this part of the page is redrawn while it is filled in."""
    marker = (view["preset"], view["seed"])
    if st.session_state.get("gaussian-filled") is None:
        fill(*marker)
    st.session_state["gaussian-filled"] = True
    st.session_state["gaussian-preset"] = view["preset"]
    with st.sidebar:
        st.fragment(_form)()


def _form() -> None:
    st.subheader("Run it yourself", anchor=False)
    preset = st.selectbox(
        "Preset",
        list(PRESETS),
        key="gaussian-preset",
        help="Sets every field below; change any of them afterwards.",
        on_change=new_preset,
    )
    st.caption(PRESETS[preset])
    n_originals = st.multiselect(
        "Original samples N₀",
        [str(n) for n in N_ORIGINAL],
        default=[str(n) for n in N_ORIGINAL],
        key="gaussian-n_originals",
        accept_new_options=True,
        persist_state="session",
        help="Samples that train the generator: one run and one panel for each. Type any other "
        "count and press Enter.",
    )
    config_type = experiment().config_type
    start = make_config(experiment(), preset)
    values = form_values(config_type, start, MAIN_FIELDS, PAGE)
    new_seed()
    below = st.container()
    with st.expander("All settings", icon=":material/tune:"):
        values |= form_values(config_type, start, SETTINGS, PAGE)
        skip = {*MAIN_FIELDS, *SETTINGS, "n_original"}
        rest = [name for name in config_type.model_fields if name not in skip]
        values |= form_values(config_type, start, rest, PAGE)
        device = st.segmented_control(
            "Device",
            ("auto", "cpu", "cuda"),
            default="auto",
            key="gaussian-device",
            help="auto takes a GPU where there is one; the device changes no setting of the run.",
            required=True,
            persist_state="session",
        )
    with below:
        _start(values, n_originals, device)


def configs_of(values: dict[str, Any], n_originals: Sequence[str]) -> list[Config]:
    """Return one config for each N0.

    Raises
    ------
    InputError
        If no N0 is chosen, or a value is refused; the message names field, value and range.
    """
    if not n_originals:
        raise InputError("n_original: choose at least one number of original samples")
    counts = read_list("\n".join(n_originals), int)
    return [make_config(experiment(), None, {**values, "n_original": n}) for n in counts]


def _start(values: dict[str, Any], n_originals: Sequence[str], device: str) -> None:
    try:
        configs = configs_of(values, n_originals)
    except InputError as error:
        refused(error)
        st.button("Start", key="gaussian-start", disabled=True, width="stretch", type="primary")
        return
    known = {run.uid for run in runs_store.runs(archived=True) if run.status is Status.DONE}
    new = [config for config in configs if run_uid(experiment(), config) not in known]
    label = f"Start {len(new)} {'run' if len(new) == 1 else 'runs'}" if new else "Show results"
    # Not a callback with these configs as arguments: a value typed just before the click would
    # be missing from them.
    if st.button(
        label,
        key="gaussian-start",
        type="primary",
        icon=":material/play_arrow:" if new else ":material/visibility:",
        width="stretch",
        help="One run for each N₀. What was computed with the same settings is shown at once.",
    ):
        start_runs(configs, device)
        st.rerun()
    st.caption(estimate_text(configs, new))


def estimate_text(configs: Sequence[Config], new: Sequence[Config]) -> str:
    """Say how long the runs will take, and from what that is known."""
    done = len(configs) - len(new)
    ready = f"{done} of {len(configs)} computed already, shown at once. " if done else ""
    if not new:
        return ready.strip()
    estimates = [estimate_seconds(runs_store.store(), experiment(), config) for config in new]
    if any(estimate.seconds is None for estimate in estimates):
        return f"{ready}Time: unknown, {estimates[0].basis}. The smoke preset takes seconds."
    total = sum(estimate.seconds or 0.0 for estimate in estimates)
    return f"{ready}About {duration(total)}, {estimates[0].basis}."


def start_runs(configs: Sequence[Config], device: str) -> None:
    """Start the runs, or find those that were computed, and draw them."""
    uids = []
    try:
        for config in configs:
            uids.append(runs_store.launcher().start("gaussian", config, device).uid)
    except SynverifyError as error:
        st.session_state["action-error"] = str(error)
    runs_store.changed()
    if uids:
        state.change(PAGE, {"runs": tuple(uids)})
