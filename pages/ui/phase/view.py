"""Everything that a link to the phase page says, and the numbers that follow from it."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from pages.ui import rounds
from pages.ui.live import DEFAULT_STATE, PRESETS
from pages.ui.shared.state import Choice, Field, Flag, Number
from synverify_core.experiments.gaussian.simulate import LIMITS, World
from synverify_core.theory.angles import rates_from_angles, theta_from_azimuth
from synverify_core.theory.retraining import retraining_law

PAGE = "phase"
LESSON_STEPS = 9
FIRST_ROUNDS_STEP = 8
ANGLES = ("theta_gen", "theta_prune", "azimuth")
FIGURES = ("figure2", "figure6", "figure6_up")
DIAL = World(n_samples=10_000, dimension=100, separation=2.0)
"""Where the dial starts: separated enough that the jump is seen, overlapping enough to err."""
FIGURE_WORLD = World(n_samples=10_000, dimension=50, separation=3.0)
"""Where the figures start; they have a world of their own, so that moving the dial leaves them."""


def _angle(name: str) -> Number:
    return Number(DEFAULT_STATE[name], 0.0, math.pi, unit="radians")


def _worldly(name: str, world: World) -> Number:
    low, high = LIMITS[name]
    return Number(getattr(world, name), low, high, whole=isinstance(low, int))


def _rounds() -> dict[str, Field]:
    """Return the fields of the rounds; they have a start and a world of their own, too."""
    angles = {name: 0.5 * math.pi if name == "theta_prune" else math.pi for name in ANGLES}
    start = rounds.DEFAULT_STATE
    numbers = {
        name: Number(start[name], low, high, whole=isinstance(start[name], int))
        for name, (low, high) in rounds.LIMITS.items()
    }
    turns = {name: Number(start[name], 0.0, top, unit="radians") for name, top in angles.items()}
    words = {name: Choice(start[name], options) for name, options in rounds.CHOICES.items()}
    fields: dict[str, Field] = {**turns, **numbers, **words}
    return {rounds_name(name): fields[name] for name in start}


def rounds_name(name: str) -> str:
    """Return the page's name for a field of the rounds: the round itself is simply that."""
    return name if name == "round" else f"rounds_{name}"


FIELDS: dict[str, Field] = {
    "mode": Choice("one", ("one", "rounds")),
    "theta_gen": _angle("theta_gen"),
    "theta_prune": _angle("theta_prune"),
    "azimuth": _angle("azimuth"),
    "pruning": Choice(DEFAULT_STATE["pruning"], ("supervised", "none")),
    **{name: _worldly(name, DIAL) for name in LIMITS},
    "preset": Choice(DEFAULT_STATE["preset"], ("", *PRESETS)),
    "stage": Choice(DEFAULT_STATE["stage"], ("generate", "verify", "retrain")),
    "figure": Choice(FIGURES[0], FIGURES),
    "against": Choice("theta_gen", ("theta_gen", "p")),
    **{f"figure_{name}": _worldly(name, FIGURE_WORLD) for name in LIMITS},
    **_rounds(),
    "advanced": Flag(),
    "lesson": Number(0, 0, LESSON_STEPS, whole=True),
    "presentation": Flag(),
}
"""Parameters of the page's address; angles in radians."""


class Numbers(NamedTuple):
    """What one setting of the dial gives, by the closed forms."""

    p: float
    phi: float
    psi: float
    p_star: float
    keep_rate: float
    precision_kept: float
    accuracy: float


def verifier(view: Mapping[str, Any], theta_gen: float) -> tuple[float, float]:
    """Return theta_prune and the third angle; no verifier keeps what a copy of w_gen keeps."""
    if view["pruning"] == "none":
        return theta_gen, 0.0
    theta = theta_from_azimuth(theta_gen, view["theta_prune"], view["azimuth"])
    return view["theta_prune"], float(theta)


def numbers(view: Mapping[str, Any], *, theta_gen: float | None = None) -> Numbers:
    """Compute the numbers of a view, at another generator angle (radians) if one is given."""
    gen = view["theta_gen"] if theta_gen is None else theta_gen
    theta_prune, theta = verifier(view, gen)
    rates = rates_from_angles(gen, theta_prune, theta, separation=view["separation"])
    law = retraining_law(
        gen,
        theta_prune,
        theta,
        separation=view["separation"],
        n_samples=view["n_samples"],
        dimension=view["dimension"],
    )
    return Numbers(*(float(rate) for rate in rates), float(law.accuracy))


def crossing(view: Mapping[str, Any]) -> float:
    """Return theta_gen in radians where p = p_star."""
    return math.pi / 2 if view["pruning"] == "none" else math.pi - view["theta_prune"]


def live_state(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a view that the live component holds."""
    return {name: view[name] for name in DEFAULT_STATE}


def rounds_state(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a view that the live rounds hold."""
    return {name: view[rounds_name(name)] for name in rounds.DEFAULT_STATE}


def world_settings(view: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the fields of `World`, the dial's or (prefix `figure_`) the figures'."""
    return {name: view[prefix + name] for name in LIMITS}
