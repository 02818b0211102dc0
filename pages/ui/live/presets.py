"""Settings that a class starts from, each one click on the live component."""

from __future__ import annotations

from math import pi, radians
from typing import Any

PAIR = "A stronger verifier is not always better:"

PRESETS: dict[str, dict[str, Any]] = {
    "none": {
        "label": "No pruning",
        "help": "Keep every synthesized label: φ = ψ = 1, so p⋆ = 1/2",
        "state": {"pruning": "none"},
    },
    "oracle": {
        "label": "Oracle",
        "help": "The pruner is the truth w⋆ itself. Where the classes overlap even it errs",
        "state": {"theta_prune": 0.0, "azimuth": pi / 2},
    },
    "strong": {
        "label": "Strong",
        "help": "A pruner 20° from the truth, turned in a direction of its own (azimuth 90°)",
        "state": {"theta_prune": radians(20), "azimuth": pi / 2},
    },
    "weak": {
        "label": "Weak",
        "help": "A pruner 65° from the truth: still better than random selection",
        "state": {"theta_prune": radians(65), "azimuth": pi / 2},
    },
    "adversarial": {
        "label": "Adversarial",
        "help": "A pruner 120° from the truth: it prefers wrong labels, p⋆ < 1/2",
        "state": {"theta_prune": radians(120), "azimuth": pi / 2},
    },
    "pair_a": {
        "label": "A: strong",
        "help": "Pruner 17° from the truth, on the generator's side (isotropic limit)",
        "group": PAIR,
        "state": {"theta_gen": 0.6, "theta_prune": 0.3, "azimuth": 0.0, "separation": 0.0},
        "explanation": (
            "A is the better classifier, yet it makes half of the generator's errors too, lets "
            "them through and p⋆ stays at 0.67. Now try B."
        ),
    },
    "pair_b": {
        "label": "B: weaker",
        "help": "Pruner 34° from the truth, on the opposite side (isotropic limit)",
        "group": PAIR,
        "state": {"theta_gen": 0.6, "theta_prune": 0.6, "azimuth": pi, "separation": 0.0},
        "explanation": (
            "B errs twice as often as A, but never where the generator errs: no wrong label "
            "survives, p⋆ = 1, and what is kept points along w⋆ itself."
        ),
    },
}
