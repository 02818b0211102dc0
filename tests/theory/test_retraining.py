"""The retraining law against its limits and against simulated mean classifiers."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr

from synverify_core.theory import (
    bayes_accuracy,
    p_star,
    rates_from_angles,
    realise_angles,
    retraining_law,
    retraining_law_independent,
    theorem_accuracy,
    theta_from_azimuth,
)

angles = st.floats(1e-3, np.pi - 1e-3)
SETTINGS = [(0.6, 0.3, 0.5), (0.9, 0.9, 1.4), (1.6, 1.2, 0.8), (1.9, 1.7, 1.0)]


def simulated_means(setting, separation, n, dimension, repeats, seed=5):
    """Mean classifiers sum(q y' x)/n of equation 1's large-penalty limit, and their w*."""
    rng = np.random.default_rng(seed)
    w_star, w_gen, w_prune = realise_angles(*setting, dimension=dimension, rng=rng)
    means = np.empty((repeats, dimension))
    for row in means:
        x = rng.standard_normal((n, dimension))
        y = rng.integers(0, 2, n) * 2 - 1
        x += separation * y[:, None] * w_star
        y_synth = np.sign(x @ w_gen)
        keep = y_synth * (x @ w_prune) > 0
        row[:] = (keep * y_synth) @ x / n
    return means, w_star


@pytest.mark.parametrize("separation", [0.0, 0.7, 1.8])
@pytest.mark.parametrize("setting", SETTINGS)
def test_direction_with_many_samples(setting, separation):
    """A million kept, labelled points average to a vector at the law's angle to w*."""
    means, w_star = simulated_means(setting, separation, 1_000_000, 3, 1)
    cosine = means[0] @ w_star / np.linalg.norm(means[0])
    law = retraining_law(*setting, separation=separation, dimension=3)
    assert np.arccos(law.cosine) == pytest.approx(np.arccos(cosine), abs=0.02)


@pytest.mark.parametrize(("n", "dimension"), [(300, 60), (1000, 200)])
@pytest.mark.parametrize("setting", SETTINGS)
def test_direction_with_few_samples(setting, n, dimension):
    """Cosine c = D.w*/sqrt(|D|^2 + keep_rate d/n), against the mean over 60 simulated fits."""
    means, w_star = simulated_means(setting, 1.2, n, dimension, 60)
    cosines = means @ w_star / np.linalg.norm(means, axis=1)
    law = retraining_law(*setting, separation=1.2, n_samples=n, dimension=dimension)
    assert law.cosine == pytest.approx(np.mean(cosines), abs=0.02)


@pytest.mark.parametrize("separation", [0.0, 0.4, 1.5])
@pytest.mark.parametrize("n", [200.0, np.inf])
def test_accuracies_of_a_model_at_that_cosine(separation, n):
    """Agreement with Bayes and accuracy on true labels are frequencies on fresh points."""
    law = retraining_law(0.9, 0.7, 1.2, separation=separation, n_samples=n, dimension=40)
    rng = np.random.default_rng(11)
    x = rng.standard_normal((1_000_000, 2))
    y = rng.integers(0, 2, len(x)) * 2 - 1
    x[:, 0] += separation * y
    bayes = np.sign(x[:, 0])
    labels = y if separation > 0 else bayes
    predicted = np.sign(law.cosine * x[:, 0] + np.sqrt(1 - law.cosine**2) * x[:, 1])
    assert law.accuracy == pytest.approx(np.mean(predicted == bayes), abs=2e-3)
    assert law.accuracy_true == pytest.approx(np.mean(predicted == labels), abs=2e-3)


@given(angles, angles, st.floats(0.0, np.pi), st.sampled_from([0.0, 0.3, 1.0, 3.0]))
def test_it_crosses_one_half_exactly_at_breakdown(gen, prune, turn, separation):
    """Accuracy > 1/2 <=> p < p_star, for any number of samples."""
    assume(abs(gen + prune - np.pi) > 1e-4)
    theta = theta_from_azimuth(gen, prune, turn)
    assume(theta < np.pi - 1e-3)
    rates = rates_from_angles(gen, prune, theta, separation=separation)
    for n in (100.0, np.inf):
        law = retraining_law(gen, prune, theta, separation=separation, n_samples=n, dimension=50)
        assert (law.cosine > 0) == (rates.p < rates.p_star)
        assert (law.accuracy > 0.5) == (rates.p < rates.p_star)


@given(angles, angles, st.floats(0.0, np.pi))
def test_no_separation_gives_the_bisector(gen, prune, turn):
    """At k = 0, acc = 1 - arccos((cos tg + cos tp)/(2 cos(theta/2)))/pi."""
    theta = theta_from_azimuth(gen, prune, turn)
    assume(theta < np.pi - 1e-2)
    law = retraining_law(gen, prune, theta, separation=0.0, dimension=10)
    cosine = np.clip((np.cos(gen) + np.cos(prune)) / (2 * np.cos(theta / 2)), -1, 1)
    assert law.cosine == pytest.approx(cosine, abs=1e-12)
    assert law.accuracy == pytest.approx(1 - np.arccos(cosine) / np.pi, abs=1e-6)
    assert law.accuracy_true == law.accuracy


@given(angles, angles, st.floats(0.0, np.pi), st.floats(1e-9, 1e-6))
def test_the_direction_is_continuous_at_no_separation(gen, prune, turn, k):
    """Cosine and agreement with Bayes tend to the bisector's as k -> 0."""
    theta = theta_from_azimuth(gen, prune, turn)
    assume(theta < np.pi - 1e-2)
    laws = [
        retraining_law(gen, prune, theta, separation=s, n_samples=500, dimension=50)
        for s in (0.0, k)
    ]
    assert laws[0].cosine == pytest.approx(laws[1].cosine, abs=1e-4)
    assert laws[0].accuracy == pytest.approx(laws[1].accuracy, abs=1e-4)


@pytest.mark.parametrize("azimuth", [0.0, np.pi / 2, np.pi])
@pytest.mark.parametrize("theta_prune", [0.3, 1.0, 2.0])
def test_large_separation_and_many_samples_give_theorem_4_2(theta_prune, azimuth):
    """At k = 40, n = inf the accuracy is the theorem's on both sides of tg = pi - tp."""
    gen = np.pi - theta_prune + np.array([-0.2, -0.05, 0.05, 0.2])
    theta = theta_from_azimuth(gen, theta_prune, azimuth)
    law = retraining_law(gen, theta_prune, theta, separation=40.0, dimension=100)
    np.testing.assert_allclose(law.accuracy, [1, 1, 0, 0], atol=1e-6)
    softer = retraining_law(gen, theta_prune, theta, separation=1.0, dimension=100)
    assert np.all(np.abs(softer.accuracy - 0.5) < np.abs(law.accuracy - 0.5))


def test_on_the_line_of_breakdown_nothing_is_learned():
    """On tg + tp = pi: cosine 0 and accuracy 1/2 whatever n and k; theta = pi too."""
    gen = np.linspace(0.1, 3.0, 9)
    for k in (0.0, 1.0, 30.0):
        for turn in (0.0, 1.0, np.pi):
            theta = theta_from_azimuth(gen, np.pi - gen, turn)
            law = retraining_law(gen, np.pi - gen, theta, separation=k, dimension=5)
            np.testing.assert_allclose(law.cosine, 0.0, atol=1e-12)
            np.testing.assert_allclose(law.accuracy, 0.5, atol=1e-12)


@given(angles, angles, st.floats(0.0, np.pi), st.floats(0.0, 5.0))
def test_more_samples_never_change_the_side(gen, prune, turn, k):
    """|accuracy - 1/2| rises with n towards the limit of infinite n."""
    theta = theta_from_azimuth(gen, prune, turn)
    n = np.array([10.0, 1e3, 1e5, 1e9, np.inf])
    law = retraining_law(gen, prune, theta, separation=k, n_samples=n, dimension=100)
    assert np.all(np.diff(np.abs(law.cosine)) >= -1e-12)
    assert np.all((law.accuracy >= 0) & (law.accuracy <= 1))


@given(angles, angles, st.floats(0.0, np.pi), st.floats(0.0, 5.0))
def test_no_model_beats_bayes(gen, prune, turn, k):
    """1 - Phi(k) <= accuracy on true labels <= Phi(k) on the mixture."""
    assume(k > 0)
    theta = theta_from_azimuth(gen, prune, turn)
    law = retraining_law(gen, prune, theta, separation=k, dimension=10)
    assert 1 - bayes_accuracy(k) - 1e-15 <= law.accuracy_true <= bayes_accuracy(k) + 1e-15
    assert law.accuracy_true == pytest.approx(ndtr(k * law.cosine))


@pytest.mark.parametrize("p", [0.1, 0.45, 0.6, 0.8])
def test_independent_bits_by_simulation(p):
    """(phi, psi)-pruning with bits independent of x (Figure 6): the mean over 60 fits."""
    phi, psi, k, n, d = 0.9, 0.4, 1.3, 400, 100
    rng = np.random.default_rng(2)
    cosines = []
    for _ in range(60):
        y = rng.integers(0, 2, n) * 2 - 1
        x = rng.standard_normal((n, d))
        x[:, 0] += k * y
        wrong = rng.random(n) < p
        keep = rng.random(n) < np.where(wrong, psi, phi)
        mean = (keep * np.where(wrong, -y, y)) @ x
        cosines.append(mean[0] / np.linalg.norm(mean))
    law = retraining_law_independent(p, phi, psi, separation=k, n_samples=n, dimension=d)
    assert law.cosine == pytest.approx(np.mean(cosines), abs=0.025)


@given(st.floats(0, 1), st.floats(0.05, 1), st.floats(0, 1), st.floats(0.1, 5.0))
def test_independent_bits_flip_at_p_star(p, phi, psi, k):
    """The cosine has the sign of p_star - p; infinitely many samples give the jump."""
    point = p_star(phi, psi)
    assume(abs(p - point) > 1e-6)
    few = retraining_law_independent(p, phi, psi, separation=k, n_samples=100, dimension=20)
    many = retraining_law_independent(p, phi, psi, separation=k, n_samples=np.inf, dimension=20)
    assert np.sign(few.cosine) == np.sign(point - p)
    assert many.accuracy == pytest.approx(theorem_accuracy(p, point), abs=1e-7)


def test_width_of_the_independent_transition():
    """Cosine c = 1/sqrt(2) where |(1-p) phi - p psi| = sqrt(keep_rate d/n)/k."""
    k, n, d = 2.0, 10_000, 100
    p = 0.5 - 0.5 * np.sqrt(d / n) / k
    law = retraining_law_independent(p, 1.0, 1.0, separation=k, n_samples=n, dimension=d)
    assert law.cosine == pytest.approx(1 / np.sqrt(2))


def test_theorem_accuracy():
    """1 below p_star, 0 above it, 1/2 at equality up to rounding, NaN where p_star is."""
    found = theorem_accuracy([0.2, 0.8, 0.5, 0.1 + 0.2, 0.2], [0.5, 0.5, 0.5, 0.3, np.nan])
    np.testing.assert_array_equal(found, [1.0, 0.0, 0.5, 0.5, np.nan])
