"""The weights of ridge logistic regression under Condition E.1 (Proposition F.1)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import expit

from synverify_core.errors import InputError
from synverify_core.theory.checks import require_between, require_scalar

# Beyond these the sigmoids underflow and no digit of the weights would be right.
_MOST = 1e30
_LEAST_GAMMA = 1e-12


@dataclass(frozen=True)
class FixedPoint:
    """Solution of equation 31 (or 42): w = sum_i alpha_i x_i with alpha in {A, -B, C, -D}.

    Attributes
    ----------
    A, B, C, D : float
        Weights of the kept samples with (y, y') = (1,1), (1,0), (0,1), (0,0), all >= 0.
    residual : float
        Largest relative mismatch of the system, see `solve_fixed_point`.
    gamma : float
        N lambda.
    score_1, score_0 : float
        a s + b t and b s + a t (eq. 38): x . w of a fresh point of class 1 and of class 0.
    """

    A: float
    B: float
    C: float
    D: float
    residual: float
    gamma: float
    score_1: float
    score_0: float

    @property
    def a_bar(self) -> float:
        """Gamma A, in (0, 1): one minus the fitted probability of the sample's own label."""
        return self.gamma * self.A

    @property
    def b_bar(self) -> float:
        """Gamma B, in (0, 1)."""
        return self.gamma * self.B

    @property
    def c_bar(self) -> float:
        """Gamma C, in (0, 1)."""
        return self.gamma * self.C

    @property
    def d_bar(self) -> float:
        """Gamma D, in (0, 1)."""
        return self.gamma * self.D


def solve_fixed_point(
    n_11: float, n_10: float, n_01: float, n_00: float, *, a: float, b: float, gamma: float
) -> FixedPoint:
    """Solve the exact equation 31 for b = -a (symmetric) or b = 0 (skewed).

    Given the score u = a s + b t each of the weights is the root of a monotone scalar equation,
    and u itself then solves one: the optimum of a strictly convex problem, so the solution exists
    and is unique. b = -a has one score (v = -u), b = 0 two that do not touch each other.

    Parameters
    ----------
    n_11, n_10, n_01, n_00 : float
        Kept samples N_kl with true label k and synthesized label l, in [0, 1e30]; expected
        counts need not be whole.
    a : float
        Inner product of two samples of one class, in (0, 1).
    b : float
        Inner product across classes, -a or 0.
    gamma : float
        N lambda >= 1e-12.

    Returns
    -------
    FixedPoint
        ``residual`` is relative to the size of the terms: with N = 1e9 and gamma = 1e-6 the terms
        of equation 31 are 1e14 apart from their sum, and no doubles A..D bring the plain
        difference of its sides to zero.

    Raises
    ------
    InputError
        For a value outside its range, or another b.
    """
    return _solve((n_11, n_10, n_01, n_00), a=a, b=b, gamma=gamma, self_influence=True)


def solve_fixed_point_large_gamma(
    n_11: float, n_10: float, n_01: float, n_00: float, *, a: float, b: float, gamma: float
) -> FixedPoint:
    """Solve the simplified equation 42, without the terms R A .. R D; A + B = C + D = 1/gamma.

    Parameters and errors as in `solve_fixed_point`.
    """
    return _solve((n_11, n_10, n_01, n_00), a=a, b=b, gamma=gamma, self_influence=False)


def fixed_point_accuracy(
    fixed_point: FixedPoint, n_11: float, n_10: float, n_01: float, n_00: float
) -> float:
    """Accuracy on the kept samples' true labels (eq. 41); NaN where nothing is kept.

    With small gamma the model fits each sample's own wrong label (B < 1/2 although the score is
    right), so this is below the accuracy on fresh points; the two agree as gamma grows.
    """
    counts = _counts(n_11, n_10, n_01, n_00)
    good = (
        fixed_point.a_bar < 0.5,
        fixed_point.b_bar > 0.5,
        fixed_point.c_bar > 0.5,
        fixed_point.d_bar < 0.5,
    )
    total = sum(counts)
    right = sum(count for count, fine in zip(counts, good, strict=True) if fine)
    return right / total if total > 0 else math.nan


def _counts(n_11: float, n_10: float, n_01: float, n_00: float) -> tuple[float, ...]:
    named = {"n_11": n_11, "n_10": n_10, "n_01": n_01, "n_00": n_00}
    return tuple(
        require_scalar(name, require_between(name, value, 0.0, _MOST))
        for name, value in named.items()
    )


def _solve(
    counts: tuple[float, float, float, float],
    *,
    a: float,
    b: float,
    gamma: float,
    self_influence: bool,
) -> FixedPoint:
    n_11, n_10, n_01, n_00 = _counts(*counts)
    inner = require_scalar("a", require_between("a", a, 0.0, 1.0, open_low=True, open_high=True))
    scale = require_scalar(
        "gamma", require_between("gamma", gamma, _LEAST_GAMMA, math.inf, open_high=True)
    )
    if b not in (0.0, -inner):
        raise InputError(f"b = {b!r} is not solved: it must be 0 or -a = {-inner:.6g}")
    pull = (1.0 - inner) / scale if self_influence else 0.0
    if b == 0.0:
        u = _score(n_11, n_10, inner / scale, pull)
        v = _score(n_01, n_00, inner / scale, pull)
    else:
        u = _score(n_11 + n_00, n_10 + n_01, inner / scale, pull)
        v = -u
    bars = tuple(_gap(z, pull) for z in (-u, u, -v, v))
    sums = (n_11 * bars[0], n_10 * bars[1], n_01 * bars[2], n_00 * bars[3])
    residual = _residual(bars, sums, (u, v), inner / scale, b / scale, pull)
    a_weight, b_weight, c_weight, d_weight = (bar / scale for bar in bars)
    return FixedPoint(a_weight, b_weight, c_weight, d_weight, residual, scale, u, v)


def _score(for_label: float, against: float, ratio: float, pull: float) -> float:
    """Root of u = ratio (for_label gap(-u) - against gap(u)), whose right side falls in u."""
    if for_label == against:
        return 0.0
    if for_label < against:
        return -_score(against, for_label, ratio, pull)

    def excess(u: float) -> float:
        return u - ratio * (for_label * _gap(-u, pull) - against * _gap(u, pull))

    # u > 0 is at most the right side at 0; and gap(-u) < exp(-u) bounds it by a logarithm.
    at_zero = ratio * (for_label - against) * _gap(0.0, pull)
    log_bound = max(1.0, math.log(ratio) + math.log(for_label))
    high = min(at_zero, log_bound) * (1.0 + 1e-12)
    if high == 0.0 or excess(high) <= 0.0:
        return high
    return _root(excess, 0.0, high)


def _gap(z: float, pull: float) -> float:
    """Root y in (0, 1) of y = sigmoid(z - pull y), found through its log-odds."""
    if pull == 0.0:
        return float(expit(z))

    def mismatch(log_odds: float) -> float:
        return log_odds + pull * float(expit(log_odds)) - z

    return float(expit(_root(mismatch, z - pull - 1.0, z + 1.0)))


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Root between ``low`` and ``high``, to the last digit whatever its size."""
    from scipy.optimize import brentq  # slow to import, and every command starts with theory

    return float(brentq(rising, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=2000))


def _residual(
    bars: tuple[float, ...],
    sums: tuple[float, ...],
    scores: tuple[float, float],
    a: float,
    b: float,
    pull: float,
) -> float:
    """Largest mismatch of the four sigmoids and of the two scores, each over its own size."""
    u, v = scores
    signed = zip(bars, (-u, u, -v, v), strict=True)
    worst = max(abs(bar / float(expit(z - pull * bar)) - 1.0) for bar, z in signed)
    s, t = sums[0] - sums[1], sums[2] - sums[3]
    size = 1.0 + max(abs(a), abs(b)) * sum(sums)
    return max(worst, abs(u - a * s - b * t) / size, abs(v - b * s - a * t) / size)
