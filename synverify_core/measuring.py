"""The measuring room: which samples a verifier keeps, and what that is worth.

The loop, `rank` and the pages keep and measure here, so that they follow one rule. The rates
themselves are `theory.measure`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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
from synverify_core.verifiers.selection import dropped, select, top_fraction

Numbers = NDArray[np.float64]
Bools = NDArray[np.bool_]
BETWEEN = " · "
"""Stands between the factors in a stratum's name."""


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


class Strata(NamedTuple):
    """Kinds of questions in a pool, and what tells its answers apart.

    names : of the strata; of several factors, `same sign · large`.
    labels : of each sample, places in `names`, shape (n,).
    answers : whole numbers, equal where two answers are equal, shape (n,).
    words : of each answer (count), shape (n,); None where answers are no texts.
    """

    names: tuple[str, ...]
    labels: NDArray[np.integer[Any]]
    answers: NDArray[np.integer[Any]]
    words: Numbers | None = None


class Breadth(NamedTuple):
    """How much of a pool's variety is kept; NaN where nothing is.

    coverage : sum over strata of min(share of the kept, share of the pool), in [0, 1]; 1 minus
        their total variation distance.
    distinct : different answers over kept answers, in (0, 1].
    words : mean length of the kept answers (words).
    shares : of the kept in each stratum, by its name.
    """

    coverage: float
    distinct: float
    words: float
    shares: Mapping[str, float]


def bands(values: ArrayLike, names: Sequence[str]) -> tuple[Sequence[str], NDArray[np.intp]]:
    """Cut values, shape (n,), into as many parts of equal size as there are names."""
    cuts = np.quantile(np.asarray(values), np.arange(1, len(names)) / len(names))
    return names, np.searchsorted(cuts, values, side="left")


def crossed(
    *factors: tuple[Sequence[str], NDArray[np.integer[Any]]],
) -> tuple[tuple[str, ...], NDArray[np.integer[Any]]]:
    """Return names and labels of all combinations of factors, each names and labels (n,)."""
    names, labels = tuple(factors[0][0]), factors[0][1]
    for others, inner in factors[1:]:
        names = tuple(f"{name}{BETWEEN}{other}" for name in names for other in others)
        labels = labels * len(others) + inner
    return names, labels


def breadth(strata: Strata, keep: ArrayLike) -> Breadth:
    """Measure how much of a pool's variety is kept, before any retraining.

    p_star does not see it: a verifier can keep right answers to few kinds of questions.

    Parameters
    ----------
    keep : array_like of bool, shape (n,)
    """
    kept, n_strata = np.asarray(keep, dtype=bool), len(strata.names)
    count = int(kept.sum())
    if not count:
        return Breadth(math.nan, math.nan, math.nan, {})
    pool = np.bincount(strata.labels, minlength=n_strata) / len(strata.labels)
    shares = np.bincount(strata.labels[kept], minlength=n_strata) / count
    return Breadth(
        coverage=float(np.minimum(pool, shares).sum()),
        distinct=len(np.unique(strata.answers[kept])) / count,
        words=math.nan if strata.words is None else float(strata.words[kept].mean()),
        shares=dict(zip(strata.names, map(float, shares), strict=True)),
    )


def choose(
    verifier: Verifier, scores: ArrayLike, rate: float | None, rng: np.random.Generator
) -> Choice:
    """Keep the best `rate` of the samples, or what the verifier's own rule keeps (rate None).

    A sample whose score is not finite is never kept.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Higher is better.

    Raises
    ------
    InputError
        If the rate is not in (0, 1], or the verifier has no rule of its own and none is given.
    """
    return Choice(select(verifier, scores, rate, rng), dropped(scores))


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
    p, phi, psi, p_star, keep_rate, precision, kept, _ = measure(similarity, keep)
    ends = interval(similarity, keep, np.random.default_rng(seed))
    recovers = None if math.isnan(p_star) else p < p_star
    note = _note(scores, keep, seed)
    rates = (phi, psi, keep_rate, precision)
    return Ranked(name, rate, p_star, *ends, *rates, kept, recovers, note)


def _note(scores: Numbers, keep: Bools, seed: int) -> str:
    """Say where the order of the scores did not decide what is kept."""
    if scores.min() == scores.max():
        return "constant score: this is random selection"
    tied = scores == scores[keep].min()
    if tied.sum() == (tied & keep).sum():
        return ""
    return f"{int((tied & keep).sum())} of {int(tied.sum())} tied at the cut drawn, seed {seed}"
