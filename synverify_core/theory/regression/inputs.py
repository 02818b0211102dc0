"""What the closed forms of regression share: refusals, one fit's error, sums over rounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError, brief
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_scalar,
    require_whole,
)

LAST_SUMMED = 1_000
"""Rounds that sums over 1/(i (i - q)) add one by one; the rest is an integral (1e-16)."""


def require_rounds(n: ArrayLike, low: int, *, endless: bool = False) -> FloatArray:
    """Return n as floats when every entry is a whole number of at least ``low``.

    Raises
    ------
    InputError
        Naming the first entry that is not; inf is refused unless ``endless``.
    """
    rounds = require_between("n", n, low, np.inf, open_high=not endless)
    broken = np.isfinite(rounds) & (rounds != np.floor(rounds))
    if np.any(broken):
        raise InputError(f"n = {rounds[broken].flat[0]:.6g} must be a whole number, at least {low}")
    return rounds


def require_variance(name: str, value: ArrayLike) -> float:
    """Return one finite number that is at least 0."""
    return require_scalar(name, require_between(name, value, 0.0, np.inf, open_high=True))


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Return the word if it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"{name} = {brief(value)} is refused: it must be {' or '.join(choices)}")
    return value


def require_fit(name: str, T: int, d: int) -> int:
    """Return a number of samples with which least squares has a finite variance: T >= d + 2."""
    return require_whole(name, T, d + 2)


def fit_error(d: int, T: int, sigma2: float) -> float:
    """Error v = sigma2 d / (T - d - 1) of least squares on T labels of the truth.

    Exact for Gaussian inputs of any covariance.

    Parameters
    ----------
    d : int
        Dimension >= 1.
    T : int
        Samples >= d + 2.
    sigma2 : float
        Noise variance >= 0.
    """
    size = require_whole("d", d, 1)
    return require_variance("sigma2", sigma2) * size / (require_fit("T", T, size) - size - 1)


def inverse_sum(n: FloatArray, q: float) -> FloatArray:
    """Sum over i <= n of 1 / (i (i - q)), for whole n >= 1 or inf, and 0 <= q < 1."""
    i = np.arange(1.0, LAST_SUMMED + 1.0)
    summed = np.cumsum(1.0 / (i * (i - q)))
    few = np.minimum(n, LAST_SUMMED).astype(np.int64)
    # Euler-Maclaurin from LAST_SUMMED to n: integral, ends, slopes.
    tail = _integral(n, q) - _integral(i[-1], q)
    tail = tail + 0.5 * (_term(n, q) - _term(i[-1], q)) + (_slope(n) - _slope(i[-1])) / 12.0
    return np.asarray(summed[few - 1] + np.where(n > LAST_SUMMED, tail, 0.0))


def _integral(x: FloatArray, q: float) -> FloatArray:
    return np.asarray(-1.0 / x if q == 0.0 else np.log1p(-q / x) / q)


def _term(x: FloatArray, q: float) -> FloatArray:
    return np.asarray(1.0 / x / (x - q))


def _slope(x: FloatArray) -> FloatArray:
    return np.asarray(-2.0 / x / x / x)  # of 1 / x^2: q changes it by 1e-12


def geometric(gap: float, n: FloatArray) -> FloatArray:
    """Sum of (1 - gap)^i over i < n, for gap <= 1 and n >= 1; n inf needs gap > 0."""
    if gap == 0.0:
        return np.asarray(n)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.expm1(n * np.log1p(-gap)) / gap)
