"""The form that starts runs, the same on every experiment's page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.config_form import form_values, refused, reset_form
from pages.ui.shared.run_panel import duration
from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config
from synverify_core.runs.forecast import measured_estimate, stop_measuring
from synverify_core.runs.record import Status
from synverify_core.runs.uid import run_uid

Values = Mapping[str, Any]


@dataclass(frozen=True)
class RunForm:
    """What one page's form asks for; the rest follows from the experiment's Config.

    page : name of the page in keys and of its view; the view has `preset` and `seed`.
    experiment : registry name.
    presets : name -> one line on what it costs and gives.
    main_fields : fields shown at once.
    settings : fields that come first under "All settings".
    hidden : fields that the page's own inputs stand for.
    extra : draws those inputs, under the preset, and returns what they say.
    configs : turns the fields' values and what `extra` returned into one config a run; raises
        InputError.
    started : what the page's view takes over from the configs and uids that were started.
    labels : field -> name on screen where the general one would mislead.
    choices : field -> what its list is usually made of.
    notes : lines to read before starting these configs, e.g. how much memory they need.
    start_help : what the Start button explains.
    """

    page: str
    experiment: str
    presets: Mapping[str, str]
    main_fields: tuple[str, ...]
    settings: tuple[str, ...]
    hidden: tuple[str, ...]
    extra: Callable[[], Any]
    configs: Callable[[Values, Any], list[Config]]
    started: Callable[[Sequence[Config], Sequence[str]], Values]
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Callable[[Sequence[Config]], Sequence[str]] = lambda configs: ()
    start_help: str = "What was computed with the same settings is shown at once."

    @property
    def kind(self) -> Any:
        """The experiment's class."""
        return registry.get(self.experiment)

    def key(self, name: str) -> str:
        """Return the widget key of one of the form's inputs."""
        return f"{self.page}-{name}"


def show_form(form: RunForm, view: Values) -> None:
    """Draw the form in the sidebar; only this part of the page is redrawn while it is filled in."""
    if st.session_state.get(form.key("filled")) is None:
        fill(form, view["preset"], view["seed"])
    st.session_state[form.key("filled")] = True
    st.session_state[form.key("preset")] = view["preset"]
    with st.sidebar:
        st.fragment(_form)(form)


def fill(form: RunForm, preset: str, seed: int) -> None:
    """Set every input to a preset's values."""
    config = make_config(form.kind, preset, {"seed": seed})
    reset_form(form.kind.config_type, config, form.page, form.choices)


def _new_preset(form: RunForm) -> None:
    preset = st.session_state[form.key("preset")]
    state.change(form.page, {"preset": preset})
    fill(form, preset, st.session_state.get(form.key("seed"), 0))


def _keep_seed(form: RunForm) -> None:
    seed = st.session_state.get(form.key("seed"))
    if isinstance(seed, int) and 0 <= seed < 2**31:
        state.change(form.page, {"seed": seed})


def _form(form: RunForm) -> None:
    st.subheader("Run it yourself", anchor=False)
    preset = st.selectbox(
        "Preset",
        list(form.presets),
        key=form.key("preset"),
        help="Sets every field below; change any of them afterwards.",
        on_change=_new_preset,
        args=(form,),
    )
    st.caption(form.presets[preset])
    extra = form.extra()
    start = make_config(form.kind, preset)
    values = _inputs(form, start, form.main_fields)
    _keep_seed(form)
    below = st.container()
    with st.expander("All settings", icon=":material/tune:"):
        values |= _inputs(form, start, form.settings)
        skip = {*form.main_fields, *form.settings, *form.hidden}
        rest = [name for name in form.kind.config_type.model_fields if name not in skip]
        values |= _inputs(form, start, rest)
        device = st.segmented_control(
            "Device",
            ("auto", "cpu", "cuda"),
            default="auto",
            key=form.key("device"),
            help="auto takes a GPU where there is one; the device changes no setting of the run.",
            required=True,
            persist_state="session",
        )
    with below:
        _start(form, values, extra, device)


def _inputs(form: RunForm, start: Config, names: Sequence[str]) -> dict[str, Any]:
    return form_values(form.kind.config_type, start, names, form.page, form.labels, form.choices)


def _start(form: RunForm, values: Values, extra: Any, device: str) -> None:
    try:
        configs = form.configs(values, extra)
    except InputError as error:
        refused(error)
        st.button(
            "Start", key=form.key("start-runs"), disabled=True, width="stretch", type="primary"
        )
        return
    notes = form.notes(configs)
    if notes:
        with st.expander("What memory it needs", icon=":material/memory:"):
            st.caption("  \n".join(notes))
    known = {run.uid for run in runs_store.runs(archived=True) if run.status is Status.DONE}
    new = [config for config in configs if run_uid(form.kind, config) not in known]
    label = f"Start {len(new)} {'run' if len(new) == 1 else 'runs'}" if new else "Show results"
    # Not a callback with these configs as arguments: a value typed just before the click would
    # be missing from them.
    if st.button(
        label,
        key=form.key("start-runs"),
        type="primary",
        icon=":material/play_arrow:" if new else ":material/visibility:",
        width="stretch",
        help=form.start_help,
    ):
        start_runs(form, configs, device)
        st.rerun()
    done = len(configs) - len(new)
    ready = f"{done} of {len(configs)} computed already, shown at once." if done else ""
    estimate = estimate_text(form, new, device) if new else ""
    if estimate is None:
        st.caption(ready)
        st.fragment(_await_estimate, run_every=1.0)(form, new, device)
    else:
        st.caption(f"{ready} {estimate}".strip())


def estimate_text(form: RunForm, new: Sequence[Config], device: str) -> str | None:
    """Say how long the runs will take and how that is known; None while it is being measured."""
    store = runs_store.store()
    estimates = [measured_estimate(store, form.experiment, config, device) for config in new]
    known = [estimate for estimate in estimates if estimate is not None]
    if len(known) < len(new):
        return None
    if any(estimate.seconds is None for estimate in known):
        return f"Time: unknown, {known[0].basis}. The smoke preset takes seconds."
    total = sum(estimate.seconds or 0.0 for estimate in known)
    return f"About {duration(total)}, {known[0].basis}."


def _await_estimate(form: RunForm, new: Sequence[Config], device: str) -> None:
    if estimate_text(form, new, device) is None:
        st.caption("Measuring how fast this machine is, a few seconds ...")
    else:
        st.rerun()  # draws the whole page once more, and so ends the asking


def start_runs(form: RunForm, configs: Sequence[Config], device: str) -> None:
    """Start the runs, or find those that were computed, and draw them."""
    uids = []
    stop_measuring()
    try:
        for config in configs:
            uids.append(runs_store.launcher().start(form.experiment, config, device).uid)
    except SynverifyError as error:
        st.session_state["action-error"] = str(error)
    runs_store.changed()
    if uids:
        state.change(form.page, form.started(configs, uids))
