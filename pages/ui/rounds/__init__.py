"""Live rounds on the mixture: the model walks one frame a round, in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import live
from pages.ui.live.mounting import moved
from pages.ui.rounds.presets import PRESETS

_HERE = Path(__file__).parent
# One JavaScript module: what the live picture of one round has, and then what is of the rounds.
SHARED = (
    *("theory.js", "model.js", "dial.js", "plot.js", "chart.js"),
    *("canvas.js", "controls.js", "stage.js", "words.js"),
)
SCRIPTS = ("law.js", "model.js", "globe.js", "trail.js", "map.js", "main.js")

LIMITS = {
    "n_samples": (50, 1_000_000),
    "dimension": (10, 1_000),
    "separation": (0.2, 4.0),
    "real": (0.0, 1.0),
    "n_rounds": (5, 200),
    "round": (0, 200),
}
CHOICES = {
    "pruning": ("supervised", "none"),
    "policy": ("replace", "accumulate", "mix"),
    "ridge": ("strong", "weak"),
    "preset": ("", *PRESETS),
}
DEFAULT_STATE: dict[str, Any] = {**PRESETS["saved"]["state"], "round": 0, "preset": "saved"}
"""What the live rounds show first; angles in radians, `n_samples` labelled in each round."""


def _read(folder: Path, *names: str) -> str:
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


_LIVE = Path(live.__file__).parent
_mount = st.components.v2.component(
    "synverify_live_rounds",
    html=_read(_HERE, "rounds.html"),
    css=_read(_LIVE, *live.STYLES) + _read(_HERE, "rounds.css"),
    js=_read(_LIVE, *SHARED) + "\n" + _read(_HERE, *SCRIPTS),
)


def live_rounds(
    state: Mapping[str, Any], *, simulated: Mapping[str, Any] | None, presentation: bool, key: str
) -> dict[str, Any]:
    """Mount the rounds at `state` and return the state that the user released last.

    Parameters
    ----------
    state : mapping
        Fields of `DEFAULT_STATE`; missing ones are taken from there.
    simulated : mapping or None
        {"label": str, "state": such a state, "points": [{"round", "accuracy", "low", "high", "c",
        "b"}, ...]}: means over seeds with their ends, dimmed once the picture has left `state`.
    presentation : bool
        Large type for a lecture hall.
    key : str
        Streamlit key, one for each place where the component is mounted.
    """
    data = {"simulated": simulated, "presentation": presentation, "presets": PRESETS}
    return moved(_mount, state, DEFAULT_STATE, data, key)
