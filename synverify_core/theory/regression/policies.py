"""Least squares over rounds: what each data policy does to the error.

x ~ N(0, Sigma) in R^d, y = x.w0 + noise, error E(w) = |w - w0|^2_Sigma. The error of one fit,
v(sigma2, d, T) = sigma2 d / (T - d - 1), does not depend on Sigma. Dohmatob et al. 2024 (arXiv
2402.07712, 2402.07043) and Gerstgrasser et al. 2024 (arXiv 2404.01413); exact at finite T and d
except where a function says "estimate".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from synverify_core.errors import InputError
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_whole,
    unwrap,
)
from synverify_core.theory.regression.inputs import (
    fit_error,
    geometric,
    inverse_sum,
    require_choice,
    require_fit,
    require_rounds,
    require_variance,
)

INPUTS = ("same", "fresh")


def replace(
    d: int,
    T: int,
    sigma2: float,
    n: ArrayLike,
    T0: int | None = None,
    sigma0_2: float | None = None,
) -> FloatArray:
    """Error of the last fit after n generations of which each sees only the one before.

    v(sigma2, d, T) + n v(sigma0_2, d, T0): sigma2 and T belong to the last fit, sigma0_2 and T0
    to the n generations that made its labels.

    Parameters
    ----------
    d : int
        Dimension >= 1.
    T, T0 : int
        Samples of the last fit and of each generation, >= d + 2; T0 is T where it is not given.
    sigma2, sigma0_2 : float
        Noise variances >= 0; sigma0_2 is sigma2 where it is not given.
    n : array_like
        Generations between the truth and the last fit, whole, >= 0.

    Raises
    ------
    InputError
        For values outside their range.
    """
    last = fit_error(d, T, sigma2)
    earlier = generation_error(d, T if T0 is None else T0, sigma2 if sigma0_2 is None else sigma0_2)
    return unwrap(last + require_rounds(n, 0) * earlier)


def generation_error(d: int, T0: int, sigma0_2: float) -> float:
    """Error v(sigma0_2, d, T0) that one generation adds; refusals name its own fields."""
    size = require_whole("d", d, 1)
    noise, samples = require_variance("sigma0_2", sigma0_2), require_fit("T0", T0, size)
    return noise * size / (samples - size - 1)


def horizon(
    d: int,
    T: int,
    sigma2: float,
    w0_norm2: float = 1.0,
    T0: int | None = None,
    sigma0_2: float | None = None,
) -> float:
    """Count the generations after which `replace` is worse than predicting 0 (error |w0|^2).

    n_null = SNR0 (T0-d-1)/d (1 - d / ((T-d-1) SNR)), SNR = |w0|^2 / sigma2. Not rounded; 0 where
    even the first fit is worse, inf where generations add no error.
    """
    left = require_variance("w0_norm2", w0_norm2) - fit_error(d, T, sigma2)
    earlier = generation_error(d, T if T0 is None else T0, sigma2 if sigma0_2 is None else sigma0_2)
    if left <= 0.0:
        return 0.0
    return left / earlier if earlier > 0.0 else float(np.inf)


def growing(d: int, T: int, sigma2: float, n: ArrayLike) -> FloatArray:
    """Error of fit n where fit m replaces its data by m T samples: sum over m <= n of v(s2, d, mT).

    n counts fits, the first on labels of the truth; whole, >= 1.
    """
    rounds = require_rounds(n, 1)
    fit_error(d, T, sigma2)  # its refusals
    q = (d + 1.0) / T
    return unwrap(sigma2 * d / T * (digamma(rounds + 1.0 - q) - digamma(1.0 - q)))


def accumulate(d: int, T: int, sigma2: float, n: ArrayLike, inputs: str = "same") -> FloatArray:
    """Error of fit n on all data so far, T new labels a round.

    With the same T inputs labelled anew in every round v(sigma2, d, T) sum 1/i^2, below v pi^2/6;
    with fresh inputs sigma2 d sum 1/(i (iT - d - 1)) (ours, by the exchangeability of rounds).

    Parameters
    ----------
    n : array_like
        Fits, the first on labels of the truth; whole, >= 1, inf allowed.
    inputs : {"same", "fresh"}
        Whether rounds label the same inputs.
    """
    rounds = require_rounds(n, 1, endless=True)
    error = fit_error(d, T, sigma2)
    if require_choice("inputs", inputs, INPUTS) == "same":
        return unwrap(error * inverse_sum(rounds, 0.0))
    return unwrap(sigma2 * d / T * inverse_sum(rounds, (d + 1.0) / T))


def mix_factor(d: int, T_synthetic: int, T_real: int) -> float:
    """Share c of a round's error that the next round keeps, given fresh real rows (ours, exact).

    c = [(T-1) E tr B^2 - E (tr B)^2] / ((T-d-1) d) with T = T_synthetic + T_real and B the
    matrix-beta weight of the synthetic rows; (1 - rho)^2 for T >> d, rho the real share. It can
    exceed 1 where T is close to d and real rows are few.
    """
    total = T_synthetic + T_real
    a, whole = T_synthetic / 2.0, total / 2.0
    two = a * (a + 1.0) / (whole * (whole + 1.0)) * d * (d + 2.0) / 3.0
    pair = a * (a - 0.5) / (whole * (whole - 0.5)) * 2.0 * d * (d - 1.0) / 3.0
    trace_of_square, square_of_trace = two - 0.5 * pair, two + pair
    return ((total - 1.0) * trace_of_square - square_of_trace) / ((total - d - 1.0) * d)


def mix(d: int, T_synthetic: int, T_real: int, sigma2: float, n: ArrayLike) -> FloatArray:
    """Error of fit n on T_synthetic labels of the model before and T_real fresh real rows.

    V_n = v (1 - c^n) / (1 - c) with v = v(sigma2, d, T_synthetic + T_real) and c = `mix_factor`.

    Parameters
    ----------
    T_synthetic, T_real : int
        Rows of each kind, >= 0, together >= d + 2.
    n : array_like
        Fits, the first on labels of the truth alone; whole, >= 1; inf where c < 1.
    """
    size = require_whole("d", d, 1)
    made, real = require_whole("T_synthetic", T_synthetic, 0), require_whole("T_real", T_real, 0)
    if made + real < size + 2:
        raise InputError(
            f"T_synthetic + T_real = {made + real} is out of range: it must be at least d + 2 = "
            f"{size + 2}"
        )
    rounds = require_rounds(n, 1, endless=True)
    gap = 1.0 - mix_factor(size, made, real) if real else 0.0
    if gap <= 0.0 and np.any(np.isinf(rounds)):
        raise InputError(
            f"n = inf is out of range with T_real = {real}: each round keeps {1.0 - gap:.4g} times "
            "the error of the one before, so n must be finite"
        )
    return unwrap(fit_error(size, made + real, sigma2) * geometric(gap, rounds))


def weighted_mix(
    d: int, T: int, sigma2: float, weight: ArrayLike, n: ArrayLike = np.inf
) -> FloatArray:
    """Estimate of the error of fit n on T real and T synthetic rows, real ones with weight w.

    For T >> d: v (w^2 + (1-w)^2) (1 - (1-w)^2n) / (w (2 - w)). Where it ends is least at
    w = (sqrt(5) - 1)/2 = 0.618, where it is 0.618 v (arXiv 2502.18049).

    Parameters
    ----------
    weight : array_like
        Weight on real rows, in (0, 1].
    n : array_like
        Fits, the first on labels of the truth alone; whole, >= 1; inf (the default): in the end.
    """
    w = require_between("weight", weight, 0.0, 1.0, open_low=True)
    rounds = require_rounds(n, 1, endless=True)
    with np.errstate(divide="ignore"):
        reached = -np.expm1(2.0 * rounds * np.log1p(-w))
    return unwrap(fit_error(d, T, sigma2) * (w * w + (1.0 - w) ** 2) / (w * (2.0 - w)) * reached)


def subsample(d: int, T: int, sigma2: float, n: ArrayLike) -> FloatArray:
    """Estimate for T rows, each labelled by an earlier model drawn at random, truth included.

    v sum over i <= n of 1/i^2, for T >> d; simulated errors are a few per cent above it.
    """
    return accumulate(d, T, sigma2, n, "same")


def equal_shares(d: int, samples: int, sigma2: float, n: int) -> float:
    """Error of n `replace` rounds that share a total of samples equally: n v(sigma2, d, B/n).

    For a fixed total equal shares are the best ones.

    Raises
    ------
    InputError
        Where a round gets fewer than d + 2 samples.
    """
    size, rounds = require_whole("d", d, 1), require_whole("n", n, 1)
    total = require_whole("samples", samples, rounds * (size + 2))
    return rounds * require_variance("sigma2", sigma2) * size / (total / rounds - size - 1.0)


def min_norm(
    d: int, T: int, w0_norm2: float, sigma2: float, n: ArrayLike, inputs: str = "fresh"
) -> FloatArray:
    """Error of fit n by the shortest vector that fits T labels of the model before.

    Isotropic inputs. With fresh inputs |w0|^2 (1 - eta^n) + s2 T/(d-T-1) (1 - eta^n)/(1 - eta),
    eta = T/d; with the same inputs |w0|^2 (1 - eta) + n s2 T/(d-T-1). From T = d + 2 on the
    shortest vector is least squares and every fit adds v.

    Parameters
    ----------
    T : int
        Samples in [1, d - 2] or >= d + 2: between them the variance is infinite.
    w0_norm2 : float
        |w0|^2 >= 0.
    n : array_like
        Fits, the first on labels of the truth; whole, >= 1; inf with fresh inputs and T < d.
    """
    size, samples = require_whole("d", d, 1), require_whole("T", T, 1)
    if size - 2 < samples < size + 2:
        raise InputError(
            f"T = {samples} is out of range: the variance is infinite between d - 2 and d + 2, so "
            f"it must lie in [1, {size - 2}] or [{size + 2}, inf)"
        )
    fresh = require_choice("inputs", inputs, INPUTS) == "fresh"
    below = samples < size
    rounds = require_rounds(n, 1, endless=fresh and below)
    signal, noise = require_variance("w0_norm2", w0_norm2), require_variance("sigma2", sigma2)
    if not below:
        return unwrap(rounds * fit_error(size, samples, noise))
    added, share = noise * samples / (size - samples - 1.0), samples / size
    if not fresh:
        return unwrap(signal * (1.0 - share) + rounds * added)
    kept = geometric(1.0 - share, rounds)
    return unwrap((signal * (1.0 - share) + added) * kept)
