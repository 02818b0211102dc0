"""Ridge regression after n generations of least squares, for any spectrum.

w = (X'X/T + lam)^-1 X'y/T by its deterministic equivalent, exact as T and d grow together.
Dohmatob et al. 2024 (arXiv 2402.07712).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.theory.checks import (
    FloatArray,
    as_floats,
    require_between,
    require_scalar,
    require_whole,
    unwrap,
)
from synverify_core.theory.regression.inputs import require_rounds, require_variance
from synverify_core.theory.regression.policies import generation_error

GRID = np.logspace(-12.0, 4.0, 161)
"""Penalties tried before the best one is refined, in units of the largest eigenvalue."""
MOST_DIRECTIONS = 10**6
"""Eigenvalues that are summed one by one."""


def effective_penalty(lam: ArrayLike, T: int, spectrum: ArrayLike) -> FloatArray:
    """Root kappa >= lam of kappa = lam + kappa Tr[S (S + kappa)^-1] / T, by Newton's method.

    Parameters
    ----------
    lam : array_like
        Penalties >= 0, > 0 where T <= d.
    T : int
        Samples >= 1.
    spectrum : array_like, shape (d,)
        Eigenvalues > 0 of Sigma.

    Notes
    -----
    kappa - lam - Tr/T is convex and positive at lam + Tr S / T, so that Newton's steps from there
    fall to the root without passing it.
    """
    samples, s = require_whole("T", T, 1), _spectrum(spectrum)
    penalty = _penalty(lam, samples, len(s))
    kappa = np.asarray(penalty + s.sum() / samples)
    for _ in range(200):
        share = s / (s + kappa[..., None])
        excess = kappa - penalty - kappa * share.sum(axis=-1) / samples
        step = excess / (1.0 - np.sum(share**2, axis=-1) / samples)
        kappa = np.asarray(np.maximum(kappa - step, penalty))
        if np.all(np.abs(step) <= 4e-16 * kappa):
            break
    return unwrap(np.where((penalty == 0.0) & (kappa < 1e-14 * s.min()), 0.0, kappa))


def ridge_error(
    T: int,
    lam: ArrayLike,
    *,
    spectrum: ArrayLike,
    w0_squared: ArrayLike,
    sigma2: float,
    n: ArrayLike = 0.0,
    T0: int | None = None,
    sigma0_2: float | None = None,
) -> FloatArray:
    """Error of a ridge fit on T labels of w_n, the n-th least-squares generation from w0.

    bias + sigma2 u + n sigma0_2 / (T0-d-1) (df2 + u kappa^2 Tr (S + kappa)^-2) with
    df2 = Tr S^2 (S + kappa)^-2, u = df2 / (T - df2) and
    bias = kappa^2 w0' S (S + kappa)^-2 w0 T / (T - df2).

    Parameters
    ----------
    T : int
        Samples of the last fit, >= 1; may be below d.
    lam : array_like
        Penalties on the scale of the mean squared error, >= 0, > 0 where T <= d.
    spectrum : array_like, shape (d,)
        Eigenvalues > 0 of Sigma.
    w0_squared : array_like, shape (d,)
        Squared coefficients >= 0 of w0 in its eigenvectors.
    sigma2, sigma0_2 : float
        Noise variances >= 0; sigma0_2 is sigma2 where it is not given.
    n : array_like
        Generations, whole, >= 0; broadcasts against lam.
    T0 : int
        Samples of a generation, >= d + 2; T where it is not given.

    Returns
    -------
    ndarray
        Errors.
    """
    samples, s = require_whole("T", T, 1), _spectrum(spectrum)
    w2 = require_between("w0_squared", w0_squared, 0.0, np.inf, open_high=True)
    if w2.shape != s.shape:
        raise InputError(f"w0 has shape {w2.shape}: it must have that of the spectrum, {s.shape}")
    spread = _generations(len(s), samples, sigma2, n, T0, sigma0_2)
    kappa = np.asarray(effective_penalty(lam, samples, s))[..., None]
    share, rest = s / (s + kappa), kappa / (s + kappa)
    df2 = np.sum(share**2, axis=-1)
    u = df2 / (samples - df2)
    bias = np.sum(rest**2 * s * w2, axis=-1) * samples / (samples - df2)
    made = spread * (df2 + u * np.sum(rest**2, axis=-1))
    return unwrap(bias + require_variance("sigma2", sigma2) * u + made)


def best_penalty(
    T: int,
    *,
    spectrum: ArrayLike,
    w0_squared: ArrayLike,
    sigma2: float,
    n: float = 0.0,
    T0: int | None = None,
    sigma0_2: float | None = None,
) -> float:
    """Penalty with the least `ridge_error` (its arguments), to about 1e-8 of its logarithm."""
    from scipy.optimize import minimize_scalar  # slow to import; every command starts with theory

    s = _spectrum(spectrum)
    n = require_scalar("n", as_floats("n", n))

    def error(lam: FloatArray) -> FloatArray:
        return ridge_error(
            T, lam, spectrum=s, w0_squared=w0_squared, sigma2=sigma2, n=n, T0=T0, sigma0_2=sigma0_2
        )

    tried = GRID * s.max()
    place = int(np.argmin([error(lam) for lam in tried]))
    ends = np.log(tried[[max(place - 1, 0), min(place + 1, len(tried) - 1)]])
    found = minimize_scalar(
        lambda x: float(error(np.exp(x))), bounds=ends, method="bounded", options={"xatol": 1e-9}
    )
    return float(np.exp(found.x))


def ridge(
    d: int,
    T: int,
    lam: float | str,
    sigma2: float,
    n: ArrayLike = 0.0,
    T0: int | None = None,
    sigma0_2: float | None = None,
    w0_norm2: float = 1.0,
    spectrum: ArrayLike | None = None,
    w0: ArrayLike | None = None,
) -> FloatArray:
    """`ridge_error` of an isotropic problem, or of a spectrum and a w0 that are given.

    Parameters
    ----------
    lam : float or str
        A penalty, or ``clean`` (the best without generations) or ``adapted`` (the best for n).
    w0_norm2 : float
        |w0|^2, shared equally by all directions; not used where w0 is given.
    spectrum, w0 : array_like, shape (d,), optional
        Eigenvalues of Sigma (else all 1) and coefficients of w0 in its eigenvectors.
    """
    size = _directions(d)
    s = np.ones(size) if spectrum is None else _spectrum(spectrum)
    if len(s) != size:
        raise InputError(f"spectrum has {len(s)} entries: it must have d = {size}")
    shared = np.full(size, require_variance("w0_norm2", w0_norm2) / size)
    finite = {"open_low": True, "open_high": True}
    w2 = shared if w0 is None else require_between("w0", w0, -np.inf, np.inf, **finite) ** 2
    return _at(lam, T, spectrum=s, w0_squared=w2, sigma2=sigma2, n=n, T0=T0, sigma0_2=sigma0_2)


def power_law(d: int, beta: float, r: float) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues j^-beta and w0_j^2 = j^-(1 + (2r - 1) beta), scaled to w0' S w0 = 1.

    Parameters
    ----------
    d : int
        Directions >= 1.
    beta : float
        Capacity exponent > 1.
    r : float
        Source exponent > 0; above 1 it counts as 1, where ridge saturates.
    """
    size, capacity, source = _directions(d), _capacity(beta), _source(r)
    j = np.arange(1.0, size + 1.0)
    s, w2 = j**-capacity, j ** -(1.0 + (2.0 * source - 1.0) * capacity)
    return s, w2 / np.sum(s * w2)


def power_ridge(
    d: int,
    T: int,
    beta: float,
    r: float,
    lam: float | str,
    sigma2: float,
    n: ArrayLike = 0.0,
    T0: int | None = None,
    sigma0_2: float | None = None,
) -> FloatArray:
    """`ridge_error` on the spectrum and the truth of `power_law`; lam as in `ridge`."""
    s, w2 = power_law(d, beta, r)
    return _at(lam, T, spectrum=s, w0_squared=w2, sigma2=sigma2, n=n, T0=T0, sigma0_2=sigma0_2)


def adaptive(
    d: int,
    T: int,
    sigma2: float,
    n: ArrayLike,
    beta: float,
    r: float,
    T0: int | None = None,
    sigma0_2: float | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Say what n generations of least squares do to the best ridge on a power law.

    q = sigma2/T + n sigma0_2/(T0-d-1) takes the place of sigma2/T: the sample shrinks to
    T_eff = sigma2/q, the best penalty goes as q^(beta/(2 beta r + 1)) and its error as
    q^(2 beta r/(2 beta r + 1)). With T0 fixed no T brings q below n sigma0_2/(T0-d-1).

    Parameters
    ----------
    d, T, T0, sigma2, sigma0_2, n : as in `ridge_error`.
    beta : float
        Eigenvalues j^-beta, > 1.
    r : float
        Source > 0; above 1 it counts as 1.

    Returns
    -------
    tuple
        q, T_eff, and penalty and error up to constant factors.
    """
    samples, capacity = require_whole("T", T, 1), _capacity(beta)
    noise = require_variance("sigma2", sigma2)
    size = require_whole("d", d, 1)
    q = noise / samples + _generations(size, samples, noise, n, T0, sigma0_2)
    power = 2.0 * capacity * _source(r)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(q > 0.0, noise / q, samples)
    parts = (q, left, q ** (capacity / (power + 1.0)), q ** (power / (power + 1.0)))
    first, second, third, fourth = (unwrap(part) for part in parts)
    return first, second, third, fourth


def _at(lam: float | str, T: int, **problem: Any) -> FloatArray:
    """`ridge_error` at a penalty, or at the best one for n = 0 (clean) or for n (adapted)."""
    if isinstance(lam, str):
        if lam not in ("clean", "adapted"):
            raise InputError(f"lam = {lam!r} is refused: it must be a number, clean or adapted")
        lam = best_penalty(T, **(problem if lam == "adapted" else {**problem, "n": 0.0}))
    return ridge_error(T, require_scalar("lam", as_floats("lam", lam)), **problem)


def _generations(
    d: int, T: int, sigma2: float, n: ArrayLike, T0: int | None, sigma0_2: float | None
) -> FloatArray:
    """Variance n sigma0_2 / (T0 - d - 1) of each coefficient of w_n, in units of its eigenvalue."""
    rounds = require_rounds(n, 0)
    if T0 is None and not np.any(rounds):
        return rounds
    samples, noise = T if T0 is None else T0, sigma2 if sigma0_2 is None else sigma0_2
    return np.asarray(rounds * generation_error(d, samples, noise) / d)


def _directions(d: int) -> int:
    require_between("d", d, 1, MOST_DIRECTIONS)
    return require_whole("d", d, 1)


def _spectrum(spectrum: ArrayLike) -> FloatArray:
    s = require_between("spectrum", spectrum, 0.0, np.inf, open_low=True, open_high=True)
    if s.ndim != 1 or not s.size:
        raise InputError(f"spectrum has shape {s.shape}: it must be a vector")
    return s


def _penalty(lam: ArrayLike, T: int, d: int) -> FloatArray:
    return require_between("lam", lam, 0.0, np.inf, open_low=T <= d, open_high=True)


def _capacity(beta: float) -> float:
    low = {"open_low": True, "open_high": True}
    return require_scalar("beta", require_between("beta", beta, 1.0, np.inf, **low))


def _source(r: float) -> float:
    return min(1.0, require_scalar("r", require_between("r", r, 0.0, np.inf, open_low=True)))
