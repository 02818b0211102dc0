"""Stories of many rounds, each one click; angles in radians."""

from __future__ import annotations

from math import pi, radians
from typing import Any


def _story(gen: float, prune: float | None, ratio: float, **more: Any) -> dict[str, Any]:
    """Return a whole setting: angles in degrees (None: no verifier), n/d of 500 dimensions."""
    return {
        "theta_gen": radians(gen),
        "theta_prune": radians(45 if prune is None else prune),
        "azimuth": pi / 2,
        "pruning": "none" if prune is None else "supervised",
        "n_samples": round(500 * ratio),
        "dimension": 500,
        "separation": 1.0,
        "policy": "replace",
        "real": 0.2,
        "ridge": "strong",
        "n_rounds": 30,
        **more,
    }


PRESETS: dict[str, dict[str, Any]] = {
    "saved": {
        "label": "Saved by its verifier",
        "help": "Too few data for rounds on their own; a verifier 45° from the truth holds them up",
        "state": _story(66, 45, 0.4),
    },
    "collapse": {
        "label": "Collapse",
        "help": "The same without a verifier: below the critical n/d, rounds end at chance",
        "state": _story(66, None, 0.4),
    },
    "alone": {
        "label": "Alone, with more data",
        "help": "Above the critical ratio rounds settle well above chance without any verifier",
        "state": _story(60, None, 1.6),
    },
    "beats": {
        "label": "Beats its verifier",
        "help": "Many data and a strong ridge: rounds end nearer to the truth than their verifier",
        "state": _story(60, 45, 60, n_rounds=20),
    },
    "copies": {
        "label": "Copies its verifier",
        "help": "The same with a weak ridge: simulated rounds end where their verifier is",
        "state": _story(60, 45, 60, n_rounds=20, ridge="weak"),
    },
    "costs": {
        "label": "A verifier that costs",
        "help": "With these data rounds are better off alone than with a verifier at 75°",
        "state": _story(45, 75, 8),
    },
}
