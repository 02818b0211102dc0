"""The order of examples."""

import numpy as np

from synverify_core.experiments.summarization.order import FILLER, example_order, staged_order
from synverify_core.experiments.summarization.recipe import Recipe

LENGTHS = np.random.default_rng(0).integers(5, 200, size=1_000).tolist()


def test_every_pass_sees_every_example_once():
    order = example_order(LENGTHS, 8, 2_000, seed=3)
    assert np.bincount(order).tolist() == [2] * 1_000
    part = example_order(LENGTHS, 8, 300, seed=3)
    assert len(np.unique(part)) == 300


def test_batches_have_like_lengths_and_come_in_no_order_of_length():
    order = example_order(LENGTHS, 8, 1_000, seed=3)
    batches = np.array(LENGTHS)[order].reshape(-1, 8)
    spread = np.ptp(batches, axis=1).mean()
    assert spread < 0.1 * np.ptp(np.array(LENGTHS))
    assert abs(np.corrcoef(batches[:, 0], np.arange(len(batches)))[0, 1]) < 0.2
    lengths = np.array(LENGTHS)[example_order(LENGTHS[:21], 8, 21, seed=0)]
    assert lengths[16:].max() <= lengths[:16].min()  # only the last batch is not full


def test_the_order_is_the_seeds():
    one, same, other = (example_order(LENGTHS, 8, 1_000, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_steps_are_epochs_in_batches():
    assert Recipe(batch_size=8, epochs=1.5).steps(21) == 4
    assert Recipe(batch_size=8, max_steps=7).steps(21) == 7


def test_a_stage_holds_its_examples_in_whole_batches_whatever_comes_after_it():
    short, long = (staged_order(LENGTHS[:last], 8, [20, last], seed=3) for last in (30, 50))
    assert np.array_equal(short.order[:24], long.order[:24])
    staged = staged_order(LENGTHS[:50], 8, [5, 21, 50], seed=3)
    assert staged.stops == [1, 3, 7]
    for stop, size in zip(staged.stops, (5, 21, 50), strict=True):
        seen = staged.order[: stop * 8]
        assert sorted(seen[seen != FILLER]) == list(range(size))
