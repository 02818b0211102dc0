"""One round: what a choice among K samples does to a distribution, exactly, for any K."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.theory.checks import FloatArray, require_between, require_scalar
from synverify_core.theory.curation.checks import (
    require_candidates,
    require_reward,
    require_rewards,
    require_shares,
)
from synverify_core.theory.curation.kernel import curate, factors


class Gain(NamedTuple):
    """Mean of e^r before and after a round, and a lower bound of the latter; unit: max e^r."""

    before: float
    after: float
    bound: float


class Rates(NamedTuple):
    """Factors a round: of a rare best outcome, and of the rest once the best has nearly all."""

    growth: float
    decay: float


def choice_factors(p: ArrayLike, reward: ArrayLike, K: float) -> FloatArray:
    """Return H(x) = K E[a(x)/(a(x) + a(x_2) + .. + a(x_K))], x_j ~ p: a round multiplies p by it.

    1/S = integral of e^(-tS) dt turns the mean over all K - 1 others into one integral,
    H(x) = K a(x) integral e^(-t a(x)) (E_p e^(-t a))^(K-1) dt, for any K and number of outcomes.

    Parameters
    ----------
    p : array_like, shape (outcomes,)
        Shares of the outcomes, sum 1.
    reward : array_like, shape (outcomes,)
        Rewards r of the one who chooses (log-odds), a = e^r; any span.
    K : float
        Samples to choose from, whole and at least 2, or inf (then H = e^r / E_p e^r).

    Raises
    ------
    InputError
        Naming field, value and range.
    """
    shares = require_shares("p", p)
    return factors(shares, require_reward("reward", reward, len(shares)), require_candidates(K))


def curated(
    p: ArrayLike, reward: ArrayLike, K: float, weights: ArrayLike | None = None
) -> FloatArray:
    """Return the distribution after a round of choices, each made by a random group.

    p' = p sum_i q_i H_i (Ferbach et al. 2024 for one group, Zhao et al. 2025 for several).

    Parameters
    ----------
    p : array_like, shape (outcomes,)
    reward : array_like, shape (outcomes,) or (groups, outcomes)
    K : float
        Samples to choose from, whole and at least 2, or inf.
    weights : array_like, shape (groups,)
        Share q_i of the choices that group i makes; None: equal ones.

    Raises
    ------
    InputError
        Naming field, value and range.
    """
    shares = require_shares("p", p)
    table = require_rewards("reward", reward, len(shares))
    return curate(shares, table, require_candidates(K), group_weights(weights, len(table)))


def group_weights(weights: ArrayLike | None, groups: int) -> FloatArray:
    """Return one weight a group, equal ones where none are given."""
    if weights is None:
        return np.full(groups, 1.0 / groups)
    shares = require_shares("weights", weights)
    if len(shares) != groups:
        raise InputError(f"weights has {len(shares)} entries: it must have {groups}, one a group")
    return shares


def log_utilities(p: ArrayLike, reward: ArrayLike) -> FloatArray:
    """Return log E_p e^{r_i} of each group, shape (groups,); never overflows."""
    shares = require_shares("p", p)
    table = require_rewards("reward", reward, len(shares))
    top = np.where(shares > 0, table, -np.inf).max(axis=1)
    with np.errstate(over="ignore"):  # an outcome without a share may lie far above the top
        lifted = np.where(shares > 0, np.exp(table - top[:, None]), 0.0)
    return np.asarray(top + np.log(lifted @ shares))


def gain(p: ArrayLike, reward: ArrayLike, K: float) -> Gain:
    """Return the mean of e^r before and after a round, with the bound that a round keeps.

    After >= E e^r + (K-1)/K Var(e^r)/max e^r (Ferbach et al. 2024, Lemma 2.2); for K = inf it is
    E e^r + Var(e^r)/E e^r exactly, which is then the bound. Parameters and errors as in `curated`.
    """
    shares, candidates = require_shares("p", p), require_candidates(K)
    rewards = require_reward("reward", reward, len(shares))
    lifted = np.exp(rewards - rewards.max())
    before = float(lifted @ shares)
    spread = float((lifted - before) ** 2 @ shares)
    after = float(lifted @ curate(shares, rewards[None], candidates, np.ones(1)))
    if math.isinf(candidates):
        return Gain(before, after, before + spread / before if before else 0.0)
    return Gain(before, after, before + (candidates - 1) / candidates * spread)


def rates(U: float, K: float) -> Rates:
    """Return growth K U/(U+K-1) and decay K/(1+(K-1)U); U and 1/U for K = inf.

    Parameters
    ----------
    U : float
        e^gap >= 1: how much likelier the best outcome is chosen than any other.
    K : float
        Samples to choose from, whole and at least 2, or inf.
    """
    odds = require_scalar("U", require_between("U", U, 1.0, math.inf, open_high=True))
    candidates = require_candidates(K)
    if math.isinf(candidates):
        return Rates(odds, 1.0 / odds)
    others = candidates - 1
    return Rates(candidates * odds / (odds + others), candidates / (1 + others * odds))


def pstar_of_choice(gap: float, K: float, p: float = 0.5) -> float:
    """Return p* = 1/(1 + psi/phi) of a choice that prefers right to wrong by a reward gap.

    For K = inf it is sigmoid(gap); for finite K it depends on the share p of wrong samples, as
    phi/psi = H(right)/H(wrong) does.
    """
    difference = require_scalar(
        "gap", require_between("gap", gap, -math.inf, math.inf, open_low=True, open_high=True)
    )
    wrong = require_scalar("p", require_between("p", p, 0.0, 1.0))
    candidates = require_candidates(K)
    if math.isinf(candidates):
        return 1 / (1 + math.exp(-difference)) if difference > -700 else 0.0
    shares = np.array([1 - wrong, wrong])
    phi, psi = factors(shares, np.array([difference, 0.0]), candidates)
    return float(phi / (phi + psi))
