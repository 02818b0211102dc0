"""In which order a training sees its examples: a function of seed and numbers alone."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Batches that are sorted by length together: more would save little padding and mix less.
_SORTED_BATCHES = 50
FILLER = -1
"""Stands for no example, where a stage ends within a batch."""


class Staged(NamedTuple):
    """An order with the steps after which each of the sizes is learnt."""

    order: NDArray[np.intp]
    stops: list[int]


def example_order(
    lengths: Sequence[int], batch_size: int, total: int, seed: int
) -> NDArray[np.intp]:
    """Order `total` examples so that each run of `batch_size` of them has like lengths.

    Passes over all examples follow each other; within a window of batches the examples are
    sorted by length, and the batches shuffled again. Whatever part of a batch is computed at
    once, and wherever a training is interrupted, step k sees the same examples.

    Parameters
    ----------
    lengths : tokens of each example.
    total : how many examples the training sees; more than there are repeats them.
    """
    rng = np.random.default_rng(seed)
    measured = np.asarray(lengths)
    passes = -(-total // len(measured))
    order = np.concatenate([rng.permutation(len(measured)) for _ in range(passes)])[:total]
    window = batch_size * _SORTED_BATCHES
    return np.concatenate(
        [
            _grouped(order[first : first + window], measured, batch_size, rng)
            for first in range(0, total, window)
        ]
    )


def staged_order(
    lengths: Sequence[int], batch_size: int, sizes: Sequence[int], seed: int, epochs: int = 1
) -> Staged:
    """Order the examples stage by stage: up to each stop exactly the first `size` are seen.

    Each of them is seen `epochs` times, within its own stage. Lengths are grouped within a stage
    only, and the batch in which it ends is filled up. What comes before a stop does not depend on
    the sizes after it.

    Parameters
    ----------
    sizes : increasing; the last is the number of examples.
    """
    parts, stops, steps = [], [], 0
    for first, last in pairwise([0, *sizes]):
        total = epochs * (last - first)
        order = first + example_order(lengths[first:last], batch_size, total, seed)
        missing = -len(order) % batch_size
        parts += [order, np.full(missing, FILLER, dtype=np.intp)]
        steps += (len(order) + missing) // batch_size
        stops.append(steps)
    return Staged(np.concatenate(parts), stops)


def _grouped(
    part: NDArray[np.intp],
    lengths: NDArray[np.intp],
    batch_size: int,
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    # The longest first, so that a batch that is not full (only the last window has one) is
    # short, and stands last.
    ranked = part[np.argsort(-lengths[part], kind="stable")]
    batches = [ranked[first : first + batch_size] for first in range(0, len(part), batch_size)]
    full = [batch for batch in batches if len(batch) == batch_size]
    shuffled = [full[place] for place in rng.permutation(len(full))]
    return np.concatenate([*shuffled, *batches[len(full) :]])
