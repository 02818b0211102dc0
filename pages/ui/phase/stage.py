"""The live picture with its simulated points, and the line that says where they come from."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.live import live_phase
from pages.ui.phase.figures import number
from pages.ui.phase.simulation import Simulated, dial_points, live_series, seconds_between_looks
from pages.ui.phase.view import FIELDS, PAGE, live_state
from pages.ui.shared.outside import plain
from pages.ui.shared.state import change, current, rerun


def show(view: Mapping[str, Any]) -> None:
    """Mount the live picture, looking for new points only while there are some to come."""
    pending = _dots(view).pending

    @st.fragment(run_every=seconds_between_looks() if pending else None)
    def stage() -> None:
        now = current(PAGE)
        simulated = _dots(now)
        released = live_phase(
            live_state(now),
            simulated=live_series(now, simulated),
            presentation=now["presentation"],
            key="live",
            advanced=now["advanced"],
            sweep=all(now[name] == field.default for name, field in FIELDS.items()),
        )
        if released != live_state(now):
            change(PAGE, released)
        if now["advanced"]:
            _settings(current(PAGE), simulated)
        # Only a run of the whole page writes the address, and starts or stops the looks.
        if current(PAGE) != view or simulated.pending != pending:
            rerun()

    stage()


def _dots(view: Mapping[str, Any]) -> Simulated:
    """Simulate for those who look at dots only."""
    return dial_points(view) if view["advanced"] else Simulated([], 0, None)


def _settings(view: Mapping[str, Any], simulated: Simulated) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="provenance"):
        st.caption(_provenance(view, simulated), width="stretch")
        with st.popover("Dots", icon=":material/tune:", help="λ and the seed of the dots"):
            number("penalty")
            number("seed")


def _provenance(view: Mapping[str, Any], simulated: Simulated) -> str:
    if simulated.refusal:
        return f"No dots: {plain(simulated.refusal)}."
    return (
        f"**Dots: {len(simulated.points)} of {simulated.total} models, simulated here, now** "
        f"(seed {view['seed']}). *Logistic* is equation 1 with λ = {view['penalty']:g}; *mean "
        "classifier* is its limit for large λ, which the retraining law describes. "
        "Small λ weighs the margin and leaves the law."
    )
