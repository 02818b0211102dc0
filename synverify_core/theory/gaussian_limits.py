"""Where rounds on the Gaussian mixture end: with and without a verifier, and which one helps.

Ours; fixed points of `gaussian_rounds`. Without a verifier the mean classifier is a clustering
step: it ends at chance exactly if n/d is at most a critical ratio, however good its start, and
else at one alignment for every start better than chance. With a verifier that beats chance the end
does not hang on the start either; with infinite n it is *better* than the verifier.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_probability,
    require_same_shape,
    unwrap,
)
from synverify_core.theory.gaussian_rounds import Linear, gaussian_rounds

HALVINGS = 60
_START = 0.5  # any start better than chance ends at the same place
_AT_ONCE = 25
_MOST = 5_000
_SETTLED = 1e-11


def critical_ratio(k: ArrayLike) -> FloatArray:
    """Largest n/d at which rounds without a verifier end at chance: (pi/2)/((1+k^2)^2-1), k > 0."""
    square = require_between("k", k, 0.0, np.inf, open_low=True, open_high=True) ** 2
    return unwrap(0.5 * np.pi / (square * (2.0 + square)))


def limit_angle(k: ArrayLike, theta_prune: ArrayLike) -> FloatArray:
    """Angle to w* at which rounds with a linear verifier end for n/d -> infinity, radians.

    The root t in [0, theta_prune] of k (Phi(k cos t) + Phi(k cos tp) - 1) sin t =
    f(k cos tp) sin(tp - t): the end is better than the verifier itself.

    Parameters
    ----------
    k : array_like
        Separation, >= 0.
    theta_prune : array_like
        Angle of the verifier to w*, radians in [0, pi/2].
    """
    scale, prune = require_same_shape(
        k=require_between("k", k, 0.0, np.inf, open_high=True),
        theta_prune=_better_than_chance(theta_prune),
    )
    g = scale * np.cos(prune)
    with np.errstate(under="ignore"):
        pull = np.exp(-0.5 * g * g) / np.sqrt(2.0 * np.pi)

    def before(t: FloatArray) -> FloatArray:
        excess = ndtr(g) - ndtr(-scale * np.cos(t))
        return np.asarray(scale * excess * np.sin(t) < pull * np.sin(prune - t))

    return unwrap(_halve(before, np.zeros_like(prune), prune.copy()))


def unverified_limit(k: ArrayLike, n_over_d: ArrayLike) -> FloatArray:
    """Cosine at which rounds without a verifier end from a start better than chance.

    The root of (1 - c^2)(k^2 A^2 + 4 k A f(kc) c)/c^2 = d/n with A = 2 Phi(kc) - 1; 0 where n/d
    is at most `critical_ratio`.

    Parameters
    ----------
    k, n_over_d : array_like
        Separation > 0; inputs of a round over dimension, > 0, infinity allowed.
    """
    scale, ratio = require_same_shape(
        k=require_between("k", k, 0.0, np.inf, open_low=True, open_high=True),
        n_over_d=require_between("n_over_d", n_over_d, 0.0, np.inf, open_low=True),
    )

    def before(c: FloatArray) -> FloatArray:
        z = scale * c
        excess = 2.0 * ndtr(z) - 1.0
        with np.errstate(under="ignore"):
            slope = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
        signal = scale * excess * (scale * excess + 4.0 * slope * c) / c**2
        return np.asarray((1.0 - c) * (1.0 + c) * signal > 1.0 / ratio)

    found = _halve(before, np.zeros_like(scale), np.ones_like(scale))
    return unwrap(np.where(ratio <= critical_ratio(scale), 0.0, found))


def long_run_cosine(
    *, k: ArrayLike, n_over_d: ArrayLike, theta_prune: ArrayLike | None = None, real: ArrayLike = 0
) -> FloatArray:
    """Cosine at which rounds end, from any start better than chance.

    Parameters
    ----------
    k, n_over_d : array_like
        Separation > 0; inputs of a round over dimension, > 0, infinity allowed.
    theta_prune : array_like or None
        Angle of the linear verifier to w*, radians in [0, pi/2]; None: no verifier.
    real : array_like
        Share of fresh real rows in each round (policy mix), in [0, 1].
    """
    share = require_probability("real", real)
    if theta_prune is None and not np.any(share):
        return unverified_limit(k, n_over_d)
    numbers = {
        "k": require_between("k", k, 0.0, np.inf, open_low=True, open_high=True),
        "n_over_d": require_between("n_over_d", n_over_d, 0.0, np.inf, open_low=True),
        "real": share,
    }
    if theta_prune is not None:
        numbers["theta_prune"] = _better_than_chance(theta_prune)
    cells = dict(zip(numbers, require_same_shape(**numbers), strict=True))
    shape = cells["k"].shape
    return unwrap(_settle({name: np.ravel(value) for name, value in cells.items()}).reshape(shape))


def _settle(cells: dict[str, FloatArray]) -> FloatArray:
    """Go on with the cells that still move, shape (n,) each."""
    found = np.full(cells["k"].shape, _START)
    side, moving = np.zeros_like(found), np.arange(found.size)
    for _ in range(0, _MOST, _AT_ONCE):
        now = {name: value[moving] for name, value in cells.items()}
        angle = now.pop("theta_prune", None)
        walk = gaussian_rounds(
            k=now["k"],
            n_over_d=now["n_over_d"],
            real=now["real"],
            c0=found[moving],
            side=side[moving],
            policy="mix",
            n_rounds=_AT_ONCE,
            verifier=None if angle is None else Linear(angle),
        )
        found[moving], side[moving] = walk.cosine[-1], walk.side[-1]
        moving = moving[np.abs(walk.cosine[-1] - walk.cosine[-2]) > _SETTLED]
        if not moving.size:
            break
    return found


def largest_useful_angle(k: ArrayLike, n_over_d: ArrayLike) -> FloatArray:
    """Largest angle of a linear verifier to w* that leaves the long run no worse than without it.

    Radians in [0, pi/2]; pi/2 at and below `critical_ratio`, where any verifier better than chance
    helps; 0 for n/d -> infinity, where a fixed imperfect verifier only costs.

    Parameters
    ----------
    k, n_over_d : array_like
        Separation > 0; inputs of a round over dimension, > 0, infinity allowed.
    """
    alone = np.asarray(unverified_limit(k, n_over_d))

    def before(angle: FloatArray) -> FloatArray:
        found = long_run_cosine(k=k, n_over_d=n_over_d, theta_prune=angle)
        return np.asarray(found >= alone)

    found = _halve(before, np.zeros_like(alone), np.full_like(alone, 0.5 * np.pi), halvings=40)
    return unwrap(np.where(alone <= 0.0, 0.5 * np.pi, np.where(alone >= 1.0, 0.0, found)))


def _better_than_chance(theta_prune: ArrayLike) -> FloatArray:
    """Return angles in [0, pi/2]; a right angle that was rounded upwards is taken as one."""
    angle = require_between("theta_prune", theta_prune, 0.0, 0.5 * np.pi + 1e-9)
    return np.minimum(angle, 0.5 * np.pi)


def _halve(
    before: Callable[[FloatArray], FloatArray],
    low: FloatArray,
    high: FloatArray,
    halvings: int = HALVINGS,
) -> FloatArray:
    """Find where `before` turns from true to false between low and high, entry by entry."""
    for _ in range(halvings):
        middle = 0.5 * (low + high)
        ahead = before(middle)
        low, high = np.where(ahead, middle, low), np.where(ahead, high, middle)
    return np.asarray(0.5 * (low + high))
