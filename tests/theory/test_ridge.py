"""The finite-sample ridge formula."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr

from synverify_core.theory import p_star, retraining_law_independent, ridge_accuracy

rates = st.floats(0.0, 1.0)


def simulated_accuracy(p, phi, psi, mean_norm, n, d, penalty, repeats=80):
    """Mean accuracy Phi(w.mu/|w|) of ridge least squares on simulated kept samples."""
    rng = np.random.default_rng(4)
    accuracies = []
    for _ in range(repeats):
        y = rng.integers(0, 2, n) * 2 - 1
        x = rng.standard_normal((n, d))
        x[:, 0] += mean_norm * y
        wrong = rng.random(n) < p
        keep = rng.random(n) < np.where(wrong, psi, phi)
        labels = np.where(wrong, -y, y)
        gram = (x.T * keep) @ x / n + penalty * np.eye(d)
        w = np.linalg.solve(gram, x.T @ (keep * labels) / n)
        accuracies.append(ndtr(mean_norm * w[0] / np.linalg.norm(w)))
    return np.mean(accuracies)


@pytest.mark.parametrize("rates", [(0.1, 0.9, 0.3), (0.4, 0.8, 0.5), (0.7, 0.9, 0.6)])
@pytest.mark.parametrize(("n", "penalty"), [(600, 0.01), (600, 1.0), (130, 0.1), (220, 10.0)])
def test_monte_carlo(rates, n, penalty):
    """Accuracy of eighty simulated fits in 100 dimensions, above and below interpolation."""
    found = ridge_accuracy(*rates, mean_norm=1.5, n_samples=n, dimension=100, penalty=penalty)
    assert found == pytest.approx(simulated_accuracy(*rates, 1.5, n, 100, penalty), abs=0.02)


def test_the_printed_form_of_the_variance():
    """Our sum of non-negative terms is E2 - mean^2 as the source writes it."""
    p, phi, psi, mu, eta, g = 0.2, 0.9, 0.4, 1.1, 0.3, 0.5
    a = phi * (1 - p) + psi * p
    l = phi * (1 - p) - psi * p  # noqa: E741
    root = np.sqrt((a + g - eta * a) ** 2 + 4 * eta * a * g)
    delta = (eta * a - a - g + root) / (2 * g)
    D = a * mu**2 + a + g * (1 + delta)
    mean = l * mu**2 / D
    h = 1 - a * eta / (a + g * (1 + delta)) ** 2
    E2 = (l * mu) ** 2 / (h * D) * ((mu**2 + 1) / D - 2 * (1 - h) / a) + (1 - h) / h
    expected = ndtr(mean / np.sqrt(E2 - mean**2))
    found = ridge_accuracy(p, phi, psi, mean_norm=mu, n_samples=1000, dimension=300, penalty=g)
    assert found == pytest.approx(expected, rel=1e-12)


@given(
    rates,
    st.floats(0.01, 1),
    rates,
    st.floats(0.05, 4),
    st.floats(5, 1e7),
    st.floats(-6, 6),
)
def test_it_flips_at_p_star(p, phi, psi, mean_norm, n, log_penalty):
    """Accuracy > 1/2 <=> p < p_star, and it never beats Phi(|mu|) nor falls below Phi(-|mu|)."""
    assume(abs(p - p_star(phi, psi)) > 1e-6)
    assume(phi * (1 - p) + psi * p > 1e-6)
    accuracy = ridge_accuracy(
        p, phi, psi, mean_norm=mean_norm, n_samples=n, dimension=100, penalty=10.0**log_penalty
    )
    assert (accuracy >= 0.5) == (p < p_star(phi, psi)) or accuracy == 0.5
    assert ndtr(-mean_norm) - 1e-12 <= accuracy <= ndtr(mean_norm) + 1e-12


@given(rates, st.floats(0.05, 1), rates, st.floats(0.1, 3), st.floats(50, 1e5))
def test_large_penalty_gives_the_retraining_law(p, phi, psi, mean_norm, n):
    """Penalty -> inf is the mean classifier: the independent-bits law's accuracy_true."""
    assume(phi * (1 - p) + psi * p > 1e-3)
    ridge = ridge_accuracy(
        p, phi, psi, mean_norm=mean_norm, n_samples=n, dimension=100, penalty=1e9
    )
    law = retraining_law_independent(p, phi, psi, separation=mean_norm, n_samples=n, dimension=100)
    assert ridge == pytest.approx(law.accuracy_true, abs=1e-5)


def test_many_samples_reach_bayes():
    """n/d -> inf below p_star: accuracy Phi(|mu|)."""
    found = ridge_accuracy(0.3, 0.9, 0.4, mean_norm=1.2, n_samples=1e12, dimension=10, penalty=0.1)
    assert found == pytest.approx(ndtr(1.2), abs=1e-9)


def test_nothing_kept_is_undefined():
    """An oracle facing only wrong labels keeps nothing: NaN, not a number that looks learned."""
    found = ridge_accuracy(
        [0.5, 1.0], 1.0, 0.0, mean_norm=1, n_samples=100, dimension=10, penalty=1
    )
    assert np.isfinite(found[0])
    assert np.isnan(found[1])
