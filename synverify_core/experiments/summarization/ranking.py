"""Every verifier on a pool that is read: what it keeps at a rate, and what that is worth.

What is kept is what a run keeps: the same verifiers, the same selection, the same draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core import measuring
from synverify_core.errors import InputError
from synverify_core.experiments.seeding import unit_rng
from synverify_core.experiments.summarization.pool import FIELDS
from synverify_core.experiments.summarization.reading import ReadPool
from synverify_core.theory import Interval, Measured, measure
from synverify_core.verifiers.registry import fitting, parse

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NAMES = fitting(FIELDS, by_rate=True)
"""Verifiers that can judge texts."""
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
        """Tell whether the best `rate` of the pool reaches so far; None: a draw decides."""
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
        return measuring.choose(parse(name), self.scores[name], rate, rng).keep

    def measured(self, name: str, rate: float) -> Measured:
        """p, phi, psi and p_star of what is kept (Appendix C)."""
        return measure(self.pool.scores["similarity"], self.keep(name, rate))

    def interval(self, name: str, rate: float) -> Interval:
        """95 % interval of that p_star."""
        rng = unit_rng(self.seed, "look", name, rate)
        return measuring.interval(self.pool.scores["similarity"], self.keep(name, rate), rng)


class Curve(NamedTuple):
    """p_star of one verifier against the share that it keeps."""

    rates: Floats
    p_star: Floats


def rank(pool: ReadPool, seed: int) -> Ranking:
    """Score a pool with every verifier that it allows."""
    known = fitting({*pool.scores, "summaries", "articles"}, by_rate=True)
    scores = {name: parse(name).score(pool, unit_rng(seed, "verify", name)) for name in known}
    return Ranking(pool, seed, {name: np.asarray(one, np.float64) for name, one in scores.items()})


def curve(ranking: Ranking, name: str) -> Curve:
    """Return p_star at up to 400 rates; among equal scores, its mean over the draws."""
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


def hand_place(ranking: Ranking, name: str, facts: Mapping[str, Any]) -> Place | None:
    """Say where a text of one's own would stand in a pool.

    Parameters
    ----------
    facts : articles, summaries, similarity, log_probability and weak_log_probability of the text,
        None or missing where it is not known.

    Returns
    -------
    Place, or None where the verifier cannot judge this text, or does not look at it (random).
    """
    verifier = parse(name)
    if not verifier.needs or name not in ranking.scores:
        return None
    # The pool's articles are on disk: a verifier that reads articles looks at this one alone.
    alone = "articles" in verifier.needs
    try:
        batch = _Joined(None if alone else ranking.pool, facts)
        scores = np.asarray(verifier.score(batch, np.random.default_rng(0)), dtype=np.float64)
    except InputError:
        return None
    others, own = ranking.scores[name] if alone else scores[:-1], scores[-1]
    close = np.isclose(others, own, rtol=1e-9, atol=1e-12)
    return Place(int((others[~close] > own).sum()), int(close.sum()), len(others))


class _Joined:
    """A pool and behind it one text more, as a verifier reads them."""

    def __init__(self, pool: ReadPool | None, facts: Mapping[str, Any]) -> None:
        self._pool, self._facts = pool, facts

    def __getitem__(self, field: str) -> Any:
        value = self._facts.get(field)
        if value is None:
            raise InputError(f"{field} of this text is not known")
        if self._pool is None:
            return [value]
        others = self._pool[field]
        if isinstance(others, list):
            return [*others, value]
        # The same text scored anew differs in the last digits, which would break a tie.
        same = others[np.isclose(others, value, rtol=1e-6, atol=0)]
        return np.append(others, same[0] if same.size else value)

    def __len__(self) -> int:
        return 1 + (len(self._pool) if self._pool is not None else 0)
