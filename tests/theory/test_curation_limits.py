"""Where rounds of choices end: fixed points, survival, bargains, camps, drift."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from synverify_core.theory import curation

INF = math.inf
TWO = np.log([[9.0, 1.0], [1.0, 9.0]])


def entropy(p):
    return -float((p * np.log(p)).sum(axis=-1))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.05, 0.5, 0.9]), st.sampled_from([0.3, 2, 20]))
def test_with_real_data_rounds_end_in_the_fixed_point(seed, a, scale):
    rng = np.random.default_rng(seed)
    p_ref, reward = rng.dirichlet(np.ones(5)), rng.normal(0, scale, 5)
    limit = curation.fixed_point(p_ref, reward, a)
    once_more = (1 - a) * p_ref + a * curation.curated(limit, reward, INF)
    np.testing.assert_allclose(once_more, limit, atol=1e-14)
    played = curation.play(p_ref, reward, INF, T=250, real=1 - a)[-1]
    np.testing.assert_allclose(played, limit, atol=1e-3)
    mean = float(limit @ np.exp(reward - reward.max()))  # M in units of max e^r
    best = reward.argmax()
    assert mean > a and limit[best] / p_ref[best] == pytest.approx((1 - a) / (1 - a / mean))


def test_fixed_points_at_the_ends_of_their_range():
    p_ref, reward = [0.2, 0.3, 0.5], [1.0, 1.0, 0.0]
    np.testing.assert_allclose(curation.fixed_point(p_ref, reward, 0), p_ref)
    np.testing.assert_allclose(curation.fixed_point(p_ref, reward, 1), [0.4, 0.6, 0])
    nearly = curation.fixed_point([1e-3, 0.999], [800.0, 0.0], 1 - 1e-12)
    assert nearly[1] == pytest.approx(0.999e-12, rel=1e-3)
    np.testing.assert_allclose(curation.fixed_point([0.0, 1.0], [1.0, 0.0], 0.5), [0, 1])
    few = curation.play(p_ref, [1.0, 0, 0], 64, T=400, real=0.5)[-1]
    endless = curation.fixed_point(p_ref, [1.0, 0, 0], 0.5)
    assert 0 < endless[0] - few[0] < 0.02


def test_accumulating_collapses_in_logarithmic_time():
    """The rest falls as t^-(1 - 1/U)."""
    rest = curation.play([0.5, 0.5], [1.0, 0.0], INF, T=8_000, policy="accumulate")[:, 1]
    exponent = -math.log(rest[8_000] / rest[4_000]) / math.log(2)
    assert exponent == pytest.approx(1 - 1 / math.e, abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(1.2, 200), st.one_of(st.integers(2, 60), st.just(INF)))
def test_a_minority_survives_above_q_k_and_dies_below(U, K):
    """The rare favourite of a group of weight q grows iff q > q_K."""
    q = curation.survival(U, K)
    growth, decay = curation.rates(U, K)
    assert q * growth + (1 - q) * decay == pytest.approx(1)
    if K < INF:
        least = 1 / (1 + (K - 1) * U)
        assert q == pytest.approx((1 / K - least) / (U / (U + K - 1) - least))
    rewards, rare = np.log([[U, 1], [1, U]]), 1e-9
    for weight, grows in ((q - 0.02, False), (q + 0.02, True)):
        if 0 <= weight <= 1:
            after = curation.curated([rare, 1 - rare], rewards, K, [weight, 1 - weight])
            assert (after[0] > rare) == grows


def test_the_threshold_falls_from_a_half_to_one_over_one_plus_u():
    assert curation.survival(9, 2) == 0.5
    assert curation.survival(9, INF) == pytest.approx(0.1)
    assert np.all(np.diff([curation.survival(9, K) for K in range(2, 40)]) < 0)
    for K in (3, 8, 16):
        share = brentq(
            lambda q, K=K: curation.curated([1e-7, 1 - 1e-7], TWO, K, [q, 1 - q])[0] - 1e-7, 0, 1
        )
        assert share == pytest.approx(curation.survival(9, K), abs=1e-5)


@pytest.mark.parametrize(("K", "share"), [(2, 0.0), (16, 0.2307), (INF, 0.25)])
def test_what_a_minority_of_30_percent_keeps(K, share):
    end = curation.play([0.5, 0.5], TWO, K, T=2_000, weights=[0.3, 0.7])[-1]
    assert end[0] == pytest.approx(share, abs=5e-5)


def utilities(U, V):
    return np.array([[U, 1, V], [1, U, V]])


@settings(max_examples=80, deadline=None)
@given(st.floats(1.1, 50), st.floats(0.05, 1.2), st.floats(0, 1))
def test_the_bargain_satisfies_the_conditions_of_a_maximum(U, share, q):
    """h(x) = sum q_i u_i(x)/E u_i is at most 1, and 1 on the support."""
    u = utilities(U, 1 + share * (U - 1))
    p, weights = curation.nash(U, u[0, 2], q), np.array([q, 1 - q])
    h = weights @ (u / (u @ p)[:, None])
    assert p.sum() == pytest.approx(1) and p.min() >= 0
    assert h.max() <= 1 + 1e-9
    np.testing.assert_allclose(h[p > 1e-9], 1, atol=1e-7)


@pytest.mark.parametrize(
    ("V", "q", "end"),
    [
        (6, 0.8, (0.56, 0, 0.44)), (4, 0.5, (0.5, 0.5, 0)), (4.9, 0.5, (0.5, 0.5, 0)),
        (5.1, 0.5, (0, 0, 1)), (7, 0.5, (0, 0, 1)), (8, 0.5, (0, 0, 1)), (9, 0.9, (0, 0, 1)),
        (1, 0.05, (0, 1, 0)), (1, 0.3, (0.25, 0.75, 0)),
    ],
)  # fmt: skip
def test_a_compromise_takes_all_or_mixes_or_dies(V, q, end):
    np.testing.assert_allclose(curation.nash(9, V, q), end, atol=1e-12)
    rounds = 8_000 if V in (4.9, 5.1) else 2_000
    played = curation.play(
        np.full(3, 1 / 3), np.log(utilities(9, V)), INF, T=rounds, weights=[q, 1 - q]
    )[-1]
    np.testing.assert_allclose(played, end, atol=2e-3)


def test_rounds_raise_the_bargain_by_at_least_their_divergence():
    rng = np.random.default_rng(1)
    for _ in range(100):
        p, rewards = rng.dirichlet(np.ones(6)), rng.normal(0, 2, (3, 6))
        weights = rng.dirichlet(np.ones(3))
        after = curation.curated(p, rewards, INF, weights)
        before, now = (weights @ curation.log_utilities(x, rewards) for x in (p, after))
        assert now - before >= float((after * np.log(after / p)).sum()) - 1e-12


def test_in_a_cycle_of_tastes_two_candidates_drift_outward_and_endless_ones_to_the_centre():
    rewards = np.array([[2.0, 1, 0], [0, 2, 1], [1, 0, 2]])
    p = np.array([0.3433, 0.3333, 0.3234])
    endless = curation.play(p, rewards, INF, T=200)[-1]
    np.testing.assert_allclose(endless, 1 / 3, atol=1e-6)
    assert entropy(curation.play(p, rewards, 2, T=300)[-1]) < entropy(p) + 1e-6


@pytest.mark.parametrize("mu", [1.2, 1.5, 2.0])
def test_camps_stand_where_the_rounds_on_a_grid_put_them(mu):
    x = np.linspace(-3, 3, 301)
    start = np.exp(-(x**2) / 8)
    rewards = [-((x - mu) ** 2) / 2, -((x + mu) ** 2) / 2]
    end = curation.play(start / start.sum(), rewards, INF, T=3_000)[-1]
    right = x > 0
    assert (end[right] @ x[right]) / end[right].sum() == pytest.approx(
        curation.camps(mu, 1), abs=2e-3
    )


def test_below_the_pitchfork_rounds_narrow_around_the_middle():
    x = np.linspace(-3, 3, 301)
    start = np.exp(-(x**2) / 8)
    rewards = [-((x - 0.8) ** 2) / 2, -((x + 0.8) ** 2) / 2]
    path = curation.play(start / start.sum(), rewards, INF, T=2_000)
    spread = np.sqrt(path @ x**2)
    assert curation.camps(0.8, 1) == 0 and np.all(np.diff(spread) < 0) and spread[-1] < 0.07


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-12, 10), st.floats(1e-3, 1e3))
def test_camps_solve_their_equation(above, s):
    mu = s * (1 + above)
    place = curation.camps(mu, s)
    assert 0 < place <= mu
    assert place == pytest.approx(mu * math.tanh(place * mu / s**2), rel=1e-9)
    if above < 1e-3:
        assert place == pytest.approx(mu * math.sqrt(3 * above * 2), rel=4 * above + 1e-3)
    assert curation.camps(s, s) == 0


def test_one_taste_narrows_a_normal_density_and_a_linear_reward_moves_it_for_ever():
    x = np.linspace(-8, 12, 2_001)
    start = np.exp(-(x**2) / 2)
    path = curation.play(start / start.sum(), -(x**2) / (2 * 1.5**2), INF, T=20)
    np.testing.assert_allclose(path @ x**2, curation.narrowing(1.0, 1.5, range(21)), rtol=1e-9)
    path = curation.play(start / start.sum(), 0.3 * x, INF, T=10)
    np.testing.assert_allclose(path @ x, 0.3 * np.arange(11), atol=1e-9)


def test_drift_without_choices():
    """Heterozygosity from 1/2 over 30 rounds of 50 rows."""
    settings_ = ({}, {"policy": "accumulate"}, {"real": 0.3})
    found = [curation.drift(50, 30, **setting) for setting in settings_]
    assert [round(0.5 * float(one[-1]), 4) for one in found] == [0.2727, 0.4939, 0.4809]
    np.testing.assert_allclose(found[0], 0.98 ** np.arange(1, 31))


@pytest.mark.parametrize(
    ("policy", "real"), [("replace", 0.0), ("accumulate", 0), ("replace", 0.3)]
)
def test_drift_equals_simulated_rounds(policy, real):
    rng, N, T, repeats = np.random.default_rng(3), 20, 15, 20_000
    p = np.full(repeats, 0.5)
    for t in range(T):
        fresh = round(real * N)
        drawn = (rng.binomial(N - fresh, p) + rng.binomial(fresh, 0.5, repeats)) / N
        p = drawn if policy == "replace" else p + (drawn - p) / (t + 2)
    left = 4 * p * (1 - p)
    error = left.std() / math.sqrt(repeats)
    assert abs(left.mean() - curation.drift(N, T, policy, real)[-1]) < 4 * error
