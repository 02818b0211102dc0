"""Settings that a class starts from, each one click on the live component."""

from __future__ import annotations

from math import pi, radians
from typing import Any

PAIR = "A stronger verifier is not always better:"


def _fate(gen: float, prune: float, **more: Any) -> dict[str, Any]:
    """Return a whole setting, angles in degrees: what becomes of it hangs on nothing else."""
    angles = {"theta_gen": radians(gen), "theta_prune": radians(prune), "azimuth": pi / 2}
    return {**angles, "n_samples": 10_000, "dimension": 100, "separation": 2.0, **more}


PRESETS: dict[str, dict[str, Any]] = {
    "none": {
        "label": "No verifier",
        "help": "Most labels are wrong and all are kept (φ = ψ = 1, p⋆ = 1/2): collapse",
        "state": {**_fate(100, 45), "pruning": "none"},
    },
    "weak": {
        "label": "Weak",
        "help": "The same generator, and a verifier 65° from the truth: weak, yet it saves it",
        "state": _fate(100, 65),
    },
    "strong": {
        "label": "Strong",
        "help": "A verifier 20° from the truth carries a generator that is nearly always wrong",
        "state": _fate(120, 20),
    },
    "oracle": {
        "label": "Oracle",
        "help": "The truth itself selects from a hopeless generator: what both agree on leans to "
        "the generator's side, so that accuracy stays limited at any n",
        "state": _fate(140, 0),
    },
    "few": {
        "label": "Too few",
        "help": "p is far below p⋆, and yet 50 samples in 1 000 dimensions teach little",
        "state": _fate(60, 45, n_samples=50, dimension=1_000),
    },
    "adversarial": {
        "label": "Adversarial",
        "help": "A generator that is mostly right, spoilt by a verifier 120° from the truth",
        "state": _fate(70, 120),
    },
    "pair_a": {
        "label": "A: strong",
        "help": "Verifier 17° from the truth, on the generator's side (isotropic limit)",
        "group": PAIR,
        "state": {"theta_gen": 0.6, "theta_prune": 0.3, "azimuth": 0.0, "separation": 0.0},
        "explanation": (
            "A is the better classifier, yet it makes half of the generator's errors too, lets "
            "them through and p⋆ stays at 0.67. Now try B."
        ),
    },
    "pair_b": {
        "label": "B: weaker",
        "help": "Verifier 34° from the truth, on the opposite side (isotropic limit)",
        "group": PAIR,
        "state": {"theta_gen": 0.6, "theta_prune": 0.6, "azimuth": pi, "separation": 0.0},
        "explanation": (
            "B errs twice as often as A, but never where the generator errs: no wrong label "
            "survives, p⋆ = 1, and what is kept points along w⋆ itself."
        ),
    },
}
