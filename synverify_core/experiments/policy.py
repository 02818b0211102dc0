"""What a round trains on: its kept samples alone, or together with original and earlier ones."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.base import Pool
from synverify_core.experiments.config import Config

P = TypeVar("P", bound=Pool)


class TrainingSet(NamedTuple, Generic[P]):
    """Samples of a pool in the order of training, and where each size of the curve ends in it."""

    pool: P
    order: NDArray[np.intp]
    ends: list[int]


def merge(
    config: Config, fresh: P, past: P, sizes: Sequence[int], rng: np.random.Generator
) -> TrainingSet[P]:
    """Join a round's kept samples with earlier ones by a policy other than replace.

    Parameters
    ----------
    fresh : the round's kept samples in the order of training, as many as the largest size.
    past : under accumulate and subsample the original samples and those of the earlier rounds;
        under mix the original ones alone.
    sizes : fresh samples (count, growing) at which a model is wanted. What is added is spread
        evenly over the curve, so that each size has its share.

    Returns
    -------
    TrainingSet
        Under accumulate all of both; under subsample as many of these as there are fresh ones;
        under mix `real_fraction` of each size is original, drawn with repetition where the
        original ones are too few (Gerstgrasser et al. 2024; Kazdan et al. 2024).
    """
    n, joined = len(fresh), fresh.join([past])
    if config.policy == "mix":
        steps = np.floor(np.arange(n + 1) * config.real_fraction + 1e-9)
        real = np.flatnonzero(np.diff(steps))
        order = np.arange(n)
        order[real] = n + rng.choice(len(past), len(real), replace=len(real) > len(past))
        return TrainingSet(joined, order, list(sizes))
    spread = (rng.permutation(len(past)) + 0.5) * n / len(past)
    when = np.concatenate([np.arange(n) + 1.0, spread])
    order = np.argsort(when, kind="stable")
    if config.policy == "subsample":
        order = order[np.sort(rng.choice(len(order), n, replace=False))]
    ends = [int(end) for end in np.searchsorted(when[order], sizes, side="right")]
    ends[-1] = len(order)
    for place in reversed(range(len(ends) - 1)):  # each size has a sample more than the one before
        ends[place] = min(max(ends[place], place + 1), ends[place + 1] - 1)
    return TrainingSet(joined, order, ends)
