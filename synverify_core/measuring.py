"""The measuring room: which samples a verifier keeps, and what that is worth.

The loop, `rank` and the pages keep and measure here, so that they follow one rule. The rates
themselves are `theory.measure`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError
from synverify_core.theory import (
    Interval,
    beta_interval,
    bootstrap_interval,
    katz_interval,
    measure,
)
from synverify_core.verifiers.base import Verifier
from synverify_core.verifiers.selection import select, top_fraction

Numbers = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Choice(NamedTuple):
    """What is kept, shape (n,), and how many scores (count) were no finite number."""

    keep: Bools
    not_finite: int


class Ranked(NamedTuple):
    """One score at one rate; `kept` counts samples, `note` says what to beware of."""

    verifier: str
    selection_rate: float
    p_star: float
    p_star_low: float
    p_star_high: float
    phi: float
    psi: float
    keep_rate: float
    precision_kept: float
    kept: int
    recovers: bool | None
    note: str


class Ranking(NamedTuple):
    """Error rate of the labels, and the verifiers, best first."""

    p: float
    n_samples: int
    verifiers: list[Ranked]


def choose(
    verifier: Verifier, scores: ArrayLike, rate: float | None, rng: np.random.Generator
) -> Choice:
    """Keep the best `rate` of the samples, or what the verifier's own rule keeps (rate None).

    A sample whose score is not finite is never kept; it counts as one of the samples of which
    `rate` is a share.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Higher is better.
    rate : float or None
        In (0, 1].

    Raises
    ------
    InputError
        If the rate is refused, or the verifier has no rule of its own and none is given.
    """
    values = np.asarray(scores)
    finite = np.isfinite(values)
    n_finite = int(finite.sum())
    if n_finite == len(values):
        return Choice(select(verifier, values, rate, rng), 0)
    keep = np.zeros(len(values), dtype=bool)
    if n_finite:
        if rate is not None:
            rate = min(1.0, max(1, round(rate * len(values))) / n_finite)
        keep[finite] = select(verifier, values[finite], rate, rng)
    return Choice(keep, len(values) - n_finite)


def is_graded(similarity: ArrayLike) -> bool:
    """Tell whether some similarity lies strictly between wrong (0) and right (1)."""
    return not np.isin(similarity, (0.0, 1.0)).all()


def interval(similarity: ArrayLike, keep: ArrayLike, rng: np.random.Generator) -> Interval:
    """95 % interval of p_star, by one rule for all who measure.

    Katz from counts; the posterior where a count is 0; the bootstrap, the only one that draws
    from `rng`, for graded similarities.

    Parameters
    ----------
    similarity, keep : array_like, shape (n,)
        As in `theory.measure`.

    Returns
    -------
    Interval
        NaN where p_star is undefined.
    """
    if is_graded(similarity):
        return bootstrap_interval(similarity, keep, rng=rng)
    if math.isnan(measure(similarity, keep).p_star):
        return Interval(math.nan, math.nan)
    right, kept = np.asarray(similarity) == 1, np.asarray(keep, dtype=bool)
    counts = [int(np.sum(bits)) for bits in (kept & right, right, kept & ~right, ~right)]
    found = katz_interval(*counts)
    return beta_interval(*counts) if math.isnan(found.low) else found


def rank_scores(
    similarity: Numbers, scores: Mapping[str, Numbers], rates: Sequence[float], seed: int = 0
) -> Ranking:
    """Keep the best of every score at every rate, measure, and order by p_star.

    Parameters
    ----------
    similarity : ndarray, shape (n,)
        In [0, 1], 1 where the synthesized label is right.
    scores : mapping of name to ndarray, shape (n,)
        Higher is better.
    rates : sequence of float
        Shares to keep, in (0, 1].
    seed : int
        Of ties at the cut and of bootstrap intervals, at least 0.

    Raises
    ------
    InputError
        For a rate or a seed out of range.
    """
    if seed < 0:
        raise InputError(f"seed = {seed} is refused: it must be at least 0")
    for rate in rates:
        if not 0 < rate <= 1:
            raise InputError(f"rate = {rate} is refused: it must lie in (0, 1]")
    verifiers = [
        _rank(similarity, name, values, rate, seed)
        for name, values in scores.items()
        for rate in dict.fromkeys(rates)
    ]
    best_first = sorted(verifiers, key=lambda one: (-one.p_star, -one.phi, -one.selection_rate))
    return Ranking(float(1 - similarity.mean()), len(similarity), best_first)


def _rank(similarity: Numbers, name: str, scores: Numbers, rate: float, seed: int) -> Ranked:
    keep = top_fraction(scores, rate, np.random.default_rng(seed))
    found = measure(similarity, keep)
    low, high = interval(similarity, keep, np.random.default_rng(seed))
    return Ranked(
        verifier=name,
        selection_rate=rate,
        p_star=found.p_star,
        p_star_low=low,
        p_star_high=high,
        phi=found.phi,
        psi=found.psi,
        keep_rate=found.keep_rate,
        precision_kept=found.precision_kept,
        kept=found.kept,
        recovers=None if math.isnan(found.p_star) else found.p < found.p_star,
        note=_note(scores, keep, seed),
    )


def _note(scores: Numbers, keep: Bools, seed: int) -> str:
    """Say where the order of the scores did not decide what is kept."""
    if scores.min() == scores.max():
        return "constant score: this is random selection"
    tied = scores == scores[keep].min()
    if tied.sum() == (tied & keep).sum():
        return ""
    return f"{int((tied & keep).sum())} of {int(tied.sum())} tied at the cut drawn, seed {seed}"
