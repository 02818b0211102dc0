"""Finite samples: ridge least squares on kept samples, by random-matrix theory."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from synverify_core.theory.breakdown import keep_rate
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_probability,
    require_same_shape,
    unwrap,
)


def ridge_accuracy(
    p: ArrayLike,
    phi: ArrayLike,
    psi: ArrayLike,
    *,
    mean_norm: ArrayLike,
    n_samples: ArrayLike,
    dimension: ArrayLike,
    penalty: ArrayLike,
) -> FloatArray:
    """Accuracy on true labels of w = (X'QX/n + penalty I)^-1 X'Q y'/n (arXiv 2410.08942).

    It assumes that label errors and keep bits do not depend on x; a verifier that looks at x, as
    margin pruning does, violates that.

    Parameters
    ----------
    p, phi, psi : error rate and keep rates, in [0, 1].
    mean_norm : |mu| >= 0 in x = mu y + N(0, I): the separation.
    n_samples, dimension : samples before pruning, > 0, and d >= 1.
    penalty : ridge penalty > 0, on the scale of the mean (not the sum) of squared errors.

    Returns
    -------
    ndarray
        In [0, 1], exact as n and d grow together; crosses 1/2 at p = p_star. NaN where nothing
        is kept.

    Raises
    ------
    InputError
        For values outside their range.
    """
    error, right, wrong, mu, n, d, g = _checked(
        p, phi, psi, mean_norm, n_samples, dimension, penalty
    )
    kept = np.asarray(keep_rate(error, right, wrong))
    pull = right * (1.0 - error) - wrong * error
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = _margin(kept, pull, mu, d / n, g)
    return unwrap(np.where(kept > 0.0, ndtr(margin), np.nan))


def _checked(
    p: ArrayLike,
    phi: ArrayLike,
    psi: ArrayLike,
    mean_norm: ArrayLike,
    n_samples: ArrayLike,
    dimension: ArrayLike,
    penalty: ArrayLike,
) -> list[FloatArray]:
    """Return the arguments in this order, each in its range, broadcast against each other."""
    finite = {"open_low": True, "open_high": True}
    return require_same_shape(
        p=require_probability("p", p),
        phi=require_probability("phi", phi),
        psi=require_probability("psi", psi),
        mean_norm=require_between("mean_norm", mean_norm, 0.0, np.inf, open_high=True),
        n_samples=require_between("n_samples", n_samples, 0.0, np.inf, **finite),
        dimension=require_between("dimension", dimension, 1.0, np.inf, open_high=True),
        penalty=require_between("penalty", penalty, 0.0, np.inf, **finite),
    )


def _margin(
    kept: FloatArray, pull: FloatArray, mu: FloatArray, eta: FloatArray, g: FloatArray
) -> FloatArray:
    """Mean of y x . w over its standard deviation."""
    free = kept + g - eta * kept
    root = np.sqrt(free**2 + 4.0 * eta * kept * g)
    # The quadratic's root without cancellation on either side of free = 0.
    delta = np.where(free > 0, 2.0 * eta * kept / (free + root), (root - free) / (2.0 * g))
    shrunk = kept + g * (1.0 + delta)
    denominator = kept * mu**2 + shrunk
    loss = np.minimum(kept * eta / shrunk**2, 1.0)  # 1 - h, whose digits a large penalty needs
    # The source's E2 - mean^2, with r = pull/kept and x = kept |mu|^2 / denominator, as a sum of
    # terms that are never negative.
    r, rest = pull / kept, shrunk / denominator
    spread = loss * ((1.0 - r) * (1.0 + r) + (r * rest) ** 2) + (pull * mu / denominator) ** 2
    return np.asarray(pull * mu**2 / denominator * np.sqrt((1.0 - loss) / spread))
