"""The breakdown point and its identities."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from synverify_core.theory import (
    class_breakdown,
    keep_rate,
    likelihood_ratio,
    p_minus,
    p_plus,
    p_star,
    precision_kept,
    verdict,
    youden_j,
)

rates = st.floats(0.0, 1.0)
positive = st.floats(1e-6, 1.0)


@given(positive, rates)
def test_definition_and_likelihood_ratio(phi, psi):
    """p_star = 1/(1 + psi/phi) = LR/(1 + LR)."""
    assert p_star(phi, psi) == pytest.approx(1 / (1 + psi / phi))
    if psi > 1e-6:
        ratio = likelihood_ratio(phi, psi)
        assert p_star(phi, psi) == pytest.approx(ratio / (1 + ratio))


@given(positive, rates)
def test_better_than_random_selection_is_youdens_j(phi, psi):
    """p_star > 1/2 <=> phi > psi <=> J > 0."""
    assume(abs(phi - psi) > 1e-9)
    assert (p_star(phi, psi) > 0.5) == (youden_j(phi, psi) > 0)


@given(rates, positive, rates)
def test_below_breakdown_means_a_right_majority(p, phi, psi):
    """Below breakdown, p < p_star <=> precision of the kept set > 1/2."""
    assume(abs(p - p_star(phi, psi)) > 1e-9)
    assume(keep_rate(p, phi, psi) > 0)
    assert (p < p_star(phi, psi)) == (precision_kept(p, phi, psi) > 0.5)


@given(rates, rates, rates)
def test_keep_rate_lies_between_its_rates(p, phi, psi):
    """Keep rate is the mean of phi and psi weighted by 1 - p and p."""
    kept = keep_rate(p, phi, psi)
    assert min(phi, psi) - 1e-15 <= kept <= max(phi, psi) + 1e-15
    if kept > 0:
        assert precision_kept(p, phi, psi) * kept == pytest.approx(phi * (1 - p))


def test_no_pruning_oracle_and_adversary():
    """(1, 1) breaks at 1/2, (1, 0) at 1, (0, 1) at 0; (0, 0) keeps nothing and has no point."""
    np.testing.assert_array_equal(p_star([1, 1, 0], [1, 0, 1]), [0.5, 1.0, 0.0])
    assert np.isnan(p_star(0.0, 0.0))
    assert np.isnan(precision_kept(1.0, 0.5, 0.0))
    assert likelihood_ratio(0.5, 0.0) == np.inf


@given(st.floats(0.0, 0.99), positive, positive)
def test_the_band_encloses_p_star(t, phi, psi):
    """p_minus(t) <= p_star <= p_plus(t), equal at t = 0; swapping right and wrong mirrors it."""
    low, high = p_minus(t, phi, psi), p_plus(t, phi, psi)
    assert low <= p_star(phi, psi) + 1e-15
    assert high >= p_star(phi, psi) - 1e-15
    assert low == pytest.approx(1 - p_plus(t, psi, phi))
    assert p_minus(0.0, phi, psi) == p_plus(0.0, phi, psi) == p_star(phi, psi)


@given(st.floats(0.01, 0.99), positive, positive)
def test_the_bands_inequality_is_not_the_one_printed(t, phi, psi):
    """At p_minus the ratio p psi/((1-p) phi) is (1-t)/(1+t), below it less; F.5 prints >=."""
    p = p_minus(t, phi, psi)
    bound = (1 - t) / (1 + t)
    assert p * psi / ((1 - p) * phi) == pytest.approx(bound)
    below = 0.9 * p
    assert below * psi / ((1 - below) * phi) < bound


def test_each_class_breaks_on_its_own():
    """Class k breaks at phi_k/(phi_k + psi_kl): psi_kl's first digit is the true class."""
    point = class_breakdown(phi_0=0.8, phi_1=0.9, psi_01=0.2, psi_10=0.6)
    assert point.class_0 == pytest.approx(0.8)
    assert point.class_1 == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("p", "point", "sentence"),
    [
        (0.29, 0.73, "p = 0.29 < p* = 0.73: retraining recovers the truth"),
        (0.80, 0.50, "p = 0.80 > p* = 0.50: retraining learns the opposite"),
        (0.5, 0.5, "p = 0.50 = p* = 0.50: undecided"),
        (0.1 + 0.2, 0.3, "p = 0.30 = p* = 0.30: undecided"),
        (0.5001, 0.5004, "p = 0.5001 < p* = 0.5004: retraining recovers the truth"),
        (0.3, float("nan"), "p = 0.30, p* undefined: nothing to learn from"),
    ],
)
def test_verdict(p, point, sentence):
    assert verdict(p, point) == sentence
