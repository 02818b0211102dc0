"""Spearman's rank correlation of few points: exact permutations and Fisher's interval."""

import itertools
import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError
from synverify_core.theory.checks import FloatArray, as_floats, require_resampling

MOST_EXACT = 8
"""Up to so many units every permutation is tried."""


class RankCorrelation(NamedTuple):
    """Spearman's rho over ``n`` units; NaN where undefined.

    low, high : Fisher's interval.
    p_value : share of permutations whose rho is as far from 0, two-sided.
    """

    rho: float
    low: float
    high: float
    p_value: float
    n: int


def rank_correlation(
    x: ArrayLike,
    y: ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 20_000,
    rng: np.random.Generator,
) -> RankCorrelation:
    """Mean Spearman's rho over repetitions of the same units, with interval and p value.

    Repetitions (seeds, rates) of a unit (a verifier) are no independent points: units are
    permuted whole, in all repetitions alike, and the interval counts units only.

    Parameters
    ----------
    x, y : array_like, shape (n,) or (m, n)
        Values of n units in m repetitions. A unit with a NaN (a p_star that is undefined) is left
        out and not counted in ``n``; a repetition in which a side is constant is left out.
    level : float
        Coverage in (0, 1).
    n_resamples : int
        Permutations drawn where there are more than `MOST_EXACT` units, at least 1.

    Returns
    -------
    RankCorrelation
        rho and p_value are NaN with fewer than two units, the interval with fewer than four.

    Raises
    ------
    InputError
        If x and y differ in shape or have more than two axes.

    Notes
    -----
    The interval is tanh(atanh(rho) -+ z sqrt(1.06 / (n - 3))) (Fieller et al. 1957). A perfect
    order would have no width: rho enters half an exchange of neighbours nearer to 0.
    """
    first, second = _repetitions(x, y)
    tail, draws = require_resampling(level, n_resamples)
    known = ~(np.isnan(first) | np.isnan(second)).any(axis=0)
    n = int(known.sum())
    left, right = _standard_ranks(first[:, known]), _standard_ranks(second[:, known])
    varies = ~(np.isnan(left).any(axis=1) | np.isnan(right).any(axis=1))
    if n < 2 or not varies.any():
        return RankCorrelation(math.nan, math.nan, math.nan, math.nan, n)
    products = left[varies].T @ right[varies] / varies.sum()
    rho = float(np.clip(np.trace(products), -1.0, 1.0))
    return RankCorrelation(rho, *_fisher(rho, n, tail), _p_value(products, draws, rng), n)


def _repetitions(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = as_floats("x", x), as_floats("y", y)
    if first.ndim not in (1, 2) or first.shape != second.shape:
        raise InputError(
            f"x has shape {first.shape} and y {second.shape}: both must have one shape, (n,) or "
            "(m, n)"
        )
    return np.atleast_2d(first), np.atleast_2d(second)


def _standard_ranks(values: FloatArray) -> FloatArray:
    """Return each row's ranks, average at ties, with mean 0 and length 1; NaN if constant."""
    from scipy.stats import rankdata  # a second to import, and every command starts with theory

    if values.shape[1] == 0:
        return np.full((len(values), 1), np.nan)
    ranks = rankdata(values, axis=1)
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    length = np.sqrt(np.sum(centred**2, axis=1, keepdims=True))
    return np.asarray(centred / np.where(length > 0, length, np.nan))


def _fisher(rho: float, n: int, tail: float) -> tuple[float, float]:
    from scipy.special import ndtri

    if n < 4:
        return math.nan, math.nan
    most = 1 - 6 / (n * (n * n - 1))
    centre = math.atanh(min(max(rho, -most), most))
    half = float(ndtri(1 - tail)) * math.sqrt(1.06 / (n - 3))
    return min(math.tanh(centre - half), rho), max(math.tanh(centre + half), rho)


def _p_value(products: FloatArray, draws: int, rng: np.random.Generator) -> float:
    """Return the share of permutations at least as far from 0 as the order at hand."""
    n = len(products)
    exact = n <= MOST_EXACT
    places = _permutations(n) if exact else rng.permuted(np.tile(np.arange(n), (draws, 1)), axis=1)
    found = np.abs(products[np.arange(n), places].sum(axis=1))
    hits = int(np.sum(found >= abs(np.trace(products)) - 1e-9))
    return hits / len(places) if exact else (hits + 1) / (draws + 1)


@lru_cache(maxsize=MOST_EXACT)
def _permutations(n: int) -> NDArray[np.intp]:
    return np.array(list(itertools.permutations(range(n))), dtype=np.intp)
