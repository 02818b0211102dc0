"""p, phi and psi from three angles."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr

from synverify_core.theory import (
    bivariate_normal_cdf,
    rates_from_angles,
    realise_angles,
    theta_from_azimuth,
    verdict,
)

angles = st.floats(0.0, np.pi)
inner_angles = st.floats(1e-3, np.pi - 1e-3)
separations = st.floats(0.0, 6.0)
SETTINGS = [(0.6, 0.3, 0.3), (0.6, 0.6, 1.2), (1.0, 0.7, 1.1), (2.0, 0.9, 1.9), (0.3, 2.6, 2.5)]


def simulate(gen, prune, theta, separation, *, n=1_000_000, seed=3):
    """p, phi, psi, keep rate and precision of n sampled points."""
    rng = np.random.default_rng(seed)
    w_star, w_gen, w_prune = realise_angles(gen, prune, theta, rng=rng)
    x = rng.standard_normal((n, 3))
    if separation > 0:
        y = rng.integers(0, 2, n) * 2 - 1
        x += separation * y[:, None] * w_star
    else:
        y = np.sign(x @ w_star)
    y_synth = np.sign(x @ w_gen)
    keep = y_synth * (x @ w_prune) > 0
    right = y_synth == y
    return (
        np.mean(~right),
        np.mean(keep[right]),
        np.mean(keep[~right]),
        np.mean(keep),
        np.mean(right[keep]),
    )


@pytest.mark.parametrize("separation", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("setting", SETTINGS)
def test_monte_carlo(setting, separation):
    """The closed forms are the frequencies of a million samples, in both models."""
    p, phi, psi, keep, precision = simulate(*setting, separation)
    rates = rates_from_angles(*setting, separation=separation)
    found = (rates.p, rates.phi, rates.psi, rates.keep_rate, rates.precision_kept)
    np.testing.assert_allclose(found, (p, phi, psi, keep, precision), atol=5e-3)


@given(angles, angles, angles, st.one_of(st.just(0.0), separations, st.floats(6.0, 60.0)))
def test_every_rate_is_a_probability(gen, prune, turn, separation):
    """All six fields lie in [0, 1] over the whole feasible set, ends included."""
    theta = theta_from_azimuth(gen, prune, turn)
    for rate in rates_from_angles(gen, prune, theta, separation=separation):
        assert 0.0 <= rate <= 1.0


@given(inner_angles, angles, angles, st.one_of(st.just(0.0), st.floats(0.05, 3.0)))
def test_below_breakdown_exactly_when_the_angles_add_to_less_than_pi(gen, prune, turn, separation):
    """Always p < p_star <=> tg + tp < pi <=> precision > 1/2, for any theta and separation."""
    assume(abs(gen + prune - np.pi) > 1e-5)
    theta = theta_from_azimuth(gen, prune, turn)
    assume(theta < np.pi - 1e-4)
    rates = rates_from_angles(gen, prune, theta, separation=separation)
    assert (rates.p < rates.p_star) == (gen + prune < np.pi)
    assert (rates.precision_kept > 0.5) == (gen + prune < np.pi)


@given(inner_angles, st.floats(0.0, 3.14), st.one_of(st.just(0.0), st.floats(0.05, 8.0)))
def test_on_the_line_the_verdict_is_undecided(gen, turn, separation):
    """On tg + tp = pi: p = p_star up to rounding, and the verdict says so."""
    theta = theta_from_azimuth(gen, np.pi - gen, turn)
    rates = rates_from_angles(gen, np.pi - gen, theta, separation=separation)
    assert verdict(rates.p, rates.p_star).endswith("undecided")


@given(angles, angles, angles, st.floats(1e-3, 6.0))
def test_net_right_votes_do_not_depend_on_theta(gen, prune, turn, k):
    """(1-p) phi - p psi = Phi2(a,b) - Phi2(-a,-b) = Phi(a) + Phi(b) - 1."""
    theta = theta_from_azimuth(gen, prune, turn)
    assume(theta < np.pi - 1e-8)
    p, phi, psi, _, keep, _ = rates_from_angles(gen, prune, theta, separation=k)
    a, b, r = k * np.cos(gen), k * np.cos(prune), np.cos(theta)
    assert (1 - p) * phi - p * psi == pytest.approx(ndtr(a) + ndtr(b) - 1, abs=1e-7)
    agree = bivariate_normal_cdf(a, b, r) + bivariate_normal_cdf(-a, -b, r)
    assert keep == pytest.approx(agree, abs=1e-7)


@given(st.floats(1e-3, np.pi - 1e-3), st.floats(0.0, 6.0))
def test_self_verification_keeps_everything(gen, separation):
    """w_prune = w_gen: phi = psi = 1 and p_star = 1/2."""
    rates = rates_from_angles(gen, gen, 0.0, separation=separation)
    np.testing.assert_allclose(
        (rates.phi, rates.psi, rates.p_star, rates.keep_rate), (1, 1, 0.5, 1), atol=1e-9
    )


@given(st.floats(1e-3, np.pi - 1e-3))
def test_an_oracle_keeps_exactly_the_right_labels(gen):
    """theta_prune = 0 in the isotropic model: phi = 1, psi = 0, p_star = 1."""
    rates = rates_from_angles(gen, 0.0, gen)
    np.testing.assert_allclose((rates.phi, rates.psi, rates.p_star), (1, 0, 1), atol=1e-9)


@given(angles, angles, angles, st.floats(0.0, 6.0))
def test_turning_both_models_around_swaps_right_and_wrong(gen, prune, turn, k):
    """-w_gen and -w_prune: p -> 1 - p, phi <-> psi, with the same keep rate."""
    theta = theta_from_azimuth(gen, prune, turn)
    assume(theta < np.pi - 1e-6)
    assume(1e-3 < gen < np.pi - 1e-3)
    here = rates_from_angles(gen, prune, theta, separation=k)
    there = rates_from_angles(np.pi - gen, np.pi - prune, theta, separation=k)
    mirrored = (1 - there.p, there.psi, there.phi, there.keep_rate)
    np.testing.assert_allclose((here.p, here.phi, here.psi, here.keep_rate), mirrored, atol=1e-9)


def test_a_stronger_verifier_is_not_always_better():
    """theta_gen = 0.6: the pruner at 0.3 on its side has p_star 2/3, the one at 0.6 opposite 1."""
    same_side = rates_from_angles(0.6, 0.3, 0.3)
    other_side = rates_from_angles(0.6, 0.6, 1.2)
    assert same_side.p_star == pytest.approx(2 / 3)
    assert other_side.p_star == pytest.approx(1.0)


def test_limits_where_a_rate_is_nought_by_nought():
    """Limits: psi -> 1/2 at theta_gen = 0 and phi -> 1/2 at pi: the limit at azimuth pi/2."""
    for end, near in ((0.0, 1e-6), (np.pi, np.pi - 1e-6)):
        at = rates_from_angles(end, 0.8, abs(end - 0.8))
        beside = rates_from_angles(near, 0.8, theta_from_azimuth(near, 0.8, np.pi / 2))
        np.testing.assert_allclose(at, beside, atol=1e-5)


@pytest.mark.parametrize("separation", [0.0, 1.2])
def test_a_verifier_that_keeps_nothing_is_undecided(separation):
    """Theta = pi: keep rate 0, and p_star = p as everywhere on theta_gen + theta_prune = pi."""
    rates = rates_from_angles(0.8, np.pi - 0.8, np.pi, separation=separation)
    assert rates.keep_rate == 0.0
    assert rates.p_star == rates.p
    near = rates_from_angles(0.8, np.pi - 0.8, np.pi - 0.01, separation=separation)
    assert near.p_star == pytest.approx(near.p, abs=1e-9)


def test_the_isotropic_model_is_not_the_mixture_at_zero_separation():
    """As k -> 0, p -> 1/2 and phi, psi -> 1 - theta/pi; only the keep rate meets k = 0."""
    flat, mixed = (rates_from_angles(0.7, 0.5, 0.9, separation=k) for k in (0.0, 1e-9))
    assert flat.p == pytest.approx(0.7 / np.pi)
    assert mixed.p == pytest.approx(0.5)
    np.testing.assert_allclose((mixed.phi, mixed.psi), 1 - 0.9 / np.pi, atol=1e-8)
    assert flat.keep_rate == pytest.approx(mixed.keep_rate)


def test_large_separation_stays_exact():
    """At k = 50 the error rate underflows to 1e-400, while psi remains a quotient of tails."""
    rates = rates_from_angles(0.5, 0.5, theta_from_azimuth(0.5, 0.5, 1.0), separation=50.0)
    assert rates.p < 1e-300
    assert 0.0 < rates.psi < 1.0
    assert rates.p_star == pytest.approx(1.0 / (1.0 + rates.psi))


def test_scalars_give_scalars_and_arrays_broadcast():
    """A row of generators against a column of separations is a table."""
    assert np.ndim(rates_from_angles(0.3, 0.5, 0.6).p) == 0
    rates = rates_from_angles([0.3, 0.4], 0.5, 0.6, separation=[[0.0], [1.0], [2.0]])
    assert all(rate.shape == (3, 2) for rate in rates)
    assert rates.psi[2, 1] == pytest.approx(rates_from_angles(0.4, 0.5, 0.6, separation=2.0).psi)
