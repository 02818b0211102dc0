"""Feasible angles and vectors that realise them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.errors import InputError
from synverify_core.theory import (
    azimuth_from_theta,
    bayes_accuracy,
    realise_angles,
    separation_of_tau,
    separation_of_unit_mixture,
    theta_from_azimuth,
    theta_range,
)

angles = st.floats(0.0, np.pi)


def angle_between(u: np.ndarray, v: np.ndarray) -> float:
    """Angle of two unit vectors, exact near 0 and pi too."""
    return 2.0 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))


@given(angles, angles)
def test_the_ends_of_the_range_are_azimuth_0_and_pi(gen: float, prune: float):
    """theta(azimuth 0) = |tg - tp|; theta(azimuth pi) = min(tg + tp, 2 pi - tg - tp)."""
    lo, hi = theta_range(gen, prune)
    assert lo == pytest.approx(abs(gen - prune))
    assert hi == pytest.approx(min(gen + prune, 2 * np.pi - gen - prune))
    assert theta_from_azimuth(gen, prune, 0.0) == pytest.approx(lo, abs=1e-9)
    assert theta_from_azimuth(gen, prune, np.pi) == pytest.approx(hi, abs=1e-9)


@given(angles, angles, angles)
def test_every_azimuth_is_feasible_and_obeys_the_cosine_law(gen: float, prune: float, turn: float):
    """The law cos theta = cos tg cos tp + sin tg sin tp cos azimuth, in range."""
    theta = theta_from_azimuth(gen, prune, turn)
    lo, hi = theta_range(gen, prune)
    assert lo <= theta <= hi
    law = np.cos(gen) * np.cos(prune) + np.sin(gen) * np.sin(prune) * np.cos(turn)
    assert np.cos(theta) == pytest.approx(law, abs=1e-12)


@given(st.floats(0.01, 3.13), st.floats(0.01, 3.13), st.floats(0.01, 3.13))
def test_azimuth_and_theta_are_inverse(gen: float, prune: float, turn: float):
    """azimuth(theta(azimuth)) = azimuth."""
    back = azimuth_from_theta(gen, prune, theta_from_azimuth(gen, prune, turn))
    assert back == pytest.approx(turn, abs=1e-9)


def test_azimuth_is_zero_where_it_has_no_meaning():
    """With w_gen or w_prune along w* every azimuth gives the same theta; 0 is returned."""
    assert azimuth_from_theta(0.0, 0.7, 0.7) == 0.0
    assert azimuth_from_theta(0.7, np.pi, np.pi - 0.7) == 0.0


@given(angles, angles, angles, st.integers(3, 40), st.integers(0, 2**32))
def test_vectors_have_the_three_angles(gen, prune, turn, dimension, seed):
    """The realised unit vectors stand at theta_gen, theta_prune and theta."""
    theta = theta_from_azimuth(gen, prune, turn)
    for rng in (None, np.random.default_rng(seed)):
        vectors = realise_angles(gen, prune, theta, dimension=dimension, rng=rng)
        assert all(vector.shape == (dimension,) for vector in vectors)
        np.testing.assert_allclose([np.linalg.norm(vector) for vector in vectors], 1.0)
        assert angle_between(vectors.w_gen, vectors.w_star) == pytest.approx(gen, abs=1e-7)
        assert angle_between(vectors.w_prune, vectors.w_star) == pytest.approx(prune, abs=1e-7)
        assert angle_between(vectors.w_prune, vectors.w_gen) == pytest.approx(theta, abs=1e-7)


def test_two_dimensions_hold_only_the_ends():
    """In the plane theta is |tg - tp| or tg + tp; between them a third dimension is needed."""
    for theta in (0.2, 0.8):
        vectors = realise_angles(0.3, 0.5, theta, dimension=2, rng=np.random.default_rng(1))
        assert angle_between(vectors.w_gen, vectors.w_prune) == pytest.approx(theta)
    with pytest.raises(InputError, match=r"dimension = 2 holds theta = 0.2 or 0.8 only, not 0.5"):
        realise_angles(0.3, 0.5, 0.5, dimension=2)


def test_rounded_angles_at_the_ends_are_accepted():
    """Rounding in the last digits of degrees does not make an end infeasible."""
    assert azimuth_from_theta(0.3, 0.5, 0.8 + 1e-12) == pytest.approx(np.pi)
    assert azimuth_from_theta(0.3, np.radians(180.0) + 1e-12, np.pi - 0.3) == 0.0


def test_separation_of_the_unit_mixture_by_simulation():
    """E|x|^2 = 1 and Bayes accuracy Phi(k) hold together for k = |mu| sqrt(d/(1 - |mu|^2))."""
    rng = np.random.default_rng(7)
    norm, dimension, n = 0.4, 10, 200_000
    noise = rng.standard_normal((n, dimension)) * np.sqrt((1 - norm**2) / dimension)
    noise[:, 0] += norm
    assert np.mean(np.sum(noise**2, axis=1)) == pytest.approx(1.0, abs=3e-3)
    expected = bayes_accuracy(separation_of_unit_mixture(norm, dimension))
    assert np.mean(noise[:, 0] > 0) == pytest.approx(expected, abs=3e-3)


def test_section_5_bayes_accuracy():
    """Tau = 0.15 with d = 107 gives the 94 % of Section 5."""
    assert bayes_accuracy(separation_of_tau(0.15, 107)) == pytest.approx(0.94, abs=5e-4)
