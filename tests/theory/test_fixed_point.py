"""Proposition F.1's fixed point."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from synverify_core.theory import (
    class_breakdown,
    fixed_point_accuracy,
    p_star,
    solve_fixed_point,
    solve_fixed_point_large_gamma,
)

EXTREMES = [
    (0, 0, 0, 0),
    (1, 0, 0, 1),
    (0, 1, 1, 0),
    (1e9, 0, 0, 1e9),
    (0, 1e9, 1e9, 0),
    (1e9, 1e9, 1e9, 1e9),
    (1e9, 1e9 - 1, 3, 1e9),
    (10, 5, 7.5, 12),
    (0, 1e9, 1, 0),
]
counts = st.one_of(st.just(0.0), st.floats(1e-3, 1e9), st.integers(0, 50).map(float))


def log_odds_mismatch(point, n, a, b, *, self_influence=True):
    """Mismatch of equation 31 in log-odds, over the size of the terms on its right side."""
    n_11, n_10, n_01, n_00 = n
    s, t = n_11 * point.A - n_10 * point.B, n_01 * point.C - n_00 * point.D
    size = n_11 * point.A + n_10 * point.B + n_01 * point.C + n_00 * point.D
    pull = (1 - a) if self_influence else 0.0
    rows = (
        (point.A, -(a * s + b * t)),
        (point.B, a * s + b * t),
        (point.C, -(b * s + a * t)),
        (point.D, b * s + a * t),
    )
    worst = 0.0
    for weight, score in rows:
        bar = point.gamma * weight
        odds = math.log(bar) - math.log1p(-bar)
        gap = abs(odds - (score - pull * weight))
        # Near bar = 1 the double itself leaves 1/(1 - bar) units of rounding in its log-odds.
        worst = max(worst, gap / (1.0 + a * size + abs(odds) + 1.0 / (1.0 - bar)))
    return worst


@pytest.mark.parametrize("gamma", [1e-6, 1e-2, 1.0, 1e4, 1e12])
@pytest.mark.parametrize("a", [1e-6, 0.3, 0.999])
@pytest.mark.parametrize("n", EXTREMES)
def test_equation_31_holds_for_extreme_inputs(n, a, gamma):
    """Gamma A = sigmoid(-(a s + b t) - R A) and its three sisters, to rounding."""
    for b in (-a, 0.0):
        point = solve_fixed_point(*n, a=a, b=b, gamma=gamma)
        assert point.residual < 1e-13
        assert log_odds_mismatch(point, n, a, b) < 1e-13


@given(counts, counts, counts, counts, st.floats(0.001, 0.999), st.floats(-6, 12), st.booleans())
def test_equation_31_holds_everywhere(n_11, n_10, n_01, n_00, a, log_gamma, skewed):
    """The residual is rounding for any counts, a in (0, 1) and gamma in [1e-6, 1e12]."""
    n, b = (n_11, n_10, n_01, n_00), 0.0 if skewed else -a
    point = solve_fixed_point(*n, a=a, b=b, gamma=10.0**log_gamma)
    assert point.residual < 1e-13
    assert log_odds_mismatch(point, n, a, b) < 1e-13
    bars = (point.a_bar, point.b_bar, point.c_bar, point.d_bar)
    assert all(0.0 < bar < 1.0 for bar in bars)


def ridge_logistic_alphas(gram, labels, gamma, steps=60):
    """Newton's method on sum of losses + gamma/2 |w|^2 with w = X' alpha; returns alpha."""
    x = np.linalg.cholesky(gram)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        fitted = expit(x @ w)
        gradient = x.T @ (fitted - labels) + gamma * w
        curvature = (x.T * (fitted * (1 - fitted))) @ x + gamma * np.eye(w.size)
        w -= np.linalg.solve(curvature, gradient)
    assert np.linalg.norm(x.T @ (expit(x @ w) - labels) + gamma * w) < 1e-10
    return (labels - expit(x @ w)) / gamma


@pytest.mark.parametrize("n", [(7, 3, 2, 5), (1, 4, 3, 1), (6, 0, 0, 4), (0, 3, 4, 0)])
@pytest.mark.parametrize("a", [0.1, 0.6])
@pytest.mark.parametrize("gamma", [0.05, 1.0, 40.0])
def test_ridge_logistic_regression_has_these_weights(n, a, gamma):
    """Fitting equation 1 on points that obey Condition E.1 exactly gives alpha in {A,-B,C,-D}."""
    y = np.repeat([1, 1, 0, 0], n)
    labels = np.repeat([1.0, 0.0, 1.0, 0.0], n)
    for b in (-a, 0.0):
        gram = np.where(y[:, None] == y, a, b) + (1 - a) * np.eye(y.size)
        alphas = ridge_logistic_alphas(gram, labels, gamma)
        point = solve_fixed_point(*n, a=a, b=b, gamma=gamma)
        expected = np.repeat([point.A, -point.B, point.C, -point.D], n)
        np.testing.assert_allclose(alphas, expected, rtol=1e-9)
        fitted = labels - gamma * alphas
        accuracy = np.mean((fitted > 0.5) == (y == 1))
        assert fixed_point_accuracy(point, *n) == pytest.approx(accuracy)


@given(counts, counts, counts, counts, st.floats(0.01, 0.99))
def test_symmetric_case_is_won_by_the_majority_at_large_gamma(n_11, n_10, n_01, n_00, a):
    """Eq. 42, b = -a: B = C > 1/2 and A = D < 1/2 iff N10 + N01 < N11 + N00 (Prop. F.3)."""
    good, bad = n_11 + n_00, n_10 + n_01
    point = solve_fixed_point_large_gamma(n_11, n_10, n_01, n_00, a=a, b=-a, gamma=10.0)
    assert (point.score_1 > 0) == (good > bad)
    assert point.b_bar == point.c_bar
    assert point.a_bar == point.d_bar
    assert point.a_bar + point.b_bar == pytest.approx(1.0)
    if abs(good - bad) > 1e-6 * (good + bad):
        assert (point.b_bar > 0.5) == (good > bad)
        assert (point.a_bar < 0.5) == (good > bad)


@given(counts, counts, counts, counts, st.floats(0.01, 0.99))
def test_skewed_case_decides_each_class_on_its_own(n_11, n_10, n_01, n_00, a):
    """Eq. 42, b = 0: B > 1/2 iff N10 < N11, and D < 1/2 iff N01 < N00 (Prop. F.4)."""
    point = solve_fixed_point_large_gamma(n_11, n_10, n_01, n_00, a=a, b=0.0, gamma=10.0)
    assert (point.score_1 > 0) == (n_11 > n_10)
    assert (point.score_0 > 0) == (n_01 > n_00)
    assert point.a_bar + point.b_bar == pytest.approx(1.0)
    assert point.c_bar + point.d_bar == pytest.approx(1.0)


@pytest.mark.parametrize("b_sign", [-1.0, 0.0])
def test_equation_42_is_the_limit_of_large_gamma(b_sign):
    """The scaled weights of equation 31 tend to those of equation 42 like 1/gamma."""
    a, shares = 0.3, np.array([0.4, 0.1, 0.15, 0.35])
    gaps = []
    for gamma in (1e2, 1e4):
        n = 5.0 * gamma * shares
        exact = solve_fixed_point(*n, a=a, b=b_sign * a, gamma=gamma)
        limit = solve_fixed_point_large_gamma(*n, a=a, b=b_sign * a, gamma=gamma)
        assert limit.residual < 1e-13
        gaps.append(abs(exact.b_bar - limit.b_bar))
    assert gaps[1] == pytest.approx(gaps[0] / 100, rel=0.05)


def test_small_gamma_memorises_wrong_labels():
    """At gamma -> 0 the fit follows each wrong label (B < 1/2) though fresh points are right."""
    n = (10, 5, 5, 10)
    memorised = solve_fixed_point(*n, a=0.1, b=-0.1, gamma=1e-6)
    assert memorised.score_1 > 0
    assert fixed_point_accuracy(memorised, *n) == pytest.approx(20 / 30)
    smooth = solve_fixed_point(*n, a=0.1, b=-0.1, gamma=1e3)
    assert fixed_point_accuracy(smooth, *n) == 1.0


@given(counts, counts, counts, counts, st.floats(0.01, 0.99), st.floats(-6, 12))
def test_swapping_classes_swaps_the_weights(n_11, n_10, n_01, n_00, a, log_gamma):
    """Renaming the classes, (N11, N10, N01, N00) -> (N00, N01, N10, N11), swaps A-D and B-C."""
    gamma = 10.0**log_gamma
    for b in (-a, 0.0):
        here = solve_fixed_point(n_11, n_10, n_01, n_00, a=a, b=b, gamma=gamma)
        there = solve_fixed_point(n_00, n_01, n_10, n_11, a=a, b=b, gamma=gamma)
        swapped = (there.D, there.C, there.B, there.A)
        np.testing.assert_allclose((here.A, here.B, here.C, here.D), swapped, rtol=1e-9)


@pytest.mark.parametrize(("phi", "psi"), [(1.0, 1.0), (1.0, 0.25), (0.6, 0.3), (0.3, 0.9)])
def test_theorem_4_2_jump(phi, psi):
    """With expected counts at N = 1e8, gamma = 1e4: accuracy 1 below p_star and 0 above it."""
    point = float(p_star(phi, psi))
    for p, expected in ((point - 0.01, 1.0), (point + 0.01, 0.0)):
        right, wrong = 5e7 * (1 - p) * phi, 5e7 * p * psi
        n = (right, wrong, wrong, right)
        for b in (-0.2, 0.0):
            solved = solve_fixed_point(*n, a=0.2, b=b, gamma=1e4)
            assert fixed_point_accuracy(solved, *n) == expected


def test_skewed_classes_break_at_their_own_points():
    """At b = 0 with asymmetric rates: between the two breakdown points one class is learned."""
    phi_0, phi_1, psi_01, psi_10 = 0.8, 0.9, 0.2, 0.6
    points = class_breakdown(phi_0, phi_1, psi_01, psi_10)
    p = 0.5 * float(points.class_0 + points.class_1)
    n = tuple(1e7 * x for x in ((1 - p) * phi_1, p * psi_10, p * psi_01, (1 - p) * phi_0))
    solved = solve_fixed_point(*n, a=0.2, b=0.0, gamma=1e4)
    assert solved.score_0 < 0  # class 0 (breaks at 0.8) is still learned
    assert solved.score_1 < 0  # class 1 (breaks at 0.6) is not
    learned = (n[2] + n[3]) / sum(n)
    assert fixed_point_accuracy(solved, *n) == pytest.approx(learned)


def test_accuracy_of_nothing_is_undefined():
    point = solve_fixed_point(0, 0, 0, 0, a=0.5, b=0.0, gamma=1.0)
    assert math.isnan(fixed_point_accuracy(point, 0, 0, 0, 0))
