"""What curation refuses: distributions, rewards, weights and numbers of candidates."""

import math

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.theory.checks import FloatArray, as_floats, require_scalar

_SUM = 1e-6
"""How far typed shares may miss 1; they are then divided by their sum."""


def require_shares(name: str, value: ArrayLike) -> FloatArray:
    """Return shares, shape (n,), each at least 0, that sum to 1.

    Raises
    ------
    InputError
        For another shape, an entry below 0 or not finite, or a sum that misses 1 by over 1e-6.
    """
    shares = np.atleast_1d(as_floats(name, value))
    if shares.ndim != 1 or not len(shares):
        raise InputError(f"{name} has shape {shares.shape}: it must be a list of shares")
    bad = ~np.isfinite(shares) | (shares < 0)
    if bad.any():
        raise InputError(f"{name} = {shares[bad][0]:g} is out of range: shares lie in [0, 1]")
    total = float(shares.sum())
    if abs(total - 1.0) > _SUM:
        raise InputError(f"{name} sums to {total:.9g}: shares must sum to 1")
    return shares / total


def require_rewards(name: str, value: ArrayLike, outcomes: int) -> FloatArray:
    """Return rewards, shape (groups, outcomes), of one group (a list) or several (lists).

    Raises
    ------
    InputError
        For a reward that is not finite, or not one for each outcome.
    """
    try:
        rewards = np.atleast_2d(as_floats(name, value))
    except InputError as error:
        raise InputError(f"{error}, or its lists differ in length") from error
    if rewards.ndim != 2 or rewards.shape[1] != outcomes:
        raise InputError(
            f"{name} has shape {rewards.shape}: it must have {outcomes} entries, one an outcome"
        )
    if not np.isfinite(rewards).all():
        bad = rewards[~np.isfinite(rewards)][0]
        raise InputError(f"{name} = {bad:g} is out of range: it must lie in (-inf, inf)")
    return rewards


def require_reward(name: str, value: ArrayLike, outcomes: int) -> FloatArray:
    """Return the rewards of one group, shape (outcomes,); errors as in `require_rewards`."""
    rewards = require_rewards(name, value, outcomes)
    if len(rewards) != 1:
        raise InputError(f"{name} has {len(rewards)} lists: it must be the rewards of one group")
    return np.asarray(rewards[0])


def require_candidates(value: float) -> float:
    """Return K, the number of samples that a user sees: whole and at least 2, or infinite.

    Raises
    ------
    InputError
        For anything else.
    """
    number = require_scalar("K", as_floats("K", value))
    if not number >= 2 or (math.isfinite(number) and number != int(number)):
        raise InputError(f"K = {number:g} is out of range: a whole number from 2 on, or inf")
    return number
