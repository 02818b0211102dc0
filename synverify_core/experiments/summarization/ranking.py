"""Every verifier on a pool that is read: what it keeps at a rate, and what that is worth.

What is kept is what a run keeps: the same verifiers, the same selection, the same draws.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.seeding import unit_rng
from synverify_core.experiments.summarization.reading import ReadPool
from synverify_core.theory import Interval, Measured, bootstrap_interval, measure
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NAMES = ("oracle", "weak", "self", "random", "self_weak", "lead_overlap", "length")
"""Verifiers that can judge texts."""
_RESAMPLES = 200
_FEWEST_KEPT = 0.005
_POINTS = 400


class Place(NamedTuple):
    """Where a score stands in a pool: how many are better, how many as good, of how many."""

    better: int
    equal: int
    of: int

    @property
    def beaten(self) -> float:
        """Share of the pool that is worse, an equal one counting half."""
        return 1.0 - (self.better + 0.5 * self.equal) / self.of

    def kept(self, rate: float) -> bool | None:
        """Tell whether the best `rate` of the pool reaches so far; None: lots decide."""
        most = max(1, round(rate * self.of))
        if self.better + self.equal <= most and self.better < most:
            return True
        return None if self.better < most else False


@dataclass(frozen=True)
class Ranking:
    """Scores of every verifier that this pool allows, by name, higher ones kept first."""

    pool: ReadPool
    seed: int
    scores: dict[str, Floats]

    def keep(self, name: str, rate: float) -> Bools:
        """Keep bits at a rate in (0, 1], as in a run with this seed."""
        rng = unit_rng(self.seed, "select", name, rate)
        return select(parse(name), self.scores[name], rate, rng)

    def measured(self, name: str, rate: float) -> Measured:
        """p, phi, psi and p_star of what is kept (Appendix C)."""
        return measure(self.pool.scores["similarity"], self.keep(name, rate))

    def interval(self, name: str, rate: float) -> Interval:
        """95 % interval of that p_star, from few resamples: it is looked at, not published."""
        rng = unit_rng(self.seed, "look", name, rate)
        similarity = self.pool.scores["similarity"]
        return bootstrap_interval(
            similarity, self.keep(name, rate), n_resamples=_RESAMPLES, rng=rng
        )


class Curve(NamedTuple):
    """p_star of one verifier against the share that it keeps."""

    rates: Floats
    p_star: Floats


def rank(pool: ReadPool, seed: int) -> Ranking:
    """Score a pool with every verifier that it allows."""
    fields = {*pool.scores, "summaries", "articles"}
    known = [name for name in NAMES if not type(parse(name)).missing(fields)]
    return Ranking(pool, seed, {name: _score(pool, seed, name) for name in known})


def curve(ranking: Ranking, name: str) -> Curve:
    """Return p_star at up to 400 rates; among equal scores, what lots give on average."""
    similarity = ranking.pool.scores["similarity"]
    values, group = np.unique(-ranking.scores[name], return_inverse=True)
    sizes = np.bincount(group, minlength=len(values))
    right = np.bincount(group, weights=similarity, minlength=len(values))
    wrong = np.bincount(group, weights=1.0 - similarity, minlength=len(values))
    ends = np.concatenate([[0], np.cumsum(sizes)])
    n = len(similarity)
    kept = np.unique(np.linspace(max(1, round(_FEWEST_KEPT * n)), n, _POINTS).round())
    with np.errstate(divide="ignore", invalid="ignore"):
        phi, psi = (
            np.interp(kept, ends, np.concatenate([[0.0], np.cumsum(part)])) / part.sum()
            for part in (right, wrong)
        )
        return Curve(kept / n, phi / (phi + psi))


def by_hand(pool: ReadPool, name: str, facts: dict[str, float | None]) -> float | None:
    """Score a text of one's own on the scale of a pool's verifier.

    Parameters
    ----------
    facts : similarity, log_probability, weak_log_probability, lead_overlap and words of the text,
        None for what is not known.

    Returns
    -------
    float, or None where the verifier cannot judge this text, or does not look at it (random).
    """
    if name == "self_weak":
        fields = ("log_probability", "weak_log_probability")
        ranks = [_share_below(pool, field, facts.get(field)) for field in fields]
        known = [share for share in ranks if share is not None]
        return sum(known) / 2 if len(known) == 2 else None
    if name == "length":
        count = facts.get("words")
        middle = float(np.median(np.log1p(pool.scores["words"])))
        return None if count is None else -abs(float(np.log1p(count)) - middle)
    field = _FIELD.get(name)
    return facts.get(field) if field else None


def hand_place(ranking: Ranking, name: str, facts: dict[str, float | None]) -> Place | None:
    """Say where a text of one's own would stand; None where that verifier cannot judge it."""
    score = by_hand(ranking.pool, name, facts)
    if score is None or name not in ranking.scores:
        return None
    field = _FIELD.get(name)
    # `self` and `weak` score by ranks and distances: their order is that of the probabilities.
    scores = ranking.pool.scores[field] if field else ranking.scores[name]
    close = np.isclose(scores, score, rtol=1e-6, atol=0)
    return Place(int((scores[~close] > score).sum()), int(close.sum()), len(scores))


_FIELD = {
    "oracle": "similarity",
    "self": "log_probability",
    "weak": "weak_log_probability",
    "lead_overlap": "lead_overlap",
}


def _share_below(pool: ReadPool, field: str, value: float | None) -> float | None:
    """Rank of a value among the pool's, over their number, as `self_weak` ranks them."""
    if value is None or field not in pool.scores:
        return None
    scores = pool.scores[field]
    below, equal = int((scores < value).sum()), int((scores == value).sum())
    return (below + (equal + 1) / 2) / len(scores)


def _score(pool: ReadPool, seed: int, name: str) -> Floats:
    if name == "lead_overlap":  # it was scored while the articles were in memory
        return pool.scores["lead_overlap"]
    scores = parse(name).score(pool, unit_rng(seed, "verify", name))
    return np.asarray(scores, dtype=np.float64)
