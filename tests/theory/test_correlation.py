"""Rank correlation with its interval."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from synverify_core.theory import rank_correlation


def rng():
    return np.random.default_rng(0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_it_is_spearmans_rho_with_ties(pairs):
    """Rho equals scipy's, average ranks at ties; NaN for a constant side."""
    x, y = np.array(pairs, dtype=float).T
    found = rank_correlation(x, y, n_resamples=10, rng=rng())
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert math.isnan(found.rho)
        assert math.isnan(found.low)
    else:
        assert found.rho == pytest.approx(spearmanr(x, y).statistic)
        assert -1.0 <= found.low <= found.high <= 1.0


def test_only_the_order_counts():
    """A rising map leaves rho and its interval alone; a falling one turns the sign."""
    x = np.random.default_rng(1).random(15)
    y = x + 0.3 * np.random.default_rng(2).random(15)
    plain = rank_correlation(x, y, rng=rng())
    assert rank_correlation(np.exp(x), y**3, rng=rng()) == plain
    assert rank_correlation(x, -y, rng=rng()).rho == pytest.approx(-plain.rho)


def test_perfect_order():
    """A strictly rising relation has rho 1, and so has every resample."""
    found = rank_correlation(range(8), np.arange(8) ** 2, rng=rng())
    assert found == pytest.approx((1.0, 1.0, 1.0, 8))


def test_coverage():
    """Of 200 normal samples of 60 pairs, about 95 % of intervals hold the true rho."""
    source = np.random.default_rng(4)
    rho, hits = 0.6, 0
    truth = 6 / np.pi * np.arcsin(rho / 2)
    for _ in range(200):
        x = source.standard_normal(60)
        y = rho * x + np.sqrt(1 - rho**2) * source.standard_normal(60)
        found = rank_correlation(x, y, n_resamples=200, rng=source)
        hits += found.low <= truth <= found.high
    assert 0.89 <= hits / 200 <= 0.985


def test_pairs_without_a_value_are_left_out():
    """A NaN p_star removes its pair from rho and from n."""
    found = rank_correlation([1, 2, math.nan, 3], [1, 2, 0, math.nan], rng=rng())
    assert found.n == 2
    assert found.rho == pytest.approx(1.0)
    assert math.isnan(found.low)
    assert math.isnan(rank_correlation([1], [1], rng=rng()).rho)
    assert rank_correlation([], [], rng=rng()).n == 0
