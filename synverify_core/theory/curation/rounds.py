"""Many rounds: the path of a distribution, its limit with real data, and drift without choices."""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from synverify_core.errors import InputError, brief
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_probability,
    require_scalar,
    require_whole,
)
from synverify_core.theory.curation.checks import (
    require_candidates,
    require_reward,
    require_rewards,
    require_shares,
)
from synverify_core.theory.curation.choice import group_weights
from synverify_core.theory.curation.kernel import curate

Policy = Literal["replace", "accumulate"]
_MOST_ROUNDS = 10**6


def require_rounds(T: int) -> int:
    """Return a whole number of rounds from 1 to a million, or refuse it."""
    require_between("T", T, 1, _MOST_ROUNDS)
    return require_whole("T", T, 1)


def require_policy(policy: str) -> str:
    """Return the policy, replace or accumulate, or refuse it."""
    if policy not in ("replace", "accumulate"):
        raise InputError(f"policy = {brief(policy)} must be replace or accumulate")
    return policy


def play(
    p: ArrayLike,
    reward: ArrayLike,
    K: float,
    *,
    T: int,
    weights: ArrayLike | None = None,
    real: float = 0.0,
    policy: Policy = "replace",
) -> FloatArray:
    """Return the distributions of rounds 0 to T, shape (T + 1, outcomes).

    Replace: p_{t+1} = real p_0 + (1 - real) C(p_t), C one round of choices. Accumulate: the model
    learns all that was ever chosen, p_{t+1} = p_t + (that - p_t)/(t + 2).

    Parameters
    ----------
    p, reward, K, weights : as in `curated`
    T : int
        Rounds, 1 to a million.
    real : float
        Share of fresh real data (p_0) in each round, in [0, 1].
    policy : {"replace", "accumulate"}

    Raises
    ------
    InputError
        Naming field, value and range.
    """
    start = require_shares("p", p)
    table = require_rewards("reward", reward, len(start))
    shares = group_weights(weights, len(table))
    candidates, count = require_candidates(K), require_rounds(T)
    fresh = require_scalar("real", require_probability("real", real))
    require_policy(policy)
    path = [start]
    for t in range(count):
        learnt = fresh * start + (1 - fresh) * curate(path[-1], table, candidates, shares)
        step = 1.0 if policy == "replace" else 1.0 / (t + 2)
        path.append(path[-1] + step * (learnt - path[-1]))
    return np.stack(path)


def fixed_point(p_ref: ArrayLike, reward: ArrayLike, a: float) -> FloatArray:
    """Return where rounds from p_ref end when a share a of the data is curated with K = inf.

    p = (1-a) p_ref/(1 - a e^r/M), with M the root above a max e^r at which its mass is 1; then
    M = E_p e^r. For a = 1 all mass is on the best outcomes, in the proportions of p_ref. What p_ref
    does not have never appears.

    Parameters
    ----------
    p_ref : array_like, shape (outcomes,)
        Real data, sum 1.
    reward : array_like, shape (outcomes,)
    a : float
        Share of curated data, in [0, 1].

    Raises
    ------
    InputError
        Naming field, value and range; p_ref = 0 on the best outcome together with a = 1.
    """
    shares = require_shares("p_ref", p_ref)
    rewards = require_reward("reward", reward, len(shares))
    curated = require_scalar("a", require_probability("a", a))
    if curated == 1.0:
        best = np.where(rewards == rewards.max(), shares, 0.0)
        if not best.any():
            raise InputError(
                "p_ref = 0 on the best outcome together with a = 1: nothing leads there; it must "
                "be above 0, or a below 1"
            )
        return np.asarray(best / best.sum())
    there = shares > 0
    behind = -np.expm1(rewards[there] - rewards[there].max())  # 1 - e^r/max e^r
    weighted = (1 - curated) * shares[there]

    def excess(room: float) -> float:  # room = 1 - a max e^r/M
        return float((weighted / (behind + room * (1 - behind))).sum()) - 1

    least = float(weighted[behind == 0].sum())
    if excess(least) <= 0:
        room = least
    else:
        room = brentq(excess, least, 1.0, xtol=1e-300, rtol=8.9e-16) if excess(1.0) < 0 else 1.0
    limit = np.zeros(len(shares))
    limit[there] = weighted / (behind + room * (1 - behind))
    return np.asarray(limit / limit.sum())


def drift(N: float, T: int, policy: Policy = "replace", real: float = 0.0) -> FloatArray:
    """Return the share of the variety (heterozygosity) that is left after rounds 1 to T.

    No choices: each round trains on N rows, of which `real` N are fresh real ones. Replace:
    (1 - 1/N)^t without real data. Accumulate: the product of 1 - 1/(N (s+2)^2), s < t.

    Parameters
    ----------
    N : float
        Rows a round, at least 1.
    T : int
        Rounds, 1 to a million.
    policy : {"replace", "accumulate"}
    real : float
        Share of fresh real rows, in [0, 1]; replace only.

    Raises
    ------
    InputError
        Naming field, value and range.
    """
    rows = require_scalar("N", require_between("N", N, 1.0, math.inf, open_high=True))
    count = require_rounds(T)
    fresh = require_scalar("real", require_probability("real", real))
    if require_policy(policy) == "accumulate":
        if fresh:
            raise InputError(f"real = {fresh:g} is for policy = replace: it must be 0 here")
        return np.asarray(np.cumprod(1 - 1 / (rows * np.arange(2.0, count + 2) ** 2)))
    lost = [0.0]  # variance of the shares around those of the real data, over its largest value
    for _ in range(count):
        own = 1 - fresh
        lost.append(own**2 * lost[-1] + (1 - own * lost[-1]) / rows)
    return 1 - np.array(lost[1:])
