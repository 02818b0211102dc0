"""Two groups who want different things: who survives, and the bargain that rounds end in."""

import math

import numpy as np

from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_probability,
    require_scalar,
)
from synverify_core.theory.curation.checks import require_candidates


def survival(U: float, K: float) -> float:
    """Return q_K, the share of the choices below which a group's favourite dies out.

    Two outcomes, one preferred by each group with odds U. q_K = (U+K-1)/(K (U+1)): 1/2 for K = 2,
    where the majority takes all, down to 1/(1+U) for K = inf. It equals
    [1/K - 1/(1+(K-1)U)] / [U/(U+K-1) - 1/(1+(K-1)U)].

    Parameters
    ----------
    U : float
        e^(reward gap), at least 1.
    K : float
        Samples to choose from, whole and at least 2, or inf.
    """
    odds = require_scalar("U", require_between("U", U, 1.0, math.inf, open_high=True))
    candidates = require_candidates(K)
    if math.isinf(candidates):
        return 1 / (1 + odds)
    return (1 + (candidates - 2) / (odds + 1)) / candidates


def nash(U: float, V: float, q: float) -> FloatArray:
    """Return the shares [first, second, compromise] that rounds with K = inf end in.

    Group 1 (weight q) values the three outcomes U, 1, V, group 2 values them 1, U, V. From full
    support the rounds maximise F = q log E u_1 + (1-q) log E u_2: the weighted Nash bargaining
    solution with disagreement point 0. For finite K they need not converge.

    Parameters
    ----------
    U : float
        Utility e^r of a group's favourite, above 1; that of the other's favourite is 1.
    V : float
        Utility of the compromise to both, above 0. On the line V = (U+1)/2 it gets nothing.
    q : float
        Share of the choices that group 1 makes, in [0, 1].
    """
    high = require_scalar("U", require_between("U", U, 1, math.inf, open_low=True, open_high=True))
    middle = require_scalar(
        "V", require_between("V", V, 0, math.inf, open_low=True, open_high=True)
    )
    first = require_scalar("q", require_probability("q", q))
    if middle >= high:
        return np.array([0.0, 0.0, 1.0])
    if middle <= (high + 1) / 2:
        share = min(1.0, max(0.0, (first * high - (1 - first)) / (high - 1)))
        return np.array([share, 1 - share, 0.0])
    own, other = (_beside_compromise(high, middle, weight) for weight in (first, 1 - first))
    return np.array([own, other, 1 - own - other])


def _beside_compromise(U: float, V: float, q: float) -> float:
    """Share of the favourite of the group with weight q, mixed with a compromise that is worth V.

    The maximiser of q log(V + m (U-V)) + (1-q) log(V - m (V-1)) over m in [0, 1].
    """
    best = V * (q * (U - V) - (1 - q) * (V - 1)) / ((U - V) * (V - 1))
    return min(1.0, max(0.0, best))
