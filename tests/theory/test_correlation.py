"""Rank correlation with its interval and p value."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from synverify_core.theory import rank_correlation


def rng():
    return np.random.default_rng(0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=30))
def test_it_is_spearmans_rho_with_ties(pairs):
    """Rho equals scipy's, average ranks at ties; NaN for a constant side."""
    x, y = np.array(pairs, dtype=float).T
    found = rank_correlation(x, y, n_resamples=10, rng=rng())
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert math.isnan(found.rho) and math.isnan(found.low) and math.isnan(found.p_value)
    else:
        assert found.rho == pytest.approx(spearmanr(x, y).statistic)
        assert -1.0 <= found.low <= found.rho <= found.high <= 1.0
        assert 0 < found.p_value <= 1


def test_only_the_order_counts():
    """A rising map leaves rho and its interval alone; a falling one turns the sign."""
    x = np.random.default_rng(1).random(15)
    y = x + 0.3 * np.random.default_rng(2).random(15)
    plain = rank_correlation(x, y, rng=rng())
    assert rank_correlation(np.exp(x), y**3, rng=rng()) == plain
    assert rank_correlation(x, -y, rng=rng()).rho == pytest.approx(-plain.rho)


@pytest.mark.parametrize("n", [4, 5, 6])
def test_a_perfect_order_of_few_is_no_certainty(n):
    """Of n! orders two are as far from none; four units are too few for 5 %."""
    found = rank_correlation(range(n), np.arange(n) ** 2, rng=rng())
    assert found.rho == pytest.approx(1) == pytest.approx(found.high)
    assert found.p_value == pytest.approx(2 / math.factorial(n))
    assert (found.p_value < 0.05) == (found.low > 0) == (n > 4)


def test_repetitions_of_a_unit_do_not_make_it_many():
    """The same order in 20 seeds is as sure as in one; independent noise averages out."""
    x, y = np.arange(5.0), np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    one = rank_correlation(x, y, rng=rng())
    many = rank_correlation(np.tile(x, (20, 1)), np.tile(y, (20, 1)), rng=rng())
    assert many == pytest.approx(one)
    both = rank_correlation([x, x], [x, x[::-1]], rng=rng())
    assert (both.rho, both.p_value) == (pytest.approx(0), 1)


def test_drawn_permutations_agree_with_all_of_them(monkeypatch):
    x, y = rng().random((2, 7))
    exact = rank_correlation(x, y, rng=rng()).p_value
    monkeypatch.setattr("synverify_core.theory.correlation.MOST_EXACT", 3)
    assert rank_correlation(x, y, rng=rng()).p_value == pytest.approx(exact, abs=0.02)


def test_coverage():
    """Of 400 normal samples of 60 pairs, about 95 % of intervals hold the true rho."""
    source = np.random.default_rng(4)
    rho, hits = 0.6, 0
    truth = 6 / np.pi * np.arcsin(rho / 2)
    for _ in range(400):
        x = source.standard_normal(60)
        y = rho * x + np.sqrt(1 - rho**2) * source.standard_normal(60)
        found = rank_correlation(x, y, n_resamples=1, rng=source)
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_no_order_is_found_in_one_of_twenty_random_ones():
    source = np.random.default_rng(5)
    found = [rank_correlation(*source.random((2, 6)), rng=source).p_value for _ in range(1000)]
    assert 0.015 <= np.mean(np.array(found) <= 0.05) <= 0.06


def test_units_without_a_value_are_left_out():
    """A NaN p_star removes its unit from rho and from n."""
    found = rank_correlation([1, 2, math.nan, 3], [1, 2, 0, math.nan], rng=rng())
    assert found.n == 2
    assert found.rho == pytest.approx(1.0)
    assert math.isnan(found.low)
    assert math.isnan(rank_correlation([1], [1], rng=rng()).rho)
    assert rank_correlation([], [], rng=rng()).n == 0
    rows = rank_correlation([[1, 2, 3], [1, 2, math.nan]], [[1, 2, 3]] * 2, rng=rng())
    assert rows.n == 2
