"""Ridge after generations of least squares: the effective penalty, limits, slopes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.theory import regression
from synverify_core.theory.regression.ridge import (
    best_penalty,
    effective_penalty,
    power_law,
    ridge_error,
)


@given(
    st.integers(1, 200),
    st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=40),
    st.floats(1e-8, 1e3),
)
def test_kappa_solves_its_equation(T, spectrum, lam):
    """Kappa = lam + kappa Tr[S (S + kappa)^-1] / T, and kappa > lam."""
    s = np.array(spectrum)
    kappa = float(effective_penalty(lam, T, s))
    assert kappa >= lam
    assert kappa == pytest.approx(lam + kappa * np.sum(s / (s + kappa)) / T, rel=1e-9)


@given(st.floats(1e-6, 10), st.floats(0.05, 5))
def test_isotropic_kappa_is_a_square_root(lam, phi):
    """Kappa = (lam + phi - 1 + sqrt((1 - lam - phi)^2 + 4 lam)) / 2 with phi = d/T."""
    T = max(1, round(40 / phi))
    phi = 40 / T
    exact = (lam + phi - 1 + np.sqrt((1 - lam - phi) ** 2 + 4 * lam)) / 2
    assert effective_penalty(lam, T, np.ones(40)) == pytest.approx(exact, rel=1e-7)


def test_without_penalty_it_is_least_squares_in_the_limit():
    """Penalty 0: sigma2 d/(T-d) for the last fit, and each generation adds its whole error."""
    d, T, T0 = 20, 100, 50
    u, made = d / (T - d), 3 * 1.5 * d / (T0 - d - 1)
    rest = {"n": 3, "T0": T0, "sigma0_2": 1.5}
    assert regression.ridge(d, T, 0, 0.5, **rest) == pytest.approx(0.5 * u + made)
    near = regression.ridge(d, T, 1e-9, 0.5, **rest)
    assert near == pytest.approx(0.5 * u + made, rel=1e-6)


def test_an_endless_penalty_predicts_0():
    assert regression.ridge(20, 10, 1e12, 1, w0_norm2=0.7) == pytest.approx(0.7, rel=1e-6)


def test_no_generation_needs_no_generations_samples():
    assert regression.ridge(20, 10, 0.3, 1) == regression.ridge(20, 10, 0.3, 1, n=0, T0=30)


def test_spectrum_and_truth_may_be_given():
    s, w2 = power_law(15, 2, 0.5)
    assert np.sum(s * w2) == pytest.approx(1)
    given_ = regression.ridge(15, 40, 0.1, 1, n=2, spectrum=s, w0=np.sqrt(w2))
    assert given_ == pytest.approx(float(regression.power_ridge(15, 40, 2, 0.5, 0.1, 1, n=2)))
    assert power_law(15, 2, 3)[1] == pytest.approx(power_law(15, 2, 1)[1])  # the source saturates


@pytest.mark.parametrize("n", [0, 6])
def test_the_best_penalty_is_the_best(n):
    s, w2 = power_law(100, 1.5, 0.5)
    problem = {"spectrum": s, "w0_squared": w2, "sigma2": 0.1, "n": n, "T0": 200}
    best = best_penalty(80, **problem)
    least = ridge_error(80, best, **problem)
    others = ridge_error(80, best * np.array([0.5, 0.9, 0.99, 1.01, 1.1, 2]), **problem)
    assert np.all(others > least)


def test_adapting_the_penalty_helps_and_the_clean_one_does_not():
    rest = {"beta": 1.5, "r": 0.5, "sigma2": 0.1, "n": 6, "T0": 400}
    adapted, clean = (
        float(regression.power_ridge(200, 100, lam=lam, **rest)) for lam in ("adapted", "clean")
    )
    assert adapted < 0.9 * clean


@pytest.mark.parametrize(("beta", "r", "slope"), [(1.5, 0.5, 0.6), (2.0, 0.5, 2 / 3)])
def test_best_error_falls_with_the_predicted_slope_of_q(beta, r, slope):
    """Error of the best ridge ~ q^(2 beta r / (2 beta r + 1)) over n = 1 .. 64, within 0.02."""
    d, T, T0 = 1_000, 4_000, 4_000
    n = np.array([1, 8, 64])
    q = regression.adaptive(d, T, 1e-2, n, beta, r, T0=T0)[0]
    errors = [
        float(regression.power_ridge(d, T, beta, r, "adapted", 1e-2, n=int(k), T0=T0)) for k in n
    ]
    found = np.polyfit(np.log(q), np.log(errors), 1)[0]
    assert found == pytest.approx(slope, abs=0.02)
    predicted = regression.adaptive(d, T, 1e-2, n, beta, r, T0=T0)[3]
    assert np.polyfit(np.log(q), np.log(predicted), 1)[0] == pytest.approx(slope)


def test_generations_shrink_the_sample_and_set_a_floor():
    """T_eff = sigma2 / q: T without generations, sigma2 (T0-d-1) / (n sigma0_2) for any large T."""
    assert regression.adaptive(20, 100, 0.3, 0, 2, 0.5)[1] == pytest.approx(100)
    shrunk = regression.adaptive(20, 10**12, 0.3, 4, 2, 0.5, T0=121, sigma0_2=0.6)[1]
    assert shrunk == pytest.approx(0.3 * 100 / (4 * 0.6))
    assert regression.adaptive(20, 100, 0.0, 0, 2, 0.5)[1] == 100
