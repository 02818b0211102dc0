"""The breakdown point p_star and the identities around it (Theorems 4.2 and E.3)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_probability,
    require_same_shape,
    require_scalar,
    unwrap,
)

# p and p_star closer than this are the same number up to rounding.
TIE = 1e-12


class ClassBreakdown(NamedTuple):
    """Breakdown point of each class."""

    class_0: FloatArray
    class_1: FloatArray


def p_star(phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Breakdown point 1 / (1 + psi/phi) = phi / (phi + psi) (Theorem 4.2).

    Parameters
    ----------
    phi, psi : array_like
        P(keep | label right) and P(keep | label wrong), in [0, 1].

    Returns
    -------
    ndarray
        In [0, 1]; NaN where phi = psi = 0, a verifier that keeps nothing.
    """
    return p_minus(0.0, phi, psi)


def p_minus(t: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Lower end of the band of Theorem E.3 (eq. 19): below it accuracy is 100 %.

    Parameters
    ----------
    t : array_like
        Slack in [0, 1); 0 gives p_star.
    phi, psi : array_like
        In [0, 1].
    """
    slack, right, wrong = _band_input(t, phi, psi)
    return _share((1.0 - slack) * right, (1.0 + slack) * wrong)


def p_plus(t: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Upper end of the band of Theorem E.3 (eq. 19): above it accuracy is 0 %."""
    slack, right, wrong = _band_input(t, phi, psi)
    return _share((1.0 + slack) * right, (1.0 - slack) * wrong)


def keep_rate(p: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Share of the synthesized pool that is kept: phi (1 - p) + psi p."""
    error, right, wrong = _rates_input(p, phi, psi)
    return unwrap(right * (1.0 - error) + wrong * error)


def precision_kept(p: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Share of right labels among the kept: phi (1 - p) / keep rate.

    Above 1/2 exactly when p < p_star; NaN where nothing is kept.
    """
    error, right, wrong = _rates_input(p, phi, psi)
    return _share(right * (1.0 - error), wrong * error)


def youden_j(phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Youden's J = phi - psi in [-1, 1]; positive exactly when p_star > 1/2."""
    right, wrong = _pair_input(phi, psi)
    return unwrap(right - wrong)


def likelihood_ratio(phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """LR+ = phi / psi = p_star / (1 - p_star); inf at psi = 0, NaN where both are 0."""
    right, wrong = _pair_input(phi, psi)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return unwrap(right / wrong)


def class_breakdown(
    phi_0: ArrayLike, phi_1: ArrayLike, psi_01: ArrayLike, psi_10: ArrayLike
) -> ClassBreakdown:
    """Breakdown point of each class for an asymmetric verifier (Proposition F.4, b = 0).

    Parameters
    ----------
    phi_0, phi_1 : array_like
        P(keep | y' = k, y = k) of class k, in [0, 1].
    psi_01, psi_10 : array_like
        P(keep | y' = l, y = k) for psi_kl: the first digit is the true class (eq. 3).

    Returns
    -------
    ClassBreakdown
        Both classes are learned only where p is below both.
    """
    values = {"phi_0": phi_0, "phi_1": phi_1, "psi_01": psi_01, "psi_10": psi_10}
    checked = {name: require_probability(name, value) for name, value in values.items()}
    right_0, right_1, wrong_0, wrong_1 = require_same_shape(**checked)
    return ClassBreakdown(_share(right_0, wrong_0), _share(right_1, wrong_1))


def verdict(p: float, p_star: float) -> str:
    """One sentence: what retraining on the kept samples does (scalars in [0, 1]).

    A NaN ``p_star`` (a verifier that keeps nothing) gets its own sentence.
    """
    error = require_scalar("p", require_probability("p", p))
    if math.isnan(p_star):
        return f"p = {error:.2f}, p* undefined: nothing to learn from"
    point = require_scalar("p_star", require_probability("p_star", p_star))
    if abs(error - point) <= TIE:
        return f"p = {error:.2f} = p* = {point:.2f}: undecided"
    digits = 2
    while f"{error:.{digits}f}" == f"{point:.{digits}f}":
        digits += 1
    sign, outcome = (
        ("<", "retraining recovers the truth")
        if error < point
        else (">", "retraining learns the opposite")
    )
    return f"p = {error:.{digits}f} {sign} p* = {point:.{digits}f}: {outcome}"


def _share(part: FloatArray, rest: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return unwrap(part / (part + rest))


def _pair_input(phi: ArrayLike, psi: ArrayLike) -> list[FloatArray]:
    return require_same_shape(
        phi=require_probability("phi", phi), psi=require_probability("psi", psi)
    )


def _rates_input(p: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> list[FloatArray]:
    return require_same_shape(
        p=require_probability("p", p),
        phi=require_probability("phi", phi),
        psi=require_probability("psi", psi),
    )


def _band_input(t: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> list[FloatArray]:
    return require_same_shape(
        t=require_between("t", t, 0.0, 1.0, open_high=True),
        phi=require_probability("phi", phi),
        psi=require_probability("psi", psi),
    )
