"""The live phase-transition component: everything moves in the browser, Python hears releases."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.live.mounting import moved
from pages.ui.live.presets import PRESETS

__all__ = ["DEFAULT_STATE", "PRESETS", "SCRIPTS", "live_phase"]

_HERE = Path(__file__).parent
# One JavaScript module, concatenated in the order of use: formulas, numbers, drawings, wiring.
SCRIPTS = (
    *("theory.js", "model.js"),
    *("dial.js", "plot.js", "crossing.js", "chart.js", "canvas.js"),
    *("controls.js", "stage.js", "compare.js", "show.js", "words.js", "main.js"),
)

STYLES = ("live.css", "drawings.css", "screens.css")


DEFAULT_STATE: dict[str, Any] = {
    "theta_gen": pi / 3,
    "theta_prune": pi / 4,
    "azimuth": pi / 2,
    "n_samples": 10_000,
    "dimension": 100,
    "separation": 1.0,
    "pruning": "supervised",
    "stage": "retrain",
    "preset": "",
    "seed": 0,
}
"""What the live component shows; angles in radians, pruning "supervised" or "none"."""


def _read(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "synverify_live_phase", html=_read("live.html"), css=_read(*STYLES), js=_read(*SCRIPTS)
)


def live_phase(
    state: Mapping[str, Any],
    *,
    simulated: list[dict[str, Any]] | None,
    presentation: bool,
    key: str,
    advanced: bool = True,
    sweep: bool = False,
) -> dict[str, Any]:
    """Mount the component at `state` and return the state that the user released last.

    Pass back what the last call returned, or anything else to move the picture: a state that
    differs from the last one known gets a new revision, and only a new revision overwrites
    what the user set.

    Parameters
    ----------
    state : mapping
        Fields of `DEFAULT_STATE`; missing ones are taken from there.
    simulated : list of dict or None
        Series drawn as dots: {"label": str, "state": such a state, "points": [{"p", "accuracy",
        "theta_gen"}, ...]}. A series is dimmed once the picture has left its `state`
        (theta_gen aside, along which the points run).
    presentation : bool
        Large type for a lecture hall.
    key : str
        Streamlit key, one for each place where the component is mounted.
    advanced : bool
        Bands, azimuth, dots and all readouts; without it what a first look needs.
    sweep : bool
        Turn the generator through the fall and back once, at a browser's first visit.

    Returns
    -------
    dict
        The released state, with exactly the fields of `DEFAULT_STATE`.
    """
    data = {
        "simulated": simulated or [],
        "presentation": presentation,
        "advanced": advanced,
        "sweep": sweep,
        "presets": PRESETS,
    }
    return moved(_mount, state, DEFAULT_STATE, data, key)
