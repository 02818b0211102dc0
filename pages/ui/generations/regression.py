"""Regression collapse: the error of models that learn from models, by closed forms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from pages.ui.generations.address import PAGE
from pages.ui.generations.collapse import DEFAULT_STATE, live_collapse
from pages.ui.generations.corrections import show_corrections
from pages.ui.shared.state import Choice, Field, Number, change, current, rerun
from synverify_core.experiments.regression.simulate import POLICIES, Band, Problem, simulate
from synverify_core.theory.regression.verifier import residual_cut

TITLE = "Regression collapse"
CAPTION = (
    "Linear models learn from labels that earlier models made. Choose what a round learns from, "
    "press play, drag anything."
)
PREFIX = "reg_"
MOST_SAMPLES = 400
KEY = "collapse"

_RANGES: dict[str, tuple[float, float]] = {
    "rounds": (5, 40),
    "round": (0, 40),
    "d": (4, 40),
    "T": (2, MOST_SAMPLES),
    "T_small": (1, 38),
    "T0": (6, MOST_SAMPLES),
    "sigma2": (1e-3, 10),
    "sigma0_2": (1e-3, 10),
    "real": (0.01, 1),
    "weight": (0.02, 1),
    "lam": (1e-4, 100),
    "beta": (0, 3),
    "source": (0.3, 1),
    "t": (0.3, 4),
    "anchor": (1e-4, 1),
}
FIELDS: dict[str, Field] = {
    f"{PREFIX}policy": Choice(DEFAULT_STATE["policy"], POLICIES),
    f"{PREFIX}inputs": Choice(DEFAULT_STATE["inputs"], ("fresh", "same")),
    **{
        PREFIX + name: Number(
            DEFAULT_STATE[name], *ends, whole=isinstance(DEFAULT_STATE[name], int)
        )
        for name, ends in _RANGES.items()
    },
}
"""Parameters of the address; variances relative to |w0|^2 = 1, t in standard deviations."""


def show(view: Mapping[str, Any]) -> None:
    """Draw the section."""

    @st.fragment
    def stage() -> None:
        now = current(PAGE)
        state = state_of(now)
        problem = problem_of(state)
        known: tuple[Problem, Band] | None = st.session_state.get(f"{KEY}:band")
        band = known[1] if known and known[0] == problem else None
        released = live_collapse(
            state,
            simulated=None if band is None else _drawn(state, band),
            presentation=now["presentation"],
            key=KEY,
        )
        if released != state:
            change(PAGE, {PREFIX + name: value for name, value in released.items()})
        elif band is None:  # the lines stand already; the band follows
            st.session_state[f"{KEY}:band"] = (problem, band_of(problem))
            rerun()
        # Only a run of the whole page writes the address.
        if current(PAGE) != view:
            rerun()

    stage()
    if not view["presentation"]:
        show_corrections()


def state_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the component that a view says, made to fit each other."""
    state = {name: view[PREFIX + name] for name in DEFAULT_STATE}
    least = state["d"] + 2
    state["T_small"] = min(state["T_small"], state["d"] - 2)
    state["T0"] = max(state["T0"], least)
    if state["policy"] == "verifier":
        least = math.ceil(2 * least / residual_cut(state["t"]).kept)  # some rounds keep fewer
    state["T"] = max(state["T"], 2 if state["policy"] == "ridge" else least)
    state["round"] = min(state["round"], state["rounds"])
    return state


def problem_of(state: Mapping[str, Any]) -> Problem:
    """Return what has to be simulated for a state; the round that is shown does not matter."""
    T = state["T_small"] if state["policy"] == "min_norm" else state["T"]
    return Problem(
        **{name: state[name] for name in ("policy", "rounds", "d", "T0", "sigma2", "sigma0_2")},
        **{name: state[name] for name in ("inputs", "weight", "lam", "beta", "t")},
        T=T,
        T_real=min(T, max(1, int(state["real"] * T + 0.5))),
        r=state["source"],
        verifier_error=state["anchor"],
        seed=0,
    )


@lru_cache(maxsize=64)
def band_of(problem: Problem) -> Band:
    """Simulate a problem, once for all sessions."""
    return simulate(problem)


def _drawn(state: Mapping[str, Any], band: Band) -> dict[str, Any]:
    lists = {name: getattr(band, name).tolist() for name in ("mean", "low", "high")}
    return {**lists, "state": dict(state), "repetitions": band.repetitions}
