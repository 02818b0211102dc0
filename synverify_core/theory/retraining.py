"""The retraining law: direction and accuracy of the model retrained on kept samples.

Not in the paper. It holds for the mean classifier, equation 1 in the limit of a large ridge
penalty (the regime of the paper's proof), on the mixture x = k y w* + N(0, I): by Stein's lemma
the kept, labelled samples average to
D = k [(1-p) phi - p psi] w* + f(k cos tg) w_gen + f(k cos tp) w_prune,
with f the normal density, around noise of total variance (keep rate) d / n. Theorem 4.2's jump is
its limit for large separation and many samples.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr

from synverify_core.theory.angles import azimuth_from_theta, require_theta
from synverify_core.theory.bivariate import bivariate_normal_cdf
from synverify_core.theory.breakdown import TIE, keep_rate
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_probability,
    require_same_shape,
    unwrap,
)


class RetrainingLaw(NamedTuple):
    """The retrained model.

    cosine : cosine of its angle to w*, in [-1, 1].
    accuracy : agreement with the Bayes classifier (the paper's acc), in [0, 1].
    accuracy_true : accuracy on true labels, in [0, 1].
    """

    cosine: FloatArray
    accuracy: FloatArray
    accuracy_true: FloatArray


def retraining_law(
    theta_gen: ArrayLike,
    theta_prune: ArrayLike,
    theta: ArrayLike,
    *,
    separation: ArrayLike,
    n_samples: ArrayLike = np.inf,
    dimension: ArrayLike,
) -> RetrainingLaw:
    """Retrained model after supervised pruning (eq. 5) at three angles.

    Parameters
    ----------
    theta_gen, theta_prune, theta : array_like
        Radians, feasible.
    separation : array_like
        k >= 0. At 0 the isotropic model: the direction is the bisector of w_gen and w_prune and
        true labels are the Bayes labels, so both accuracies agree.
    n_samples : array_like
        Synthesized samples before pruning, > 0, infinity allowed.
    dimension : array_like
        d >= 1; without effect at infinite ``n_samples``.

    Returns
    -------
    RetrainingLaw
        Cosine 0 where no direction is preferred (theta = pi keeps nothing).

    Raises
    ------
    InputError
        For infeasible angles or values outside their range.
    """
    gen, prune, third = require_theta(theta_gen, theta_prune, theta)
    gen, prune, third, k, n, d = require_same_shape(
        theta_gen=gen, theta_prune=prune, theta=third, **_sizes(separation, n_samples, dimension)
    )
    along, across, log_scale = _mean_direction(gen, prune, third, k)
    a, b, r = k * np.cos(gen), k * np.cos(prune), np.cos(third)
    kept = bivariate_normal_cdf(a, b, r) + bivariate_normal_cdf(-a, -b, r)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        noise = np.exp(0.5 * np.log(kept * d / n) - log_scale)
        size = np.hypot(np.hypot(along, across), noise)
        cosine = np.where((size > 0) & np.isfinite(size), along / size, 0.0)
    return _accuracies(np.clip(cosine, -1.0, 1.0), k, labels_are_bayes=k == 0.0)


def retraining_law_independent(
    p: ArrayLike,
    phi: ArrayLike,
    psi: ArrayLike,
    *,
    separation: ArrayLike,
    n_samples: ArrayLike,
    dimension: ArrayLike,
) -> RetrainingLaw:
    """Retrained model when errors and keep bits do not depend on x (Figure 6).

    c = l k / sqrt(l^2 k^2 + keep_rate d / n) with l = (1 - p) phi - p psi; it changes sign exactly
    at p = p_star, over a width of about sqrt(keep_rate d / n) / k.

    Parameters
    ----------
    p, phi, psi : array_like
        In [0, 1].
    separation, n_samples, dimension : array_like
        As in `retraining_law`; here separation 0 is a mixture without signal (accuracy 1/2).
    """
    error, right, wrong, k, n, d = require_same_shape(
        p=require_probability("p", p),
        phi=require_probability("phi", phi),
        psi=require_probability("psi", psi),
        **_sizes(separation, n_samples, dimension),
    )
    pull = (1.0 - error) * right - error * wrong
    pull = np.where(np.abs(pull) <= TIE * ((1.0 - error) * right + error * wrong), 0.0, pull)
    noise = np.sqrt(keep_rate(error, right, wrong) * d / n)
    size = np.hypot(pull * k, noise)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.where(size > 0, pull * k / size, 0.0)
    return _accuracies(cosine, k, labels_are_bayes=np.zeros(k.shape, dtype=bool))


def theorem_accuracy(p: ArrayLike, p_star: ArrayLike) -> FloatArray:
    """Accuracy of Theorem 4.2: 1 below p_star, 0 above it, 0.5 at equality; NaN at NaN p_star."""
    error = require_probability("p", p)
    point = np.asarray(p_star, dtype=np.float64)
    require_probability("p_star", np.where(np.isnan(point), 0.5, point))
    gap = np.where(np.abs(point - error) <= TIE, 0.0, point - error)
    return unwrap(0.5 + 0.5 * np.sign(gap))


def _sizes(
    separation: ArrayLike, n_samples: ArrayLike, dimension: ArrayLike
) -> dict[str, FloatArray]:
    return {
        "separation": require_between("separation", separation, 0.0, np.inf, open_high=True),
        "n_samples": require_between("n_samples", n_samples, 0.0, np.inf, open_low=True),
        "dimension": require_between("dimension", dimension, 1.0, np.inf, open_high=True),
    }


def _mean_direction(
    gen: FloatArray, prune: FloatArray, third: FloatArray, k: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Components of D along and across w*, and the logarithm of the unit that they are in.

    (1-p) phi - p psi = Phi2(a, b) - Phi2(-a, -b) = Phi(a) + Phi(b) - 1, whatever theta is. All
    terms can underflow together at a large separation while their ratio is what matters, hence
    the common unit.
    """
    a, b = k * np.cos(gen), k * np.cos(prune)
    turn = azimuth_from_theta(gen, prune, third)
    low, high = log_ndtr(np.minimum(a, b)), log_ndtr(-np.maximum(a, b))
    log_gen, log_prune = (-0.5 * (z * z + np.log(2.0 * np.pi)) for z in (a, b))
    with np.errstate(divide="ignore"):
        log_k = np.log(k)
    unit = np.maximum(np.maximum(log_gen, log_prune), log_k + np.maximum(low, high))
    with np.errstate(under="ignore"):
        star = k * (np.exp(low - unit) - np.exp(high - unit))
        weight_gen, weight_prune = np.exp(log_gen - unit), np.exp(log_prune - unit)
    side_gen, side_prune = weight_gen * np.cos(gen), weight_prune * np.cos(prune)
    along = star + side_gen + side_prune
    # On theta_gen + theta_prune = pi the terms cancel: what rounding leaves is no direction.
    size = k * (np.exp(low - unit) + np.exp(high - unit)) + np.abs(side_gen) + np.abs(side_prune)
    along = np.where(np.abs(along) <= TIE * size, 0.0, along)
    side = weight_prune * np.sin(prune)
    across = np.hypot(weight_gen * np.sin(gen) + side * np.cos(turn), side * np.sin(turn))
    return along, across, unit


def _accuracies(
    cosine: FloatArray, k: FloatArray, *, labels_are_bayes: NDArray[np.bool_]
) -> RetrainingLaw:
    agree = bivariate_normal_cdf(k, k * cosine, cosine)
    agree = np.clip(agree + bivariate_normal_cdf(-k, -k * cosine, cosine), 0.0, 1.0)
    true = np.where(labels_are_bayes, agree, ndtr(k * cosine))
    return RetrainingLaw(unwrap(cosine), unwrap(agree), unwrap(true))
