"""The bivariate normal distribution function, vectorised and safe in the tails."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfcx, log_ndtr, ndtr, owens_t

from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_same_shape,
    unwrap,
)

# Below this limit P(X <= h) < 1.1e-6: a quotient of two absolute accuracies of 1e-16 is poor.
_TAIL = -4.75
# Points integrated at once, which bounds the memory of a large grid.
_CHUNK = 4096
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def bivariate_normal_cdf(a: ArrayLike, b: ArrayLike, rho: ArrayLike) -> FloatArray:
    """P(X <= a, Y <= b) for standard normals with correlation ``rho``.

    Parameters
    ----------
    a, b : array_like
        Limits, infinities allowed.
    rho : array_like
        Correlation in [-1, 1], both ends included.

    Returns
    -------
    ndarray, broadcast shape
        Absolute error about 1e-15 (Owen 1956, through his T function).

    Raises
    ------
    InputError
        For NaN, or ``rho`` outside [-1, 1].
    """
    h, k, r = _checked(a, b, rho)
    # ndtr(h) - ndtr(-k) = ndtr(h) + ndtr(k) - 1, without the cancellation in the tails.
    lowest = np.maximum(0.0, ndtr(np.minimum(h, k)) - ndtr(-np.maximum(h, k)))
    highest = np.minimum(ndtr(h), ndtr(k))
    inner = np.isfinite(h) & np.isfinite(k) & (np.abs(r) < 1.0)
    value = _owen(np.where(inner, h, 1.0), np.where(inner, k, 1.0), np.where(inner, r, 0.0))
    # At an infinite limit both Frechet bounds coincide; at rho = 1 and -1 one of them is reached.
    edge = np.where(r > 0, highest, lowest)
    return unwrap(np.clip(np.where(inner, value, edge), lowest, highest))


def conditional_normal_cdf(a: ArrayLike, b: ArrayLike, rho: ArrayLike) -> FloatArray:
    """P(Y <= b | X <= a) for standard normals, also where P(X <= a) underflows.

    Parameters
    ----------
    a, b : array_like
        Finite limits.
    rho : array_like
        Correlation in [-1, 1].

    Returns
    -------
    ndarray, broadcast shape
        In [0, 1], absolute error below 1e-11.
    """
    h, k, r = _checked(a, b, rho)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore", under="ignore"):
        value = np.asarray(bivariate_normal_cdf(h, k, r) / ndtr(h))
        deep = h < _TAIL
        if np.any(deep):
            value = np.array(value)
            value[deep] = _in_chunks(h[deep], k[deep], r[deep])
    return unwrap(np.clip(value, 0.0, 1.0))


def _checked(a: ArrayLike, b: ArrayLike, rho: ArrayLike) -> list[FloatArray]:
    return require_same_shape(
        a=require_between("a", a, -np.inf, np.inf),
        b=require_between("b", b, -np.inf, np.inf),
        rho=require_between("rho", rho, -1.0, 1.0),
    )


def _slopes(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """(k - r h) / h / sqrt(1 - r^2), written so that |r| near 1 with |h| near |k| stays exact."""
    top = np.where(r > 0, (k - h) + (1.0 - r) * h, (k + h) - (1.0 + r) * h)
    slope = top / (h * np.sqrt((1.0 - r) * (1.0 + r)))
    # A zero limit: the sign of a zero must not decide, so that +0 and -0 agree.
    return np.asarray(np.where(h == 0.0, np.where(k == 0.0, 0.0, np.sign(k) * np.inf), slope))


def _owen(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Owen's formula for finite limits and |r| < 1."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        parts = owens_t(h, _slopes(h, k, r)) + owens_t(k, _slopes(k, h, r))
        # Signs, not the product h k, which underflows.
        signs = np.sign(h) * np.sign(k)
        opposite = (signs < 0) | ((signs == 0) & (h + k < 0))
        value = 0.5 * (ndtr(h) + ndtr(k)) - parts - 0.5 * opposite
        at_origin = 0.25 + np.arcsin(r) / (2.0 * np.pi)
    return np.asarray(np.where((h == 0.0) & (k == 0.0), at_origin, value))


def _in_chunks(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    starts = range(0, h.size, _CHUNK)
    cuts = [slice(start, start + _CHUNK) for start in starts]
    return np.concatenate([_tail_conditional(h[cut], k[cut], r[cut]) for cut in cuts])


def _tail_conditional(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Integrate P(Y <= k | X = h - z) over the tail density of X <= h, panel by panel.

    h, k, r : ndarray, shape (n,), h below _TAIL. Infinite h is taken as -1e8, deep enough that the
    answer is a step.
    """
    h = np.maximum(h, -1e8)
    spread = np.sqrt((1.0 - r) * (1.0 + r))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        perfect = np.where(
            r > 0,
            np.exp(log_ndtr(np.minimum(h, k)) - log_ndtr(h)),
            -np.expm1(log_ndtr(-k) - log_ndtr(h)),
        )
        # P(Y <= k | X = h - z) steps at z = h - k/r over a width spread/|r|.
        step, width = h - k / r, spread / np.abs(r)
        offsets = np.array([-7.0, -3.5, -1.5, 0.0, 1.5, 3.5, 7.0])
        around_step = step[:, None] + width[:, None] * offsets
        around_step = np.nan_to_num(around_step, nan=0.0, posinf=np.inf, neginf=0.0)
        decay = np.array([0.0, 3.0, 9.0, 18.0, 32.0]) / -h[:, None]
        edges = np.sort(np.concatenate([decay, np.clip(around_step, 0.0, decay[:, -1:])], axis=1))
        half = 0.5 * np.diff(edges, axis=1)[:, :, None]
        z = edges[:, :-1, None] + half * (1.0 + _NODES)
        start = np.sqrt(2.0 / np.pi) / erfcx(-h / np.sqrt(2.0))
        column = (slice(None), None, None)
        density = start[column] * np.exp(h[column] * z - 0.5 * z * z)
        inner = ndtr((k[column] - r[column] * (h[column] - z)) / spread[column])
        total = np.sum(half * _WEIGHTS * density * inner, axis=(1, 2))
    return np.asarray(np.where(spread == 0.0, perfect, total))
