"""Intervals on p_star: coverage by simulation, and what happens at the edges."""

import math

import numpy as np
import pytest

from synverify_core.theory import (
    beta_interval,
    bootstrap_interval,
    compare_verifiers,
    katz_interval,
    measure,
    p_star,
)


def simulated_counts(phi, psi, right, wrong, repeats, seed=0):
    """Draw counts (kept_right, right, kept_wrong, wrong) of simulated pools."""
    rng = np.random.default_rng(seed)
    kept_right = rng.binomial(right, phi, repeats)
    kept_wrong = rng.binomial(wrong, psi, repeats)
    return [(int(a), right, int(b), wrong) for a, b in zip(kept_right, kept_wrong, strict=True)]


def counted(right, keep):
    """Return the counts of a pool."""
    parts = (right & keep, right, ~right & keep, ~right)
    return tuple(int(np.count_nonzero(part)) for part in parts)


def coverage(intervals, truth):
    return np.mean([low <= truth <= high for low, high in intervals])


@pytest.mark.parametrize(
    ("phi", "psi", "right", "wrong"), [(0.8, 0.3, 300, 120), (0.5, 0.6, 80, 200)]
)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_katz_covers_at_its_level(phi, psi, right, wrong, level):
    """Of 3000 simulated pools about ``level`` have p_star inside."""
    pools = simulated_counts(phi, psi, right, wrong, 3000)
    found = coverage([katz_interval(*pool, level=level) for pool in pools], p_star(phi, psi))
    assert found == pytest.approx(level, abs=0.02)


@pytest.mark.parametrize(
    ("phi", "psi", "right", "wrong"), [(0.8, 0.3, 300, 120), (0.9, 0.02, 60, 40)]
)
def test_beta_covers_at_its_level_even_where_counts_are_zero(phi, psi, right, wrong):
    """The posterior interval holds its 95 % also where half of the pools keep no wrong label."""
    pools = simulated_counts(phi, psi, right, wrong, 80)
    found = coverage([beta_interval(*pool) for pool in pools], p_star(phi, psi))
    assert 0.9 <= found


@pytest.mark.parametrize("binary", [True, False])
def test_bootstrap_covers_at_its_level(binary):
    """Of 250 simulated pools about 95 % have p_star inside, for 0/1 and graded similarity."""
    rng = np.random.default_rng(8)

    def pool(n):
        s = rng.random(n)
        keep = rng.random(n) < 0.2 + 0.6 * s
        return ((rng.random(n) < s).astype(float) if binary else s), keep

    truth = measure(*pool(2_000_000)).p_star
    intervals = [bootstrap_interval(*pool(300), n_resamples=300, rng=rng) for _ in range(250)]
    assert 0.91 <= coverage(intervals, truth) <= 0.985


def test_katz_bootstrap_and_posterior_agree_on_a_large_pool():
    """With thousands of counts the three intervals are one."""
    rng = np.random.default_rng(3)
    right = rng.random(20_000) < 0.7
    keep = rng.random(20_000) < np.where(right, 0.8, 0.3)
    katz = katz_interval(*counted(right, keep))
    np.testing.assert_allclose(beta_interval(*counted(right, keep)), katz, atol=4e-4)
    boot = bootstrap_interval(right, keep, n_resamples=4000, rng=rng)
    np.testing.assert_allclose(boot, katz, atol=1e-3)
    assert katz.low < measure(right, keep).p_star < katz.high


def test_posterior_by_sampling():
    """The integrated posterior's ends are the quantiles of sampled phi/(phi + psi)."""
    rng = np.random.default_rng(5)
    phi, psi = rng.beta(9.5, 3.5, 400_000), rng.beta(0.5, 15.5, 400_000)
    expected = np.quantile(phi / (phi + psi), [0.05, 0.95])
    np.testing.assert_allclose(beta_interval(9, 12, 0, 15, level=0.9), expected, atol=1e-3)


def test_grouping_many_distinct_similarities_keeps_the_interval():
    """5000 distinct values are pooled; resampling them one by one gives the same interval."""
    rng = np.random.default_rng(6)
    s = rng.beta(2, 5, 5000)
    keep = rng.random(5000) < 0.1 + 0.8 * s
    index = rng.integers(0, 5000, size=(1500, 5000))
    points = [measure(s[rows], keep[rows]).p_star for rows in index]
    expected = np.quantile(points, [0.025, 0.975])
    found = bootstrap_interval(s, keep, n_resamples=3000, rng=rng)
    np.testing.assert_allclose(found, expected, atol=0.12 * (expected[1] - expected[0]))


def test_a_million_samples_resample_as_counts():
    """A million samples give an interval as wide as theory says: no million-long resample."""
    rng = np.random.default_rng(7)
    right = rng.random(1_000_000) < 0.7
    keep = rng.random(1_000_000) < np.where(right, 0.8, 0.3)
    found = bootstrap_interval(right, keep, rng=rng)
    katz = katz_interval(*counted(right, keep))
    assert found.high - found.low == pytest.approx(katz.high - katz.low, rel=0.1)
    graded = bootstrap_interval(rng.random(1_000_000), keep, rng=rng)
    assert graded.low < 0.5 < graded.high


def test_paired_comparison_covers_the_true_difference():
    """Two verifiers that share their noise: 95 % of intervals hold the true difference."""
    rng = np.random.default_rng(9)

    def pool(n):
        right = rng.random(n) < 0.6
        shared = rng.random(n)
        return (
            right.astype(float),
            shared < np.where(right, 0.8, 0.3),
            shared < np.where(right, 0.7, 0.35),
        )

    truth = p_star(0.8, 0.3) - p_star(0.7, 0.35)
    intervals = []
    for _ in range(400):
        found = compare_verifiers(*pool(300), n_resamples=400, rng=rng)
        assert found.difference == pytest.approx(found.p_star_a - found.p_star_b)
        intervals.append((found.low, found.high))
    assert 0.91 <= coverage(intervals, truth) <= 0.985


def test_pairing_narrows_the_interval():
    """A verifier compared with itself differs by exactly nothing."""
    rng = np.random.default_rng(10)
    s = rng.random(500)
    keep = rng.random(500) < s
    found = compare_verifiers(s, keep, keep, rng=rng)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


def test_swapping_verifiers_turns_the_sign():
    rng = np.random.default_rng(12)
    s = rng.random(500)
    strong, weak = rng.random(500) < s, rng.random(500) < 0.5
    ab = compare_verifiers(s, strong, weak, rng=np.random.default_rng(1))
    ba = compare_verifiers(s, weak, strong, rng=np.random.default_rng(1))
    assert ab.difference == -ba.difference > 0
    assert ab.low == pytest.approx(-ba.high, abs=0.03)


def test_undefined_intervals_are_nan():
    """No p_star, no interval; Katz needs a kept sample of each kind."""
    rng = np.random.default_rng(0)
    for interval in (
        katz_interval(0, 10, 3, 10),
        katz_interval(3, 10, 0, 10),
        katz_interval(0, 0, 0, 0),
        bootstrap_interval([1, 1], [1, 0], rng=rng),
        bootstrap_interval([], [], rng=rng),
    ):
        assert math.isnan(interval.low)
        assert math.isnan(interval.high)
    compared = compare_verifiers([1, 0], [1, 0], [0, 0], rng=rng)
    assert compared.p_star_a == 1.0
    assert math.isnan(compared.difference)


def test_katz_says_too_much_where_everything_is_kept():
    """A verifier that kept all of ten samples: Katz has width 0, the posterior does not."""
    katz, posterior = katz_interval(5, 5, 5, 5), beta_interval(5, 5, 5, 5)
    assert katz == (0.5, 0.5)
    assert posterior.low < 0.47 < 0.53 < posterior.high


def test_posterior_with_no_data_is_the_wide_prior():
    """Without a single sample the interval is symmetric around 1/2 and nearly all of [0, 1]."""
    found = beta_interval(0, 0, 0, 0)
    assert found.low == pytest.approx(1 - found.high, abs=2e-3)
    assert found.high > 0.99


def test_a_resample_without_errors_is_left_out():
    """Resamples that miss the only wrong label have no p_star; the rest give the interval."""
    found = bootstrap_interval([1, 1, 1, 1, 0], [1, 1, 0, 1, 1], rng=np.random.default_rng(2))
    assert 0.0 <= found.low <= found.high <= 1.0
