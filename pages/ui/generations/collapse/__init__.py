"""Regression over rounds, live: every line moves in the browser, Python hears releases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.live.mounting import moved

__all__ = ["DEFAULT_STATE", "SCRIPTS", "live_collapse"]

_HERE = Path(__file__).parent
# One JavaScript module, concatenated in the order of use: formulas, words, drawings, wiring.
SCRIPTS = ("theory.js", "model.js", "words.js", "chart.js", "controls.js", "main.js")
_STYLES = ("../../live/live.css", "../../live/drawings.css", "collapse.css")

DEFAULT_STATE: dict[str, Any] = {
    "policy": "replace",
    "inputs": "fresh",
    "rounds": 20,
    "round": 20,
    "d": 20,
    "T": 100,
    "T_small": 10,
    "T0": 100,
    "sigma2": 0.5,
    "sigma0_2": 0.5,
    "real": 0.2,
    "weight": 0.5,
    "lam": 0.1,
    "beta": 1.5,
    "source": 0.5,
    "t": 1.0,
    "anchor": 0.05,
}
"""What the component shows; |w0|^2 = 1. sigma2, sigma0_2: variances; T_small: samples below d;
real: share of real rows; source: r of the power law; anchor: the verifier's error; t in
standard deviations."""


def _read(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "synverify_collapse", html=_read("collapse.html"), css=_read(*_STYLES), js=_read(*SCRIPTS)
)


def live_collapse(
    state: Mapping[str, Any], *, simulated: Mapping[str, Any] | None, presentation: bool, key: str
) -> dict[str, Any]:
    """Mount the component at `state` and return the state that the user released last.

    Parameters
    ----------
    state : mapping
        Fields of `DEFAULT_STATE`.
    simulated : mapping or None
        "state" it belongs to, "mean", "low", "high" (lists over rounds) and "repetitions"; drawn
        while the component shows that state.
    presentation : bool
        Large type for a lecture hall.
    key : str
        Streamlit key.
    """
    data = {"simulated": simulated, "presentation": presentation}
    return moved(_mount, state, DEFAULT_STATE, data, key)
