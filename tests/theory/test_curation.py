"""One round of choices is exact for any K, against enumeration and sampling; refusals."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from synverify_core.errors import InputError
from synverify_core.theory import curation

INF = math.inf


def enumerated(p, reward, K):
    """Return the distribution of the choices, by all ordered sets of K samples."""
    a, after = np.exp(np.asarray(reward) - np.max(reward)), np.zeros(len(p))
    for drawn in itertools.product(range(len(p)), repeat=K):
        chances = a[list(drawn)] / a[list(drawn)].sum()
        np.add.at(after, list(drawn), np.prod(np.asarray(p)[list(drawn)]) * chances)
    return after


@st.composite
def worlds(draw, most=4):
    """Shares and rewards of a few outcomes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, most))
    return rng.dirichlet(np.full(n, 0.7)), rng.normal(0, draw(st.sampled_from([0.1, 1, 8])), n)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.integers(2, 5))
def test_a_round_equals_the_enumeration_of_all_choices(world, K):
    p, reward = world
    np.testing.assert_allclose(curation.curated(p, reward, K), enumerated(p, reward, K), atol=1e-13)


@settings(max_examples=60, deadline=None)
@given(worlds(most=9))
def test_two_candidates_are_a_replicator_and_infinitely_many_a_tilt(world):
    p, reward = world
    pairs = np.tanh((reward[:, None] - reward) / 2)
    np.testing.assert_allclose(curation.choice_factors(p, reward, 2), 1 + pairs @ p, atol=1e-13)
    tilted = p * np.exp(reward)
    np.testing.assert_allclose(curation.curated(p, reward, INF), tilted / tilted.sum(), atol=1e-13)
    many = curation.curated(p, reward - reward.max(), 10**12)
    np.testing.assert_allclose(many, tilted / tilted.sum(), atol=1e-4)


@pytest.mark.parametrize("K", [2, 3, 8, 40])
def test_a_round_equals_sampled_choices(K):
    rng, n = np.random.default_rng(K), 60_000
    p, reward = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.0, 0.5, 1.0, 2.5])
    drawn = rng.choice(4, (n, K), p=p)
    kept = np.argmax(reward[drawn] + rng.gumbel(size=(n, K)), axis=1)
    found = np.bincount(drawn[np.arange(n), kept], minlength=4) / n
    exact = curation.curated(p, reward, K)
    assert np.all(np.abs(found - exact) < 4 * np.sqrt(exact * (1 - exact) / n))


@pytest.mark.parametrize("K", [4, 16])
def test_a_round_on_a_line_equals_sampled_choices_of_two_groups(K):
    """Continuous outcomes: mean and mean square of the kept ones on 400 cells."""
    rng, n, x = np.random.default_rng(K), 40_000, np.linspace(-4, 4, 400)
    p = np.exp(-0.5 * (x / 1.5) ** 2)
    rewards = np.array([-0.5 * ((x - peak) / 0.7) ** 2 for peak in (-2, 2)])
    exact = curation.curated(p / p.sum(), rewards, K, [0.7, 0.3])
    drawn = rng.choice(400, (n, K), p=p / p.sum())
    group = (rng.random(n) < 0.3).astype(int)
    kept = np.argmax(rewards[group[:, None], drawn] + rng.gumbel(size=(n, K)), axis=1)
    found = x[drawn[np.arange(n), kept]]
    for power in (1, 2):
        error = (found**power).std() / math.sqrt(n)
        assert abs((found**power).mean() - exact @ x**power) < 4 * error


@pytest.mark.parametrize("K", [2, 5, 1000, INF])
def test_a_span_of_800_neither_overflows_nor_loses_mass(K):
    after = curation.curated([0.2, 0.3, 0.5], [800.0, 400.0, 0.0], K)
    beaten = 0 if K == INF else np.array([0.8**K - 0.5**K, 0.5**K])
    np.testing.assert_allclose(after[1:], beaten, atol=1e-13)
    assert after.sum() == pytest.approx(1, abs=1e-15)
    for scale in (1e3, 1e17, 2e305):
        far = curation.curated([0.2, 0.3, 0.5], np.array([800.0, 400.0, 0.0]) * scale, K)
        np.testing.assert_allclose(far, after, atol=1e-13)
    near = curation.curated([0.2, 0.3, 0.5], [1e15 + 1, 1e15, -1e300], K)
    pair = curation.curated([0.4, 0.6], [1.0, 0.0], K)
    assert INF != K or near[:2] == pytest.approx(pair, abs=1e-12)
    lost = curation.curated([0.0, 1.0], [800.0, 0.0], K)
    np.testing.assert_allclose(lost, [0, 1], atol=1e-15)
    assert np.isfinite(curation.log_utilities([0.0, 1.0], [800.0, 0.0]))


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(2, 5))
def test_the_gain_of_a_round_is_mean_and_spread_of_the_candidates(world, K):
    """E_{t+1} e^r = E[abar + s^2/abar] over K draws, at least the bound."""
    p, reward = world
    a, mean = np.exp(reward - reward.max()), 0.0
    for drawn in itertools.product(range(len(p)), repeat=K):
        of = a[list(drawn)]
        mean += np.prod(p[list(drawn)]) * (of.mean() + of.var() / of.mean())
    found = curation.gain(p, reward, K)
    assert found.after == pytest.approx(mean, rel=1e-12)
    assert found.before == pytest.approx(p @ a)
    assert found.before <= found.bound <= found.after * (1 + 1e-12)
    endless = curation.gain(p, reward, INF)
    assert endless.bound == pytest.approx(endless.after, rel=1e-12)


@pytest.mark.parametrize("K", [2, 3, 16, INF])
@pytest.mark.parametrize("U", [1.5, 9.0])
def test_a_rare_best_outcome_grows_and_the_rest_decays_at_their_rates(K, U):
    rare, reward = 1e-9, [math.log(U), 0.0]
    found = curation.rates(U, K)
    grown = curation.curated([rare, 1 - rare], reward, K)[0] / rare
    left = curation.curated([1 - rare, rare], reward, K)[1] / rare
    assert (grown, left) == pytest.approx((found.growth, found.decay), rel=1e-6)


@pytest.mark.parametrize("gap", [-2.0, 0.0, 0.7, 3.0])
def test_a_choice_is_a_verifier_with_p_star_by_its_reward_gap(gap):
    assert curation.pstar_of_choice(gap, INF) == pytest.approx(expit(gap))
    for p in (0.1, 0.6):
        ratio = (1 + p * math.tanh(gap / 2)) / (1 - (1 - p) * math.tanh(gap / 2))
        assert curation.pstar_of_choice(gap, 2, p) == pytest.approx(ratio / (1 + ratio))
        after = curation.curated([1 - p, p], [gap, 0.0], 7)
        odds = after[0] / after[1] / ((1 - p) / p)
        assert curation.pstar_of_choice(gap, 7, p) == pytest.approx(odds / (1 + odds))


def test_several_groups_are_mixed_by_their_weights_and_one_alone_is_itself():
    p, rewards = np.array([0.2, 0.5, 0.3]), np.array([[1.0, 0, -1], [0, 2, 1]])
    each = [curation.curated(p, reward, 4) for reward in rewards]
    np.testing.assert_allclose(
        curation.curated(p, rewards, 4, [0.3, 0.7]), 0.3 * each[0] + 0.7 * each[1]
    )
    np.testing.assert_allclose(curation.curated(p, rewards, 4, [0, 1]), each[1])
    np.testing.assert_allclose(curation.curated(p, rewards, 4), (each[0] + each[1]) / 2)


HALF = [0.5, 0.5]


@pytest.mark.parametrize(
    ("name", "given_", "message"),
    [
        ("curated", {"p": [0.5, 0.6], "reward": [0, 1], "K": 2}, r"p sums to 1.1: shares must"),
        ("curated", {"p": [1.5, -0.5], "reward": [0, 1], "K": 2}, r"p = -0.5 .*\[0, 1\]"),
        ("curated", {"p": [[1]], "reward": [0], "K": 2}, r"p has shape \(1, 1\)"),
        ("curated", {"p": [], "reward": [], "K": 2}, r"p has shape \(0,\)"),
        ("curated", {"p": HALF, "reward": [0, INF], "K": 2}, r"reward = inf .*\(-inf, inf\)"),
        ("curated", {"p": HALF, "reward": [0, math.nan], "K": 2}, r"reward = nan"),
        ("curated", {"p": HALF, "reward": [0, 1, 2], "K": 2}, r"reward has shape .*2 entries"),
        ("curated", {"p": HALF, "reward": [[0, 1], [1]], "K": 2}, r"lists differ in length"),
        ("curated", {"p": HALF, "reward": [0, 1], "K": 1}, r"K = 1 .* from 2 on, or inf"),
        ("curated", {"p": HALF, "reward": [0, 1], "K": 2.5}, r"K = 2.5"),
        ("curated", {"p": HALF, "reward": [0, 1], "K": math.nan}, r"K = nan"),
        ("curated", {"p": HALF, "reward": [0, 1], "K": 2, "weights": [0.5, 0.5]}, r"must have 1"),
        ("curated", {"p": HALF, "reward": [[0, 1]] * 2, "K": 2, "weights": [1.2, -0.2]},
         r"weights = -0.2"),
        ("gain", {"p": HALF, "reward": [[0, 1], [1, 0]], "K": 2}, r"reward has 2 lists: .* one"),
        ("rates", {"U": 0.5, "K": 2}, r"U = 0.5 .*\[1, inf\)"),
        ("survival", {"U": INF, "K": 2}, r"U = inf"),
        ("survival", {"U": 2, "K": -3}, r"K = -3"),
        ("nash", {"U": 1, "V": 1, "q": 0.5}, r"U = 1 .*\(1, inf\)"),
        ("nash", {"U": 2, "V": 0, "q": 0.5}, r"V = 0 .*\(0, inf\)"),
        ("nash", {"U": 2, "V": 1, "q": 1.5}, r"q = 1.5"),
        ("camps", {"mu": -1, "s": 1}, r"mu = -1 .*\[0, inf\)"),
        ("camps", {"mu": 1, "s": 0}, r"s = 0 .*\(0, inf\)"),
        ("narrowing", {"variance": 0, "s": 1, "T": 1}, r"variance = 0"),
        ("fixed_point", {"p_ref": [0, 1], "reward": [1, 0], "a": 1}, r"p_ref = 0 on the best"),
        ("fixed_point", {"p_ref": HALF, "reward": [1, 0], "a": 1.1}, r"a = 1.1"),
        ("play", {"p": HALF, "reward": [0, 1], "K": 2, "T": 0}, r"T = 0"),
        ("play", {"p": HALF, "reward": [0, 1], "K": 2, "T": 1, "real": -1}, r"real = -1"),
        ("play", {"p": HALF, "reward": [0, 1], "K": 2, "T": 1, "policy": "mix"},
         r"policy = 'mix' must be replace or accumulate"),
        ("drift", {"N": 5, "T": 10**9}, r"T = 1000000000 .*\[1, 1e\+06\]"),
        ("drift", {"N": 5, "T": 2.5}, r"T = 2.5 must be a whole number"),
        ("drift", {"N": 0, "T": 1}, r"N = 0 .*\[1, inf\)"),
        ("drift", {"N": 5, "T": 1, "policy": "accumulate", "real": 0.5}, r"real = 0.5"),
        ("pstar_of_choice", {"gap": INF, "K": 2}, r"gap = inf"),
    ],
)  # fmt: skip
def test_refuses(name, given_, message):
    with pytest.raises(InputError, match=message):
        getattr(curation, name)(**given_)


def test_every_form_answers_and_says_what_it_takes():
    given_by_name = {
        "p": HALF, "reward": [0, 1], "weights": HALF, "K": 4,
        "p_ref": HALF, "a": 0.5, "U": 3, "V": 2, "q": 0.4, "mu": 2, "s": 1, "variance": 1,
        "T": 3, "gap": 1, "N": 10, "policy": "replace", "real": 0.1,
    }  # fmt: skip
    own = {"curation.pstar": {"p": 0.3}, "curation.groups": {"reward": [[0, 1], [1, 0]]}}
    for form in curation.FORMS:
        takes = {name: given_by_name[name] for name in form.inputs}
        value = form.evaluate(**takes | own.get(form.name, {}))
        assert np.all(np.isfinite(np.asarray(value))), form.name
        assert form.source and form.value and form.name.startswith("curation.")
