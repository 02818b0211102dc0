"""The form that starts runs, the same on every experiment's page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.config_form import field_input, reset_form
from pages.ui.shared.form_spec import RunForm, Values
from pages.ui.shared.run_start import Started, show_start
from synverify_core.experiments.base import Config, make_config


def show_form(form: RunForm, view: Values, started: Started) -> None:
    """Draw the form in the sidebar; only this part of the page is redrawn while it is filled in.

    `started` says what the page's view takes over from the configs and uids that were started.
    """
    if st.session_state.get(form.key("filled")) is None:
        fill(form, view["preset"], view["seed"])
    st.session_state[form.key("filled")] = True
    st.session_state[form.key("preset")] = view["preset"]
    with st.sidebar:
        st.fragment(_form)(form, started)


def fill(form: RunForm, preset: str, seed: int) -> None:
    """Set every input to a preset's values."""
    config = make_config(form.kind, preset, {"seed": seed})
    reset_form(form.kind.config_type, config, form.prefix, form.choices)
    st.session_state[form.key("sure")] = False


def _new_preset(form: RunForm) -> None:
    preset = st.session_state[form.key("preset")]
    state.change(form.page, {"preset": preset})
    fill(form, preset, state.current(form.page)["seed"])


def _keep_seed(form: RunForm) -> None:
    seed = st.session_state.get(form.key("seed"))
    known = state.current(form.page)["seed"]
    if isinstance(seed, int) and 0 <= seed < 2**31 and seed != known:
        state.change(form.page, {"seed": seed})


def _form(form: RunForm, started: Started) -> None:
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
    notice = st.container()
    extra = form.extra(form.experiment)
    start = make_config(form.kind, preset)
    values = _inputs(form, start, form.main_fields)
    _keep_seed(form)
    below = st.container()
    with st.expander("All settings", icon=":material/tune:"):
        values |= _inputs(form, start, form.settings)
        skip = {*form.main_fields, *form.settings, *form.hidden, *_without_effect(form)}
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
        show_start(form, values, extra, device, started, notice)


def _without_effect(form: RunForm) -> list[str]:
    """Name the fields that the Config takes only beside another choice than the present one."""
    return ["real_fraction"] if st.session_state[form.key("policy")] != "mix" else []


def _inputs(form: RunForm, start: Config, names: Sequence[str]) -> dict[str, Any]:
    kind, key, choices = form.kind.config_type, form.prefix, form.choices
    return {
        name: field_input(kind, name, getattr(start, name), key, form.labels, choices)
        for name in names
    }
