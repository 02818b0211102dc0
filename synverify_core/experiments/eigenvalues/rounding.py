"""Numbers rounded to some significant digits, as sign, mantissa and exponent."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError

MAX_EXPONENT = 100
_LARGEST_SCALE = MAX_EXPONENT + 3
_POWERS = np.array([float(f"1e{k}") for k in range(_LARGEST_SCALE + 1)])
# 10^-k beside 10^k: one table look-up and one product instead of a branch for the sign of k.
_SCALES = np.array([float(f"1e{k}") for k in range(-_LARGEST_SCALE, _LARGEST_SCALE + 1)])


class Parts(NamedTuple):
    """value = (-1)^negative * mantissa * 10^exponent; zero is mantissa 0, exponent 0, positive."""

    negative: NDArray[np.bool_]
    mantissa: NDArray[np.int16]
    exponent: NDArray[np.int16]


def round_parts(values: ArrayLike, digits: int) -> Parts:
    """Round to significant digits.

    Parameters
    ----------
    values : array_like, any shape; finite.
    digits : significant digits: a mantissa has exactly so many, 10^(digits-1) .. 10^digits - 1.

    Returns
    -------
    Parts
        Arrays of the shape of `values`. An exponent outside [-100, 100] makes the number zero
        (Charton 2022); negative zero becomes zero.

    Raises
    ------
    InputError
        If a value is not finite.
    """
    given = np.asarray(values, dtype=np.float64)
    numbers = np.atleast_1d(given)
    magnitude = np.abs(numbers)
    if not np.isfinite(magnitude.sum()) and not np.isfinite(numbers).all():
        raise InputError("a number is not finite: only finite numbers can be written as tokens")
    with np.errstate(divide="ignore"):
        exponent = np.floor(np.log10(magnitude))
    exponent -= digits - 1
    np.clip(exponent, -MAX_EXPONENT - 1, MAX_EXPONENT + 1, out=exponent)
    powers = exponent.astype(np.int16)
    with np.errstate(over="ignore"):
        mantissa = np.rint(magnitude * _SCALES[_LARGEST_SCALE - powers])
    # 9.996 rounds to 1000 E-2, and log10 may be one unit off beside a power of ten: carry.
    full = 10**digits
    carry = mantissa >= full
    if carry.any():
        mantissa[carry] = full // 10
        powers[carry] += 1
    vanished = (mantissa < full // 10) | (np.abs(powers) > MAX_EXPONENT)
    if vanished.any():
        mantissa[vanished] = 0
        powers[vanished] = 0
    negative = (numbers < 0) & ~vanished
    shape = given.shape
    return Parts(
        negative.reshape(shape), mantissa.astype(np.int16).reshape(shape), powers.reshape(shape)
    )


def parts_to_values(parts: Parts) -> NDArray[np.float64]:
    """Return the numbers, each the double nearest to its decimal (exponents down to -22)."""
    powers = parts.exponent
    values = parts.mantissa * _POWERS[np.maximum(powers, 0)]
    values /= _POWERS[np.maximum(-powers, 0)]
    return np.asarray(np.where(parts.negative, -values, values))


def round_values(values: ArrayLike, digits: int) -> NDArray[np.float64]:
    """Round to significant digits (finite numbers, any shape)."""
    return parts_to_values(round_parts(values, digits))
