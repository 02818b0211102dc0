"""Rates measured from similarities and keep bits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.theory import (
    corrected_error_rate,
    keep_rate,
    measure,
    p_star,
    precision_kept,
    rates_from_angles,
    realise_angles,
)

pools = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)
binary_pools = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@given(binary_pools)
def test_binary_similarity_is_counting(pool):
    """With s in {0, 1} Appendix C's sums are conditional frequencies (eq. 3)."""
    right, keep = np.array(pool).T
    found = measure(right.astype(float), keep)
    assert found.p == pytest.approx(np.mean(~right))
    if right.any():
        assert found.phi == pytest.approx(np.mean(keep[right]))
    if not right.all():
        assert found.psi == pytest.approx(np.mean(keep[~right]))
    assert found.kept == keep.sum()
    assert found.n_samples == len(pool)


@given(pools)
def test_identities_between_measured_rates(pool):
    """Keep rate = phi(1-p) + psi p, precision = phi(1-p)/keep rate, p_star = phi/(phi+psi)."""
    s, keep = (np.array(column) for column in zip(*pool, strict=True))
    found = measure(s, keep)
    if math.isnan(found.phi) or math.isnan(found.psi):
        assert math.isnan(found.p_star)
        return
    p, phi, psi = (min(rate, 1.0) for rate in (found.p, found.phi, found.psi))
    assert found.keep_rate == pytest.approx(keep_rate(p, phi, psi))
    if found.kept:
        assert found.p_star == pytest.approx(p_star(phi, psi))
        assert found.precision_kept == pytest.approx(precision_kept(p, phi, psi), abs=1e-12)


def test_random_selection_gives_one_half():
    """Keep bits that ignore s: p_star -> 1/2."""
    rng = np.random.default_rng(0)
    assert measure(rng.random(200_000), rng.random(200_000) < 0.3).p_star == pytest.approx(
        0.5, abs=5e-3
    )


def test_measured_rates_meet_the_closed_form():
    """A pool labelled and pruned by linear models measures the rates of its angles."""
    rng = np.random.default_rng(1)
    w_star, w_gen, w_prune = realise_angles(0.8, 0.5, 0.9, dimension=5, rng=rng)
    x = rng.standard_normal((500_000, 5))
    y_synth = np.sign(x @ w_gen)
    found = measure(y_synth == np.sign(x @ w_star), y_synth * (x @ w_prune) > 0)
    expected = rates_from_angles(0.8, 0.5, 0.9)
    np.testing.assert_allclose(found[:6], expected, atol=5e-3)


def test_undefined_quantities_are_nan():
    """No wrong labels: psi; no right ones: phi; nothing kept: p_star and precision; nothing."""
    all_right = measure([1, 1, 1], [1, 0, 1])
    assert (all_right.p, all_right.phi) == (0.0, pytest.approx(2 / 3))
    assert math.isnan(all_right.psi)
    assert math.isnan(all_right.p_star)
    all_wrong = measure([0, 0], [1, 0])
    assert math.isnan(all_wrong.phi)
    assert all_wrong.psi == 0.5
    dropped = measure([1, 0], [0, 0])
    assert (dropped.phi, dropped.psi, dropped.kept) == (0.0, 0.0, 0)
    assert math.isnan(dropped.p_star)
    assert math.isnan(dropped.precision_kept)
    empty = measure([], [])
    assert empty.n_samples == 0
    assert all(math.isnan(value) for value in empty[:6])


@given(st.floats(0, 1), st.floats(0, 0.9), st.floats(0.05, 1))
def test_rogan_gladen_inverts_the_keep_rate(p, psi, gap):
    """Correcting the keep rate phi(1-p) + psi p gives p back."""
    phi = min(psi + gap, 1.0)
    assert corrected_error_rate(keep_rate(p, phi, psi), phi, psi) == pytest.approx(p, abs=1e-9)


def test_rogan_gladen_stays_a_probability():
    """An accept rate outside [psi, phi] is cut to p = 1 or p = 0."""
    np.testing.assert_array_equal(corrected_error_rate([0.05, 0.95], 0.9, 0.1), [1.0, 0.0])
