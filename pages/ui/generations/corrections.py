"""What slides about regression collapse often say, what holds, and the command that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from synverify_core.theory.catalogue import evaluate


class Correction(NamedTuple):
    """A statement, what holds instead, and the closed forms that show it: name -> inputs."""

    said: str
    holds: str
    checks: tuple[tuple[str, Mapping[str, Any]], ...]


_SMALL = {"d": 10, "T": 30, "sigma2": 1}

CORRECTIONS: tuple[Correction, ...] = (
    Correction(
        "σ and T are those of the first round, σ₀ and T₀ those of the later ones",
        "σ and T belong to the **last** fit, σ₀ and T₀ to the n generations before it: noise of "
        "the last fit counts once",
        (
            ("regression.replace", {**_SMALL, "sigma0_2": 4, "n": 5}),
            ("regression.replace", {**_SMALL, "sigma2": 4, "sigma0_2": 1, "n": 5}),
        ),
    ),
    Correction(
        "T ≥ d/2 samples are enough",
        "least squares has a finite error from **T = d + 2** on",
        (("regression.replace", {"d": 10, "T": 12, "sigma2": 1, "n": 0}),),
    ),
    Correction(
        "with growing samples the error is log n times that of the first fit",
        "less: even the harmonic sum 1 + 1/2 + … + 1/n overshoots, compare the two errors",
        (("regression.growing", {**_SMALL, "n": 1}), ("regression.growing", {**_SMALL, "n": 8})),
    ),
    Correction(
        "accumulated data end at π²/6 times the first fit's error",
        "only when rounds label the **same** inputs; with fresh ones they end lower",
        (
            ("regression.accumulate", {**_SMALL, "n": float("inf"), "inputs": "same"}),
            ("regression.accumulate", {**_SMALL, "n": float("inf"), "inputs": "fresh"}),
        ),
    ),
    Correction(
        "below T = d each round adds the same noise",
        "with the same inputs; with **fresh** ones the truth itself is forgotten as (T/d)ⁿ, even "
        "without any noise",
        (("regression.min_norm", {"d": 10, "T": 5, "sigma2": 0, "n": [1, 2, 4, 8]}),),
    ),
    Correction(
        "adaptive regularisation restores the scaling law",
        "with T₀ fixed the effective sample T_eff **stops**, however many samples the last fit has",
        (
            (
                "regression.adaptive",
                {"d": 10, "T": 10**6, "sigma2": 1, "T0": 111, "n": 5, "beta": 2, "r": 0.5},
            ),
        ),
    ),
)


def command(name: str, inputs: Mapping[str, Any]) -> str:
    """Return the command that evaluates a closed form at these inputs."""
    words = " ".join(f"{field}={_word(value)}" for field, value in inputs.items())
    return f"python -m synverify_core theory {name} --set {words}"


def show_corrections() -> None:
    """List the corrections, folded."""
    label = "What slides often say about this, and the check that shows what holds"
    with st.expander(label, icon=":material/rule:"):
        for one in CORRECTIONS:
            st.markdown(f"“{one.said}”: {one.holds}.")
            lines = [
                f"{command(*check)}\n# {_text(evaluate(*check).value)}" for check in one.checks
            ]
            st.code("\n".join(lines), language="bash")


def _word(value: Any) -> str:
    return ",".join(map(_word, value)) if isinstance(value, list) else str(value)


def _text(value: Any) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, list) else f"{value:.4g}"
