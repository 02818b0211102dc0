"""Selection rules."""

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import dropped, select, top_fraction


def rng(seed=0):
    return np.random.default_rng(seed)


def test_threshold_keeps_what_scores_above_it_and_not_at_it():
    noisy = parse("noisy(p_noise=0)")
    assert select(noisy, [0.4, 0.5, 0.6], None, rng()).tolist() == [False, False, True]


def test_top_fraction_keeps_the_best_scores():
    scores = rng().permutation(1000)
    assert set(scores[top_fraction(scores, 0.125, rng())]) == set(range(875, 1000))


def test_top_fraction_keeps_at_least_one():
    assert top_fraction([1.0, 3.0, 2.0], 1e-6, rng()).tolist() == [False, True, False]


def test_equal_scores_are_drawn_at_random_and_not_by_position():
    scores = np.r_[np.full(10, 2.0), np.full(1000, 1.0), np.full(10, 0.0)]
    counts = np.zeros(1020)
    for seed in range(200):
        keep = top_fraction(scores, 510 / 1020, rng(seed))
        assert keep.sum() == 510
        assert keep[:10].all()
        assert not keep[-10:].any()
        counts += keep
    ties = counts[10:1010]
    assert abs(ties[:500].mean() - ties[500:].mean()) < 5
    assert ties.min() > 60


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.1, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate):
    with pytest.raises(InputError, match=r"it must lie in \(0, 1\]"):
        top_fraction([1.0, 2.0], rate, rng())


@pytest.mark.parametrize("rate", [None, 0.5, 1.0])
def test_a_score_that_is_not_finite_is_never_kept_and_is_counted(rate):
    scores = [np.inf, 1.0, np.nan, 1.0, -np.inf, 1.0]
    assert select(parse("oracle"), scores, rate, rng()).tolist() == [False, True] * 3
    assert dropped(scores) == 3
    assert not select(parse("oracle"), [np.nan] * 3, rate, rng()).any()
