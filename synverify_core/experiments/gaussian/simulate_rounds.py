"""Simulated rounds for the phase page: labelled, verified and retrained, one chain a request.

`strong` is equation 1 in the limit of a large ridge penalty, the mean classifier. Its coordinates
outside w*, the verifier's side and the model's own side are independent of labels and verdicts and
enter by their norm alone, so chains are exact at any n and d with three columns. `weak` is equation
1 with `WEAK_PENALTY`, fitted in all its dimensions; where that is too much, n and d shrink
together: what becomes of rounds hangs on n/d.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.gaussian.logistic import fit_logistic
from synverify_core.experiments.gaussian.simulate import Floats

RIDGES = ("strong", "weak")
WEAK_PENALTY = 1e-4
SEEDS = 3
MOST_DRAWS = 6_000_000
"""Rows that a strong chain draws in all its rounds."""
WEAK_NUMBERS = 120_000
"""Numbers, n x d, that one weak fit sees."""
WEAK_ROUNDS = 20


@dataclass(frozen=True)
class Chain:
    """One chain: angles in radians, theta_prune None without a verifier, n_samples a round."""

    ridge: str
    theta_gen: float
    theta_prune: float | None
    azimuth: float
    n_samples: int
    dimension: int
    separation: float
    policy: str
    real: float
    n_rounds: int
    seed: int

    def sized(self) -> "Chain":
        """Return the chain as it is simulated, within the limits of this module."""
        rounds, n, d = self.n_rounds, self.n_samples, self.dimension
        if self.ridge == "weak":
            rounds = min(rounds, WEAK_ROUNDS)
            most = WEAK_NUMBERS / (3 if self.policy == "accumulate" else 1)
            d = max(10, min(d, int(math.sqrt(most * d / n))))
            n = max(2, min(int(most / d), round(self.n_samples * d / self.dimension)))
        else:
            n = max(2, min(n, MOST_DRAWS // rounds))
        change = {"n_rounds": rounds, "n_samples": n, "dimension": d}
        return Chain(**{**asdict(self), **change})


def plan_rounds(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the requests of one setting, one a seed from `settings["seed"]` on."""
    chain = Chain(**settings)
    return [{**asdict(chain), "seed": chain.seed + i} for i in range(SEEDS)]


def compute_rounds(request: Mapping[str, Any]) -> dict[str, Any]:
    """Simulate one chain: cosines with w* and with the verifier's side, the start included.

    The lists end early where a verifier kept nothing.
    """
    chain = Chain(**request).sized()
    rng = np.random.default_rng([chain.seed, 8612])
    walk = _strong(chain, rng) if chain.ridge == "strong" else _weak(chain, rng)
    return {
        "c": [float(c) for c, _ in walk],
        "b": [float(b) for _, b in walk],
        "n_fitted": chain.n_samples,
        "dimension": chain.dimension,
    }


def _first_model(chain: Chain) -> tuple[float, float, float]:
    side = math.sin(chain.theta_gen)
    return (
        math.cos(chain.theta_gen),
        side * math.cos(chain.azimuth),
        abs(side * math.sin(chain.azimuth)),
    )


def _weights(
    chain: Chain, x: Floats, y: Floats, model: Floats, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the labels that are learnt from and whether each row is, real rows among them."""
    label = np.where(x @ model > 0, 1.0, -1.0)
    keep = np.ones(len(y), dtype=bool)
    if chain.theta_prune is not None:
        verdict = math.cos(chain.theta_prune) * x[:, 0] + math.sin(chain.theta_prune) * x[:, 1]
        keep = label * verdict > 0
    real = rng.random(len(y)) < (chain.real if chain.policy == "mix" else 0.0)
    return np.where(real, y, label), keep | real


def _draw(chain: Chain, columns: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    x = rng.standard_normal((chain.n_samples, columns))
    y = np.where(rng.random(chain.n_samples) < 0.5, 1.0, -1.0)
    x[:, 0] += chain.separation * y
    return x, y


def _strong(chain: Chain, rng: np.random.Generator) -> list[tuple[float, float]]:
    model = np.array(_first_model(chain))
    total = np.zeros(3)
    n, hidden = chain.n_samples, chain.dimension - 3
    if chain.policy == "accumulate":  # n real rows; the first model's own side is theirs
        noise = math.sqrt(n) * rng.standard_normal(2)
        total[:] = n * chain.separation + noise[0], noise[1], math.sqrt(n * rng.chisquare(hidden))
    walk = [(model[0], model[1])]
    for _ in range(chain.n_rounds):
        x, y = _draw(chain, 3, rng)
        label, keep = _weights(chain, x, y, model, rng)
        found = total + (label * keep) @ x
        found[2] = math.hypot(found[2], math.sqrt(keep.sum() * rng.chisquare(hidden)))
        length = float(np.linalg.norm(found))
        if length == 0:
            break
        model = found / length
        walk.append((model[0], model[1]))
        if chain.policy == "accumulate":
            total = found
    return walk


def _weak(chain: Chain, rng: np.random.Generator) -> list[tuple[float, float]]:
    model = np.zeros(chain.dimension)
    model[:3] = _first_model(chain)
    rows: list[tuple[Floats, Floats]] = []
    drawn = 0
    if chain.policy == "accumulate":
        rows.append(_draw(chain, chain.dimension, rng))
        drawn = chain.n_samples
    walk = [(model[0], model[1])]
    for _ in range(chain.n_rounds):
        x, y = _draw(chain, chain.dimension, rng)
        label, keep = _weights(chain, x, y, model, rng)
        rows = [*rows, (x[keep], label[keep])] if chain.policy == "accumulate" else []
        drawn = drawn + chain.n_samples if chain.policy == "accumulate" else chain.n_samples
        learnt = rows or [(x[keep], label[keep])]
        x, label = np.concatenate([r for r, _ in learnt]), np.concatenate([r for _, r in learnt])
        if len(label) == 0:
            break
        # Equation 1 divides by all rows drawn, the fit by those kept.
        penalty = WEAK_PENALTY * drawn / len(label)
        w = fit_logistic(x, (label + 1) / 2, penalty=penalty, tolerance=1e-6).w
        length = float(np.linalg.norm(w))
        if length == 0:
            break
        model = w / length
        walk.append((model[0], model[1]))
    return walk
