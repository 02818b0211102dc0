"""The end of a form that starts runs: how long they will take, what speaks against it, Start."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.config_form import refused
from pages.ui.shared.form_spec import RunForm
from pages.ui.shared.numbers import DAY, duration
from pages.ui.shared.outside import plain
from pages.ui.shared.run_panel import attempt
from synverify_core.errors import InputError
from synverify_core.experiments.base import Config
from synverify_core.runs import provenance
from synverify_core.runs.estimate import estimate, in_words, nominal_seconds
from synverify_core.runs.record import Status
from synverify_core.runs.uid import run_names

Started = Callable[[Sequence[Config], Sequence[str]], Mapping[str, Any]]
GPU_PRESET = "gpu"
NO_GPU = (
    "There is no GPU on this machine. What is set here is a GPU's work: on this processor it can "
    "take days."
)


class Standing(NamedTuple):
    """How the runs that a form describes stand."""

    done: int
    active: int
    new: list[Config]


def show_start(
    form: RunForm,
    values: Mapping[str, Any],
    extra: Any,
    device: str,
    started: Started,
    notice: DeltaGenerator,
) -> None:
    """Draw what is known about these runs before they start, and the button that starts them.

    `notice` is the place for what has to be read and confirmed first.
    """
    key = form.key("start-runs")
    try:
        configs = form.configs(form.experiment, values, extra)
        if device == "cuda" and not provenance.gpu_here():
            raise InputError("device = cuda is refused: there is no GPU here; use auto or cpu")
    except InputError as error:
        refused(error)
        st.button("Start", key=key, disabled=True, width="stretch", type="primary")
        return
    notes = form.notes(configs)
    if notes:
        with st.expander("What memory it needs", icon=":material/memory:"):
            st.caption(plain("\n".join(notes)))
    standing = how_they_stand(form, configs)
    with notice:
        ready = not standing.new or _confirmed(form, standing.new, device)
    label, icon = _label(standing)
    # Not a callback with these configs as arguments: a value typed just before the click would
    # be missing from them.
    if st.button(
        label,
        key=key,
        type="primary",
        icon=f":material/{icon}:",
        width="stretch",
        disabled=not ready or bool(standing.active and not standing.new),
        help=f"One run for each {form.one_run_for}. What was computed with the same settings is "
        "shown at once.",
    ):
        start_runs(form, configs, device, started)
        state.rerun()
    st.caption(_known(form, configs, standing, device))


def how_they_stand(form: RunForm, configs: Sequence[Config]) -> Standing:
    """Tell which of the runs are done and under way, and which there are to start."""
    known = {run.uid: run.status for run in runs_store.runs(archived=True)}
    done, active, new = 0, 0, []
    for config in configs:
        found = {known[uid] for uid in run_names(form.kind, config) if uid in known}
        if Status.DONE in found:
            done += 1
        elif any(status.active for status in found):
            active += 1
        else:
            new.append(config)
    return Standing(done, active, new)


def _label(standing: Standing) -> tuple[str, str]:
    if standing.new:
        count = len(standing.new)
        return f"Start {count} {'run' if count == 1 else 'runs'}", "play_arrow"
    return ("Under way", "hourglass_top") if standing.active else ("Show results", "visibility")


def _confirmed(form: RunForm, new: Sequence[Config], device: str) -> bool:
    """Say at once that work for a GPU is asked of a processor; it starts if that is wanted."""
    preset = st.session_state[form.key("preset")]
    days = sum(nominal_seconds(form.kind, config) for config in _alike(new)) > DAY
    if not (preset == GPU_PRESET or days) or (device != "cpu" and provenance.gpu_here()):
        return True
    st.warning(NO_GPU, icon=":material/memory_alt:")
    return st.checkbox(
        "Start it here all the same",
        key=form.key("sure"),
        persist_state="session",
        help="It can be cancelled at any time and resumed later.",
    )


def _known(form: RunForm, configs: Sequence[Config], standing: Standing, device: str) -> str:
    done, active, new = standing
    parts = [f"{done} of {len(configs)} computed already, shown at once."] if done else []
    parts += [f"{active} of {len(configs)} under way: see the panel of the run."] * bool(active)
    return " ".join([*parts, *([estimate_text(form, new, device)] if new else [])])


def estimate_text(form: RunForm, new: Sequence[Config], device: str) -> str:
    """Say how long the runs will take, and how that is known; nothing is measured for it."""
    store, runs = runs_store.store(), runs_store.runs(archived=True)
    alike = _alike(new)  # another seed takes the same time
    known = {
        one: estimate(store, form.experiment, one, device, runs=runs)
        for one in dict.fromkeys(alike)
    }
    found = [known[one] for one in alike]
    text = plain(in_words(found, duration))
    hint = " The smoke preset takes seconds." if any(one.seconds is None for one in found) else ""
    return f"{text[0].upper()}{text[1:]}.{hint}"


def _alike(configs: Sequence[Config]) -> list[Config]:
    return [config.model_copy(update={"seed": 0}) for config in configs]


def start_runs(form: RunForm, configs: Sequence[Config], device: str, started: Started) -> None:
    """Start the runs, or find those that were computed, and draw them."""
    uids: list[str] = []

    def work() -> None:
        for config in configs:
            uids.append(runs_store.launcher().start(form.experiment, config, device).uid)

    attempt(work)
    if uids:
        state.change(form.page, started(configs, uids))
