"""Finite-sample points of the phase page: equation 1 fitted to simulated synthesized data.

Units: the noise is N(0, I_d) and x = y k w* + noise, y = +-1. The paper's Section 4 scales the
same mixture to E|x|^2 = 1, which multiplies x by 1/sqrt(d + k^2); a ridge lambda here equals the
paper's lambda (d + k^2). Separation 0 stands for the isotropic limit, labels y = sign(x.w*).

Two downstream models are simulated. `logistic` is equation 1 itself. `mean` is its limit for large
lambda, w = sum_i q_i y'_i x_i, the regime of the proof; its d - 3 coordinates outside the three
vectors enter through their norm alone, so it is drawn exactly at any n and d.
"""

import math
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.logistic import fit_logistic
from synverify_core.theory.angles import rates_from_angles
from synverify_core.theory.bivariate import bivariate_normal_cdf

Point = dict[str, Any]
Floats = NDArray[np.float64]

NUMBERS_AT_ONCE = 2_000_000
"""Most numbers, n_samples x dimension, that equation 1 is fitted to here (16 MB)."""
FIGURE_2_PRUNERS: tuple[float | None, ...] = (0.0, math.pi / 8, math.pi / 4, 3 * math.pi / 8, None)
FIGURE_6_RATIOS = (1.0, 0.5, 0.25, 0.1, 0.0)
FIGURE_6_UP_RATIOS = (1.0, 0.8, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05, 0.0)
P_UP_ACCURACY = 0.9
GRADIENT_TOLERANCE = 1e-6
COARSE_TO_FINE = (8, 4, 12, 0, 16, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15)
LIMITS = {
    "n_samples": (50, 1_000_000),
    "dimension": (2, 1000),
    "separation": (0.0, 4.0),
    "penalty": (1e-6, 1e4),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class World:
    """Size and shape of the simulated data; refuses what lies outside `LIMITS`."""

    n_samples: int = 10_000
    dimension: int = 100
    separation: float = 1.0
    penalty: float = 10.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(f"{name} = {value} is refused: it must lie in [{low:g}, {high:g}]")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "World":
        """Pick the world's fields out of a request."""
        return cls(**{f.name: settings[f.name] for f in fields(cls) if f.name in settings})

    @property
    def n_fitted(self) -> int:
        """Samples that equation 1 is fitted to: n_samples, or fewer to hold the time down."""
        return min(self.n_samples, NUMBERS_AT_ONCE // self.dimension)


class Synthesized(NamedTuple):
    """Points x (n, columns) with y_true, y_synth in {-1, 1} and the pruner's keep bits."""

    x: Floats
    y_true: Floats
    y_synth: Floats
    keep: NDArray[np.bool_]


def plan(kind: str, settings: Mapping[str, Any]) -> list[Point]:
    """Return the requests of one simulation, most telling first.

    Parameters
    ----------
    kind : str
        `here` (both models at the dial's setting), `sweep` (both models against theta_gen at the
        dial's pruner), `figure2`, `figure6` or `figure6_up`.
    settings : Mapping
        Fields of `World`; for `here` and `sweep` also theta_prune (None: no pruning) and azimuth,
        for `here` theta_gen, for `figure2` azimuth.

    Raises
    ------
    InputError
        If a value lies outside its range, or the vectors do not fit into the dimension.
    """
    world = asdict(World.of(settings))
    shares = [i / 16 for i in COARSE_TO_FINE]
    if kind == "figure6":
        grid = [(ratio, p) for p in shares for ratio in FIGURE_6_RATIOS]
        return [{"kind": kind, "psi": ratio, "p": p, **world} for ratio, p in grid]
    if kind == "figure6_up":
        return [{"kind": kind, "psi": ratio, **world} for ratio in FIGURE_6_UP_RATIOS]
    azimuth = float(settings["azimuth"])
    _refuse_flat_world(world["dimension"], azimuth)
    generators = [math.pi * share for share in shares]
    pruners: tuple[float | None, ...] = (settings.get("theta_prune"),)
    models: tuple[str, ...] = ("mean", "logistic")
    if kind == "here":
        generators = [float(settings["theta_gen"])]
    elif kind == "figure2":
        pruners, models = FIGURE_2_PRUNERS, ("logistic",)
    elif kind == "sweep":
        generators = [angle_at(share, world["separation"]) for share in shares]
    else:
        raise InputError(f"kind = {kind!r} is not a simulation of the phase page")
    return [
        {"kind": kind, "model": model, "theta_gen": generator, "theta_prune": pruner}
        | {"azimuth": azimuth, **world}
        for generator in generators
        for model in models
        for pruner in pruners
    ]


def compute(request: Mapping[str, Any]) -> Point:
    """Simulate one request of `plan`: its own fields with what was measured."""
    world = World.of(request)
    identity = repr(sorted(request.items())).encode()
    rng = np.random.default_rng([world.seed, zlib.crc32(identity)])
    if request["kind"] == "figure6":
        synthesized = IndependentErrors(world, rng)(request["p"], 1.0, request["psi"])
        measured = _measured(world, fitted_cosine(world, synthesized), world.n_fitted)
    elif request["kind"] == "figure6_up":
        measured = {"p_up": p_up(world, request["psi"], rng), "n_fitted": world.n_fitted}
    else:
        measured = _retrained(world, request, rng)
    return {**request, **measured}


def _retrained(world: World, request: Mapping[str, Any], rng: np.random.Generator) -> Point:
    vectors = three_vectors(request["theta_gen"], request["theta_prune"], request["azimuth"])
    if request["model"] == "mean":
        n_samples, columns = world.n_samples, min(3, world.dimension)
        synthesized = supervised(world, vectors, n_samples, columns, rng)
        cosine = mean_cosine(synthesized, world.dimension - columns, rng)
    else:
        n_samples = world.n_fitted
        synthesized = supervised(world, vectors, n_samples, world.dimension, rng)
        cosine = fitted_cosine(world, synthesized)
    p = error_rate(request["theta_gen"], world.separation)
    return {"p": p, **_measured(world, cosine, n_samples)}


def _measured(world: World, cosine: float | None, n_samples: int) -> Point:
    accuracy = None if cosine is None else agreement_with_bayes(cosine, world.separation)
    return {"accuracy": accuracy, "n_fitted": n_samples}


def error_rate(theta_gen: float, separation: float) -> float:
    """Return p of a generator at an angle of theta_gen radians from w*."""
    return float(rates_from_angles(theta_gen, 0.0, theta_gen, separation=separation).p)


def angle_at(share: float, separation: float) -> float:
    """Return the theta_gen at a share in [0, 1] of the way from the lowest p to the highest."""
    if separation == 0:
        return math.pi * share
    lowest = float(ndtr(-separation))
    score = -float(ndtri(lowest + share * (1 - 2 * lowest)))
    return math.acos(min(1.0, max(-1.0, score / separation)))


def agreement_with_bayes(cosine: float, separation: float) -> float:
    """Return the paper's acc of a linear classifier, exactly, from its cosine with w*."""
    along = separation * cosine
    agree = bivariate_normal_cdf(separation, along, cosine)
    return float(agree + bivariate_normal_cdf(-separation, -along, cosine))


def three_vectors(theta_gen: float, theta_prune: float | None, azimuth: float) -> Floats:
    """Return w_gen and w_prune, shape (2, 3), around w* = e_1; without pruning both are w_gen."""
    gen = [math.cos(theta_gen), math.sin(theta_gen), 0.0]
    if theta_prune is None:
        return np.array([gen, gen])
    side = math.sin(theta_prune)
    prune = [math.cos(theta_prune), side * math.cos(azimuth), side * math.sin(azimuth)]
    return np.array([gen, prune])


def supervised(
    world: World, vectors: Floats, n_samples: int, columns: int, rng: np.random.Generator
) -> Synthesized:
    """Draw points labelled by w_gen and pruned by w_prune (equation 5)."""
    x, y_true = draw(world, n_samples, columns, rng)
    width = min(3, columns)
    gen, prune = (vectors[:, :width] @ x[:, :width].T) > 0
    return Synthesized(x, y_true, np.where(gen, 1.0, -1.0), gen == prune)


def draw(
    world: World, n_samples: int, columns: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw the mixture's first `columns` coordinates, w* along the first, and true labels."""
    x = rng.standard_normal((n_samples, columns))
    if world.separation == 0:
        return x, np.where(x[:, 0] > 0, 1.0, -1.0)
    y_true = np.where(rng.random(n_samples) < 0.5, 1.0, -1.0)
    x[:, 0] += world.separation * y_true
    return x, y_true


class IndependentErrors:
    """Labels flipped, and bits kept, independently of x, as in Figure 6.

    One draw serves every p: the same coins decide, so accuracy moves with p and not with luck.
    """

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.x, self.y_true = draw(world, world.n_fitted, world.dimension, rng)
        self.flip, self.stay = rng.random((2, world.n_fitted))

    def __call__(self, p: float, phi: float, psi: float) -> Synthesized:
        """Return the data of a generator with error rate p and a (phi, psi) pruner."""
        wrong = self.flip < p
        keep = self.stay < np.where(wrong, psi, phi)
        return Synthesized(self.x, self.y_true, np.where(wrong, -self.y_true, self.y_true), keep)


def fitted_cosine(world: World, synthesized: Synthesized) -> float | None:
    """Fit equation 1 and return the cosine with w*; None where nothing was kept."""
    x, y = synthesized.x[synthesized.keep], synthesized.y_synth[synthesized.keep]
    if len(y) == 0:
        return None
    # Equation 1 divides by N before pruning, the fit by the kept count.
    penalty = world.penalty * len(synthesized.keep) / len(y)
    weights = fit_logistic(x, (y + 1) / 2, penalty=penalty, tolerance=GRADIENT_TOLERANCE).w
    length = float(np.linalg.norm(weights))
    return float(weights[0]) / length if length > 0 else None


def mean_cosine(
    synthesized: Synthesized, hidden_dimension: int, rng: np.random.Generator
) -> float | None:
    """Return the cosine of sum_i q_i y'_i x_i with w*; None where nothing was kept."""
    kept = int(synthesized.keep.sum())
    if kept == 0:
        return None
    seen = (synthesized.y_synth * synthesized.keep) @ synthesized.x
    # Coordinates outside the three vectors are independent of labels and bits.
    hidden = kept * rng.chisquare(hidden_dimension) if hidden_dimension else 0.0
    return float(seen[0] / math.sqrt(seen @ seen + hidden))


def p_up(world: World, psi: float, rng: np.random.Generator) -> float | None:
    """Return sup{p : accuracy >= 90 %} of (1, psi) pruning, to 0.002; None if p = 0 misses it."""
    synthesize = IndependentErrors(world, rng)

    def reaches(p: float) -> bool:
        cosine = fitted_cosine(world, synthesize(p, 1.0, psi))
        if cosine is None:
            return False
        return agreement_with_bayes(cosine, world.separation) >= P_UP_ACCURACY

    grid = [i / 16 for i in range(17)]
    best = next((p for p in reversed(grid) if reaches(p)), None)
    if best is None or best == 1.0:
        return best
    low, high = best, best + 1 / 16
    for _ in range(5):
        middle = (low + high) / 2
        low, high = (middle, high) if reaches(middle) else (low, middle)
    return low


def _refuse_flat_world(dimension: int, azimuth: float) -> None:
    if dimension < 3 and abs(math.sin(azimuth)) > 1e-6:
        raise InputError(
            f"dimension = {dimension} holds no azimuth of {math.degrees(azimuth):.0f} degrees: the "
            "vectors lie in a plane there; choose 0, 180 degrees, or a dimension of at least 3"
        )
