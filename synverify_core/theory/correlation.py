"""Rank correlation with a bootstrap interval: whether p_star predicts final accuracy."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.theory.checks import FloatArray, as_floats, require_resampling


class RankCorrelation(NamedTuple):
    """Spearman's rho with its interval over ``n`` pairs; NaN where undefined."""

    rho: float
    low: float
    high: float
    n: int


def rank_correlation(
    x: ArrayLike,
    y: ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 2000,
    rng: np.random.Generator,
) -> RankCorrelation:
    """Spearman's rho with a percentile bootstrap interval over pairs.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Pairs; one with a NaN (a p_star that is undefined) is left out and not counted in ``n``.
    level : float
        Coverage in (0, 1).

    Returns
    -------
    RankCorrelation
        rho is NaN with fewer than two pairs or a constant side, the interval with fewer than
        three pairs.

    Raises
    ------
    InputError
        If x and y are no vectors of one length.
    """
    first, second = as_floats("x", x), as_floats("y", y)
    if first.ndim != 1 or first.shape != second.shape:
        raise InputError(
            f"x has shape {first.shape} and y {second.shape}: both must be vectors of one length"
        )
    tail, draws = require_resampling(level, n_resamples)
    paired = ~(np.isnan(first) | np.isnan(second))
    first, second = first[paired], second[paired]
    n = first.size
    rho = float(_spearman(first[None], second[None])[0]) if n >= 2 else math.nan
    if math.isnan(rho) or n < 3:
        return RankCorrelation(rho, math.nan, math.nan, n)
    index = rng.integers(0, n, size=(draws, n))
    points = _spearman(first[index], second[index])
    points = points[~np.isnan(points)]
    if points.size == 0:
        return RankCorrelation(rho, math.nan, math.nan, n)
    low, high = np.quantile(points, [tail, 1.0 - tail])
    return RankCorrelation(rho, float(low), float(high), n)


def _spearman(x: FloatArray, y: FloatArray) -> FloatArray:
    """Spearman's rho of each row, average ranks at ties; NaN for a constant row."""
    from scipy.stats import rankdata  # a second to import, and every command starts with theory

    ranks = [rankdata(side, axis=1) for side in (x, y)]
    left, right = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    product = np.sum(left * right, axis=1)
    size = np.sqrt(np.sum(left * left, axis=1) * np.sum(right * right, axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(size > 0, np.clip(product / size, -1.0, 1.0), np.nan))
