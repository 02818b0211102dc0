"""The arithmetic of one round of choices, for inputs that have been checked."""

import math

import numpy as np

from synverify_core.theory.checks import FloatArray

_STEP = 0.25
"""Step of the trapezoidal rule in log t; its error is below exp(-pi^2 / step)."""
_FURTHEST = 800.0
"""Neighbouring rewards further apart than this are told apart by nothing that a double holds."""
_LARGEST = 700.0
"""Exponents are cut here: e^-(e^700) is 0 as well as e^-(e^800) is."""


def curate(p: FloatArray, rewards: FloatArray, K: float, weights: FloatArray) -> FloatArray:
    """Return p sum_i q_i H_i; rewards have shape (groups, outcomes)."""
    factor = sum(q * factors(p, r, K) for q, r in zip(weights, rewards, strict=True) if q > 0)
    after = np.multiply(p, factor, where=p > 0, out=np.zeros(len(p)))
    return np.asarray(after / after.sum())


def factors(p: FloatArray, reward: FloatArray, K: float) -> FloatArray:
    """Return H of `choice_factors`."""
    relative = _relative(reward)
    if math.isinf(K):
        lifted = np.exp(np.minimum(relative - relative[p > 0].max(), _LARGEST))
        with np.errstate(over="ignore"):
            return np.asarray(lifted / (lifted[p > 0] @ p[p > 0]))
    arrival = np.exp(np.minimum(_log_times(relative, K)[:, None] + relative, _LARGEST))
    alone = np.exp(-arrival)
    gone = -np.expm1(-arrival) @ p
    with np.errstate(divide="ignore"):
        log_none = np.where(gone < 0.5, np.log1p(-np.minimum(gone, 0.5)), np.log(alone @ p))
    return np.asarray((arrival * alone).T @ (_STEP * K * np.exp((K - 1) * log_none)))


def _relative(reward: FloatArray) -> FloatArray:
    """Return the rewards relative to the largest, gaps between neighbours cut at 800."""
    levels, place = np.unique(reward, return_inverse=True)
    with np.errstate(over="ignore"):
        if levels[-1] - levels[0] <= _FURTHEST:
            return np.asarray(reward - levels[-1])
        gaps = np.minimum(np.diff(levels), _FURTHEST)
    heights = np.concatenate([[0.0], np.cumsum(gaps)])
    return np.asarray((heights - heights[-1])[place])


def _log_times(relative: FloatArray, K: float) -> FloatArray:
    """Nodes of log t: where t a(x) passes 1 for one of the outcomes, and 40 units before it."""
    turns = np.unique(np.round(-relative / _STEP))
    window = np.arange(-math.ceil((40 + math.log(K)) / _STEP), math.ceil(4.5 / _STEP) + 1)
    return np.asarray(_STEP * np.unique(turns[:, None] + window))
