"""Refusals: a value that cannot be is named with its field and its range where it enters."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError

FloatArray: TypeAlias = NDArray[np.float64]


def as_floats(name: str, value: ArrayLike) -> FloatArray:
    """Turn a number or an array of numbers into float64.

    Raises
    ------
    InputError
        If the value is not numeric.
    """
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} = {value!r} is not a number or an array of numbers") from error


def interval_text(low: float, high: float, *, open_low: bool, open_high: bool) -> str:
    """Write an interval the way a message shows it, e.g. ``[0, 1)``."""
    left = "(" if open_low or math.isinf(low) else "["
    right = ")" if open_high or math.isinf(high) else "]"
    return f"{left}{low:.6g}, {high:.6g}{right}"


def require_between(
    name: str,
    value: ArrayLike,
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> FloatArray:
    """Return ``value`` as float64 when every entry lies in the interval.

    Raises
    ------
    InputError
        Naming the first entry outside the interval; NaN is always outside.
    """
    array = as_floats(name, value)
    above = array > low if open_low else array >= low
    below = array < high if open_high else array <= high
    inside = above & below
    if not np.all(inside):
        bad = float(array[~inside].flat[0]) if array.ndim else float(array)
        allowed = interval_text(low, high, open_low=open_low, open_high=open_high)
        raise InputError(f"{name} = {bad:.17g} is out of range: it must lie in {allowed}")
    return array


def require_probability(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as float64 when every entry lies in [0, 1]."""
    return require_between(name, value, 0.0, 1.0)


def require_angle(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` (radians) as float64 when every entry lies in [0, pi].

    An entry above pi by at most 1e-9 (a rounded 180 degrees) is taken as pi.
    """
    array = as_floats(name, value)
    nearly_pi = (array > math.pi) & (array <= math.pi + 1e-9)
    return require_between(name, np.where(nearly_pi, math.pi, array), 0.0, math.pi)


def require_scalar(name: str, array: FloatArray) -> float:
    """Return the one number of a 0-d array; refuse a vector."""
    if array.ndim:
        raise InputError(f"{name} has shape {array.shape}: it must be one number")
    return float(array)


def require_whole(name: str, value: int, low: int) -> int:
    """Return a whole number that is at least ``low``.

    Raises
    ------
    InputError
        If it is no whole number, or too small.
    """
    number = require_scalar(name, require_between(name, value, low, math.inf, open_high=True))
    if number != int(number):
        raise InputError(f"{name} = {value!r} must be a whole number, at least {low}")
    return int(number)


def require_resampling(level: float, n_resamples: int) -> tuple[float, int]:
    """Return the tail 0.5 (1 - level) on each side of an interval, and the number of resamples.

    Raises
    ------
    InputError
        If ``level`` is no number in (0, 1) or ``n_resamples`` no whole number of at least 1.
    """
    return require_tail(level), require_whole("n_resamples", n_resamples, 1)


def require_tail(level: float) -> float:
    """Return the tail 0.5 (1 - level) on each side of an interval of coverage ``level``."""
    share = require_between("level", level, 0.0, 1.0, open_low=True, open_high=True)
    return 0.5 * (1.0 - require_scalar("level", share))


def require_same_shape(**arrays: FloatArray) -> list[FloatArray]:
    """Broadcast named arrays against each other.

    Raises
    ------
    InputError
        Naming the shapes, if they do not fit.
    """
    try:
        return list(np.broadcast_arrays(*arrays.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise InputError(f"shapes do not fit each other: {shapes}") from error


def unwrap(array: FloatArray) -> FloatArray:
    """Give a 0-d array back as a numpy scalar and leave any other array alone."""
    return np.asarray(array, dtype=np.float64)[()]
