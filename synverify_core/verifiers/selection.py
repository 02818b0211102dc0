"""Selection rules: from scores to the boolean array of what is kept."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError
from synverify_core.verifiers.base import Verifier


def top_fraction(scores: ArrayLike, rate: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Keep the round(rate * n) best scores, at least one; equal scores are drawn at random.

    The paper selects 12.5, 25 and 50 % of its summaries by score (Section 6.2). A score that is
    not finite is never kept, even if fewer are left than the rate asks for.

    Parameters
    ----------
    scores : array_like, shape (n,)
    rate : share of the samples that is kept, in (0, 1].

    Returns
    -------
    keep : ndarray of bool, shape (n,)
    """
    if not 0 < rate <= 1:
        raise InputError(f"selection_rate = {rate} is refused: it must lie in (0, 1]")
    values = _finite_or_least(scores)
    count = max(1, round(rate * len(values)))
    cut = np.partition(values, len(values) - count)[len(values) - count]
    keep = np.asarray(values > cut)
    ties = np.flatnonzero(values == cut)
    # Breaking ties by position would favour whatever the pool happens to hold first.
    keep[rng.choice(ties, count - int(keep.sum()), replace=False)] = True
    return np.asarray(keep & np.isfinite(values))


def dropped(scores: ArrayLike) -> int:
    """Count the samples that no selection keeps because their score is not a finite number."""
    return int((~np.isfinite(np.asarray(scores))).sum())


def _finite_or_least(scores: ArrayLike) -> NDArray[np.floating]:
    values = np.asarray(scores)
    return np.where(np.isfinite(values), values, -np.inf)


def select(
    verifier: Verifier, scores: ArrayLike, rate: float | None, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Keep the best `rate` of the samples, or what the verifier's own rule keeps (rate None).

    Raises
    ------
    InputError
        If the verifier has no rule of its own and no rate is given.
    """
    if rate is not None:
        return top_fraction(scores, rate, rng)
    if verifier.threshold is None:
        raise InputError(
            f"selection_rate = None is refused for {verifier.label()}: it ranks samples and "
            "has no rule of its own; give a rate in (0, 1]"
        )
    return np.asarray(_finite_or_least(scores) > verifier.threshold)
