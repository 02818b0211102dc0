"""Three angles between truth, generator and verifier, and the rates that they make.

Two models share these functions. ``separation = 0`` is the isotropic model of Figure 2: x has no
class means and the true label is sign(x . w*), so p = theta_gen/pi. ``separation = k > 0`` is the
Gaussian mixture x = k y w* + N(0, I), whose labels are themselves uncertain (Bayes accuracy
Phi(k)). The first is *not* the k -> 0 limit of the second for p, phi and psi (there p -> 1/2), but
the keep rate and the direction of the retrained model do agree in that limit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from synverify_core.errors import InputError
from synverify_core.theory.bivariate import conditional_normal_cdf
from synverify_core.theory.checks import (
    FloatArray,
    require_angle,
    require_between,
    require_same_shape,
    require_whole,
    unwrap,
)

# Room for rounding at the ends of the feasible range; a value inside it is moved to the end.
ANGLE_TOLERANCE = 1e-9


class ThetaRange(NamedTuple):
    """Lowest and highest angle between generator and verifier, radians."""

    lo: FloatArray
    hi: FloatArray


class AngleVectors(NamedTuple):
    """Unit vectors, each of shape (dimension,)."""

    w_star: FloatArray
    w_gen: FloatArray
    w_prune: FloatArray


class Rates(NamedTuple):
    """What a generator and a verifier make of each other; every field lies in [0, 1]."""

    p: FloatArray
    phi: FloatArray
    psi: FloatArray
    p_star: FloatArray
    keep_rate: FloatArray
    precision_kept: FloatArray


def theta_range(theta_gen: ArrayLike, theta_prune: ArrayLike) -> ThetaRange:
    """Feasible range of the third angle: |tg - tp| <= theta <= min(tg + tp, 2 pi - tg - tp).

    Parameters
    ----------
    theta_gen, theta_prune : array_like
        Radians in [0, pi].

    Raises
    ------
    InputError
        If an angle is outside [0, pi].
    """
    gen, prune = _two_angles(theta_gen, theta_prune)
    lo = np.abs(gen - prune)
    hi = np.minimum(gen + prune, 2.0 * np.pi - gen - prune)
    return ThetaRange(unwrap(lo), unwrap(np.clip(hi, lo, np.pi)))


def require_theta(
    theta_gen: ArrayLike, theta_prune: ArrayLike, theta: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the three angles, broadcast, when three unit vectors can have them.

    Raises
    ------
    InputError
        Naming the first infeasible ``theta`` and its range.
    """
    gen, prune, third = require_same_shape(
        theta_gen=require_angle("theta_gen", theta_gen),
        theta_prune=require_angle("theta_prune", theta_prune),
        theta=require_angle("theta", theta),
    )
    lo, hi = (np.asarray(end) for end in theta_range(gen, prune))
    bad = (third < lo - ANGLE_TOLERANCE) | (third > hi + ANGLE_TOLERANCE)
    if np.any(bad):
        where = np.unravel_index(int(np.argmax(bad)), bad.shape)
        raise InputError(
            f"theta = {third[where]:.6g} is not reachable with theta_gen = {gen[where]:.6g} and "
            f"theta_prune = {prune[where]:.6g}: it must lie in "
            f"[{lo[where]:.6g}, {hi[where]:.6g}]"
        )
    return gen, prune, np.clip(third, lo, hi)


def theta_from_azimuth(
    theta_gen: ArrayLike, theta_prune: ArrayLike, azimuth: ArrayLike
) -> FloatArray:
    """Angle between generator and verifier from the azimuth between their planes through w*.

    cos theta = cos tg cos tp + sin tg sin tp cos azimuth, in its half-angle form, which keeps
    every digit. Azimuth 0: errors on the same side; pi/2: independent directions; pi: opposite.

    Parameters
    ----------
    theta_gen, theta_prune, azimuth : array_like
        Radians in [0, pi]; every such triple is feasible.
    """
    gen, prune, turn = require_same_shape(
        theta_gen=require_angle("theta_gen", theta_gen),
        theta_prune=require_angle("theta_prune", theta_prune),
        azimuth=require_angle("azimuth", azimuth),
    )
    sines = np.sin(gen) * np.sin(prune)
    near = np.sin(0.5 * (gen - prune)) ** 2 + sines * np.sin(0.5 * turn) ** 2
    far = np.cos(0.5 * (gen + prune)) ** 2 + sines * np.cos(0.5 * turn) ** 2
    lo, hi = theta_range(gen, prune)
    third = 2.0 * np.arctan2(np.sqrt(np.maximum(near, 0.0)), np.sqrt(np.maximum(far, 0.0)))
    return unwrap(np.clip(third, lo, hi))


def azimuth_from_theta(
    theta_gen: ArrayLike, theta_prune: ArrayLike, theta: ArrayLike
) -> FloatArray:
    """Azimuth in [0, pi] that gives ``theta``; 0 where w_gen or w_prune lies along +-w*.

    Raises
    ------
    InputError
        If the third angle is not reachable.
    """
    gen, prune, third = require_theta(theta_gen, theta_prune, theta)
    near = np.sin(0.5 * (third + gen - prune)) * np.sin(0.5 * (third - gen + prune))
    far = np.sin(0.5 * (gen + prune + third)) * np.sin(0.5 * (gen + prune - third))
    turn = 2.0 * np.arctan2(np.sqrt(np.maximum(near, 0.0)), np.sqrt(np.maximum(far, 0.0)))
    defined = np.sin(gen) * np.sin(prune) > 1e-15
    return unwrap(np.where(defined, turn, 0.0))


def realise_angles(
    theta_gen: float,
    theta_prune: float,
    theta: float,
    *,
    dimension: int = 3,
    rng: np.random.Generator | None = None,
) -> AngleVectors:
    """Make unit vectors w*, w_gen, w_prune with the three angles (scalars, radians).

    Parameters
    ----------
    dimension : int
        At least 2; two dimensions hold only the ends of the feasible range.
    rng : Generator, optional
        Turns the triple at random; without it w* is the first axis and w_gen lies in the plane of
        the first two.

    Raises
    ------
    InputError
        If the angles are not feasible, or not in this dimension.
    """
    size = require_whole("dimension", dimension, 2)
    gen, prune, third = require_theta(theta_gen, theta_prune, theta)
    if gen.ndim:
        raise InputError(f"theta_gen, theta_prune and theta must be scalars, not shape {gen.shape}")
    turn = float(azimuth_from_theta(gen, prune, third))
    lo, hi = theta_range(gen, prune)
    if size == 2 and min(third - lo, hi - third) > ANGLE_TOLERANCE:
        raise InputError(
            f"dimension = 2 holds theta = {lo:.6g} or {hi:.6g} only, not {third:.6g}: "
            f"dimension must be at least 3"
        )
    coordinates = np.zeros((3, max(size, 3)))
    coordinates[0, 0] = 1.0
    coordinates[1, :2] = np.cos(gen), np.sin(gen)
    side = np.sin(prune)
    coordinates[2, :3] = np.cos(prune), side * np.cos(turn), side * np.sin(turn)
    vectors = coordinates[:, :size]
    if rng is not None:
        axes = min(size, 3)
        frame, _ = np.linalg.qr(rng.standard_normal((size, axes)))
        vectors = vectors[:, :axes] @ frame.T
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return AngleVectors(unit[0], unit[1], unit[2])


def rates_from_angles(
    theta_gen: ArrayLike,
    theta_prune: ArrayLike,
    theta: ArrayLike,
    *,
    separation: ArrayLike = 0.0,
) -> Rates:
    """p, phi, psi and what follows from them, for supervised pruning (eq. 5) at three angles.

    Parameters
    ----------
    theta_gen, theta_prune, theta : array_like
        Radians, feasible.
    separation : array_like
        k >= 0; 0 is the isotropic model with labels sign(x . w*), see the module's text.

    Returns
    -------
    Rates
        Where a quotient is 0/0 its limit is given: psi = 1/2 at theta_gen = 0 and phi = 1/2 at
        theta_gen = pi in the isotropic model (the limit at azimuth pi/2, where errors do not
        depend on the verifier); p_star = p and precision 1/2 at theta = pi, where nothing is kept
        (the limit along theta_gen + theta_prune = pi).

    Raises
    ------
    InputError
        For an infeasible angle or a separation outside [0, inf).

    Notes
    -----
    Orthant probabilities of Section 4.4. The paper's E.6 prints another numerator for psi, which
    exceeds 1, and a wrong scale in c1, c2.
    """
    gen, prune, third = require_theta(theta_gen, theta_prune, theta)
    k = require_between("separation", separation, 0.0, np.inf, open_high=True)
    gen, prune, third, k = require_same_shape(
        theta_gen=gen, theta_prune=prune, theta=third, separation=k
    )
    flat = _isotropic(gen, prune, third)
    mixed = _mixture(gen, prune, third, k)
    p, phi, psi = (np.where(k == 0.0, one, two) for one, two in zip(flat, mixed, strict=True))
    return _complete(p, phi, psi, nothing_kept=third > np.pi - ANGLE_TOLERANCE)


def _isotropic(
    gen: FloatArray, prune: FloatArray, third: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        phi = (2.0 * np.pi - gen - prune - third) / (2.0 * (np.pi - gen))
        psi = (gen + prune - third) / (2.0 * gen)
    phi = np.where(gen >= np.pi, 0.5, phi)
    psi = np.where(gen <= 0.0, 0.5, psi)
    return gen / np.pi, np.clip(phi, 0.0, 1.0), np.clip(psi, 0.0, 1.0)


def _mixture(
    gen: FloatArray, prune: FloatArray, third: FloatArray, k: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    a, b, r = k * np.cos(gen), k * np.cos(prune), np.cos(third)
    return ndtr(-a), conditional_normal_cdf(a, b, r), conditional_normal_cdf(-a, -b, r)


def _complete(
    p: FloatArray, phi: FloatArray, psi: FloatArray, nothing_kept: NDArray[np.bool_]
) -> Rates:
    phi = np.where(nothing_kept, 0.0, phi)
    psi = np.where(nothing_kept, 0.0, psi)
    right, wrong = (1.0 - p) * phi, p * psi
    keep = right + wrong
    with np.errstate(invalid="ignore", divide="ignore"):
        breakdown = np.where(phi + psi > 0.0, phi / (phi + psi), p)
        precision = np.where(keep > 0.0, right / keep, 0.5)
    return Rates(*(unwrap(field) for field in (p, phi, psi, breakdown, keep, precision)))


def _two_angles(theta_gen: ArrayLike, theta_prune: ArrayLike) -> list[FloatArray]:
    return require_same_shape(
        theta_gen=require_angle("theta_gen", theta_gen),
        theta_prune=require_angle("theta_prune", theta_prune),
    )
