"""p, phi, psi and p_star measured from similarities and keep bits (Appendix C)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError
from synverify_core.theory.checks import (
    FloatArray,
    as_floats,
    require_probability,
    require_same_shape,
    unwrap,
)

BoolArray = NDArray[np.bool_]


class Measured(NamedTuple):
    """Measured rates; NaN where a rate is undefined (no wrong labels, nothing kept, ...)."""

    p: float
    phi: float
    psi: float
    p_star: float
    keep_rate: float
    precision_kept: float
    kept: int
    n_samples: int


def measure(similarity: ArrayLike, keep: ArrayLike) -> Measured:
    """Measure a verifier: p = 1 - E[s], phi = E[q s]/(1-p), psi = E[q (1-s)]/p (Appendix C).

    Parameters
    ----------
    similarity : array_like, shape (n_samples,)
        s in [0, 1] between true and synthesized output; 0/1 for right and wrong labels.
    keep : array_like, shape (n_samples,)
        Keep bits q, bool or 0/1.

    Raises
    ------
    InputError
        For a similarity outside [0, 1], a keep bit that is no bit, or lengths that differ.
    """
    likeness, kept = check_similarity(similarity), check_keep("keep", keep)
    check_lengths(similarity=likeness, keep=kept)
    n_samples, n_kept = likeness.size, int(np.count_nonzero(kept))
    right, kept_right = float(np.sum(likeness)), float(np.sum(likeness[kept]))
    # 1 - s first: n - sum(s) would leave rounding dust where every s is 1.
    wrong, kept_wrong = float(np.sum(1.0 - likeness)), float(np.sum(1.0 - likeness[kept]))
    phi, psi = _quotient(kept_right, right), _quotient(kept_wrong, wrong)
    return Measured(
        p=_quotient(wrong, n_samples),
        phi=phi,
        psi=psi,
        p_star=_quotient(phi, phi + psi),
        keep_rate=_quotient(n_kept, n_samples),
        precision_kept=_quotient(kept_right, n_kept),
        kept=n_kept,
        n_samples=n_samples,
    )


def corrected_error_rate(accept_rate: ArrayLike, phi: ArrayLike, psi: ArrayLike) -> FloatArray:
    """Error rate p of unlabelled data from a verifier's accept rate (Rogan and Gladen 1978).

    1 - p = (accept_rate - psi) / (phi - psi), cut to [0, 1].

    Parameters
    ----------
    accept_rate, phi, psi : array_like
        In [0, 1].

    Raises
    ------
    InputError
        Where phi <= psi: such a verifier's accept rate says nothing about p, or the reverse.
    """
    rate, right, wrong = require_same_shape(
        accept_rate=require_probability("accept_rate", accept_rate),
        phi=require_probability("phi", phi),
        psi=require_probability("psi", psi),
    )
    useless = right <= wrong
    if np.any(useless):
        first = np.unravel_index(int(np.argmax(useless)), useless.shape)
        raise InputError(
            f"phi = {right[first]:.6g} does not exceed psi = {wrong[first]:.6g}: phi must lie in "
            f"({wrong[first]:.6g}, 1] for the accept rate to be corrected"
        )
    return unwrap(1.0 - np.clip((rate - wrong) / (right - wrong), 0.0, 1.0))


def check_similarity(similarity: ArrayLike) -> FloatArray:
    """Return s as a float64 vector in [0, 1]."""
    return _vector("similarity", require_probability("similarity", similarity))


def check_keep(name: str, keep: ArrayLike) -> BoolArray:
    """Return keep bits as a bool vector."""
    bits = np.asarray(keep)
    if bits.dtype != np.bool_:
        numbers = as_floats(name, keep)
        bad = (numbers != 0.0) & (numbers != 1.0)
        if np.any(bad):
            raise InputError(
                f"{name} = {numbers[bad].flat[0]:.6g} is no keep bit: it must be 0 or 1"
            )
        bits = numbers == 1.0
    if bits.ndim != 1:
        raise InputError(f"{name} has shape {bits.shape}: it must be a vector")
    return bits


def check_lengths(**vectors: FloatArray | BoolArray) -> None:
    """Refuse vectors of different length, naming them."""
    if len({vector.size for vector in vectors.values()}) > 1:
        sizes = ", ".join(f"{name} has {vector.size}" for name, vector in vectors.items())
        raise InputError(f"lengths differ: {sizes} entries; they must be equal")


def _vector(name: str, values: FloatArray) -> FloatArray:
    if values.ndim != 1:
        raise InputError(f"{name} has shape {values.shape}: it must be a vector")
    return values


def _quotient(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
