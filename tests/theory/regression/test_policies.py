"""Closed forms of regression over rounds: identities, limits, quoted values, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.errors import InputError
from synverify_core.theory import regression
from synverify_core.theory.catalogue import evaluate, forms
from synverify_core.theory.regression.inputs import geometric, inverse_sum
from synverify_core.theory.regression.policies import mix_factor
from synverify_core.theory.regression.verifier import residual_cut

dimensions = st.integers(1, 60)
extra = st.integers(2, 400)  # T = d + extra
noises = st.floats(0.01, 10)
rounds = st.integers(1, 60)


@given(dimensions, extra, noises, rounds)
def test_one_fit_is_one_fit_under_every_policy(d, more, sigma2, n):
    """Round 0 of every policy is v; later rounds of replace cost most, accumulate bounds it."""
    T = d + more
    v = sigma2 * d / (T - d - 1)
    firsts = [
        regression.replace(d, T, sigma2, 0),
        regression.growing(d, T, sigma2, 1),
        regression.accumulate(d, T, sigma2, 1, "same"),
        regression.accumulate(d, T, sigma2, 1, "fresh"),
        regression.subsample(d, T, sigma2, 1),
        regression.mix(d, T, 0, sigma2, 1),
        regression.min_norm(d, T, 1, sigma2, 1),
        regression.equal_shares(d, T, sigma2, 1),
    ]
    np.testing.assert_allclose(firsts, v, rtol=1e-9)
    worst = (n + 1) * v
    assert regression.replace(d, T, sigma2, n) == pytest.approx(worst)
    assert regression.growing(d, T, sigma2, n + 1) < worst
    same = regression.accumulate(d, T, sigma2, n + 1, "same")
    assert regression.accumulate(d, T, sigma2, n + 1, "fresh") < same < v * math.pi**2 / 6


@given(dimensions, extra, noises, rounds)
def test_sums_are_those_of_the_table(d, more, sigma2, n):
    T, i = d + more, np.arange(1, n + 1)
    v = sigma2 * d / (i * T - d - 1)
    assert regression.growing(d, T, sigma2, n) == pytest.approx(v.sum(), rel=1e-9)
    fresh = regression.accumulate(d, T, sigma2, n, "fresh")
    assert fresh == pytest.approx(np.sum(v / i), rel=1e-9)
    same = regression.accumulate(d, T, sigma2, n, "same")
    assert same == pytest.approx(v[0] * np.sum(1 / i**2), rel=1e-9)


@pytest.mark.parametrize("q", [0.0, 1e-9, 0.3, 0.999])
def test_long_sums_agree_with_adding(q):
    i = np.arange(1.0, 20_001.0)
    added = np.cumsum(1 / i / (i - q))
    n = np.array([1.0, 999.0, 1000.0, 1001.0, 20_000.0])
    np.testing.assert_allclose(inverse_sum(n, q), added[n.astype(int) - 1], rtol=1e-13)


def test_endless_accumulation_ends_at_pi_squared_over_six_or_at_digamma():
    """Limits: v pi^2/6 with the same inputs, s2 d/(d+1) (-digamma(1-q) - gamma) with fresh ones."""
    from scipy.special import digamma

    assert regression.accumulate(10, 30, 1, np.inf, "same") == pytest.approx(10 / 19 * np.pi**2 / 6)
    limit = -10 / 11 * (digamma(1 - 11 / 30) + np.euler_gamma)
    fresh = regression.accumulate(10, 30, 1, np.inf, "fresh")
    assert fresh == pytest.approx(limit, rel=1e-12)


def test_growing_samples_cost_less_than_the_harmonic_sum():
    """The slides' v log n reads 1.430 (v times the harmonic sum) for an exact 1.174."""
    assert regression.growing(10, 30, 1, 8) == pytest.approx(1.174, abs=5e-4)
    assert 10 / 19 * np.sum(1 / np.arange(1, 9)) == pytest.approx(1.430, abs=5e-4)


@given(dimensions, st.integers(0, 300), st.integers(0, 300), noises, rounds)
def test_mix_is_its_recursion(d, made, real, sigma2, n):
    """V_n = v + c V_(n-1) from V_0 = 0; c < 1 unless T is close to d."""
    made += d + 2
    c = mix_factor(d, made, real)
    assert 0 <= c < 1 + 1e-12 or made + real < 3 * d
    v = sigma2 * d / (made + real - d - 1)
    value = 0.0
    for _ in range(n):
        value = v + c * value
    assert regression.mix(d, made, real, sigma2, n) == pytest.approx(value, rel=1e-7)


def test_mix_limits():
    """T >> d: c = (1 - rho)^2 and the limit v / (rho (2 - rho)), 12 % low at d/T = 0.2."""
    assert mix_factor(20, 100, 0) == pytest.approx(1, abs=1e-12)
    assert mix_factor(20, 0, 100) == pytest.approx(0, abs=1e-12)
    assert mix_factor(2, 7 * 10**6, 3 * 10**6) == pytest.approx(0.49, rel=1e-5)
    rho, v = 0.3, 1 / (10**6 - 2)
    assert regression.mix(1, 700_000, 300_000, 1, np.inf) == pytest.approx(
        v / (rho * (2 - rho)), rel=1e-5
    )
    small = 20 / 79 / (rho * (2 - rho)) / regression.mix(20, 70, 30, 1, np.inf)
    assert small == pytest.approx(0.88, abs=0.03)


@given(st.floats(0.01, 1.0))
def test_the_best_weight_is_the_golden_one(weight):
    """The limit is least at w = 1/golden ratio, and worth as much of v."""
    golden = (math.sqrt(5) - 1) / 2
    best = regression.weighted_mix(5, 100, 1, golden)
    assert best == pytest.approx(golden * 5 / 94)
    assert regression.weighted_mix(5, 100, 1, weight) >= best * (1 - 1e-12)
    assert regression.weighted_mix(5, 100, 1, weight, 10_000) == pytest.approx(
        regression.weighted_mix(5, 100, 1, weight), rel=1e-9
    )


@given(dimensions, st.lists(st.integers(2, 300), min_size=1, max_size=8))
def test_equal_shares_of_a_fixed_total_are_best(d, extras):
    """Any other split of the same samples over as many replace rounds costs at least as much."""
    sizes = [d + more for more in extras]
    split = sum(regression.replace(d, T, 1.0, 0) for T in sizes)
    assert regression.equal_shares(d, sum(sizes), 1.0, len(sizes)) <= split * (1 + 1e-9)


@given(st.integers(4, 60), st.data(), noises, rounds)
def test_min_norm_is_its_recursion(d, data, sigma2, n):
    """Fresh inputs: E_n = eta' E_(n-1) ..., i.e. bias and noise both shrink by eta a round."""
    T = data.draw(st.integers(1, d - 2))
    eta, added = T / d, sigma2 * T / (d - T - 1)
    lost, noise = 0.0, 0.0
    for _ in range(n):
        lost, noise = (1 - eta) + eta * lost, added + eta * noise
    fresh = regression.min_norm(d, T, 2.5, sigma2, n)
    assert fresh == pytest.approx(2.5 * lost + noise, rel=1e-9)
    same = regression.min_norm(d, T, 2.5, sigma2, n, "same")
    assert same == pytest.approx(2.5 * (1 - eta) + n * added, rel=1e-9)


def test_min_norm_forgets_everything_in_the_end():
    endless = regression.min_norm(10, 4, 1.0, 0.5, np.inf)
    assert endless == pytest.approx(1 + 0.5 * 4 / 5 / (1 - 0.4))


@given(dimensions, extra, noises)
def test_the_horizon_is_where_the_error_passes_that_of_predicting_0(d, more, sigma2):
    T = d + more
    n = regression.horizon(d, T, sigma2, 3.0)
    if n == 0:
        assert regression.replace(d, T, sigma2, 0) >= 3.0 * (1 - 1e-12)
    else:
        v = regression.replace(d, T, sigma2, 0)
        assert v + n * v == pytest.approx(3.0)
    assert regression.horizon(d, T, 1e-9, 3.0, T0=T, sigma0_2=0) == math.inf


@given(st.floats(0.01, 6.0), noises)
def test_the_residual_verifier_is_its_recursion(t, sigma):
    """A round maps w - w_v by s and adds v'; the limit solves D = s^2 D + v'."""
    cut = residual_cut(t)
    d, T = 5, math.ceil(50 / cut.kept)
    v = sigma**2 * cut.shrink * d / (cut.kept * T - d - 1)
    mean, spread = -1.0, 0.0  # of w - w_v, in units of |w_v - w0| = 0.3
    for _ in range(4):
        mean, spread = cut.shrink * mean, v + cut.shrink**2 * spread
    expected = 0.09 * (1 + mean) ** 2 + spread
    assert regression.residual_verifier(d, T, t, sigma, 0.09, 4) == pytest.approx(expected)


@pytest.mark.parametrize("t", [1e-4, 2.9e-3, 3.1e-3, 0.5, 1.0, 3.0])
def test_a_cut_keeps_the_noise_of_a_truncated_normal(t):
    x, step = np.linspace(-t, t, 200_001, retstep=True)
    density = np.exp(-(x**2) / 2)
    kept = np.trapezoid(density, dx=step)
    cut = residual_cut(t)
    assert cut.kept == pytest.approx(kept / np.sqrt(2 * np.pi), rel=1e-9)
    assert cut.shrink == pytest.approx(np.trapezoid(x**2 * density, dx=step) / kept, rel=1e-7)
    assert cut.gap == pytest.approx(1 - cut.shrink)


def test_the_verifiers_error_is_the_floor_and_no_cut_is_replace():
    assert regression.residual_verifier(5, 10**9, 1, 1, 0.2) == pytest.approx(0.2, rel=1e-6)
    loose = regression.residual_verifier(5, 100, 12.0, 1, 0.2, 3)
    assert loose == pytest.approx(float(regression.replace(5, 100, 1, 2)), rel=1e-9)


def test_a_tiny_gap_is_summed_with_all_its_digits():
    assert geometric(1e-18, np.float64(7)) == pytest.approx(7)
    assert geometric(1.0, np.float64(7)) == 1


def test_lists_of_rounds_give_lists():
    value = evaluate("regression.replace", {"d": 10, "T": 30, "sigma2": 1, "n": [0, 2]}).value
    assert value == pytest.approx([10 / 19, 30 / 19])


FULL = {
    "replace": {"d": 10, "T": 30, "sigma2": 1, "T0": 30, "sigma0_2": 1, "n": 3},
    "horizon": {"d": 10, "T": 30, "sigma2": 0.1},
    "growing": {"d": 10, "T": 30, "sigma2": 1, "n": 3},
    "accumulate": {"d": 10, "T": 30, "sigma2": 1, "n": 3},
    "subsample": {"d": 10, "T": 30, "sigma2": 1, "n": 3},
    "mix": {"d": 10, "T_synthetic": 20, "T_real": 10, "sigma2": 1, "n": 3},
    "weighted_mix": {"d": 10, "T": 30, "sigma2": 1, "weight": 0.5},
    "equal_shares": {"d": 10, "samples": 300, "sigma2": 1, "n": 3},
    "min_norm": {"d": 10, "T": 5, "w0_norm2": 1, "sigma2": 1, "n": 3},
    "ridge": {"d": 10, "T": 30, "lam": 0.1, "sigma2": 1, "n": 3},
    "power_ridge": {"d": 10, "T": 30, "beta": 2, "r": 0.5, "lam": 0.1, "sigma2": 1, "n": 3},
    "adaptive": {"d": 10, "T": 30, "sigma2": 1, "n": 3, "beta": 2, "r": 0.5},
    "residual_verifier": {"d": 10, "T": 60, "t": 1, "sigma": 1, "verifier_error": 0.1},
}


def test_every_form_is_tried_here():
    assert {f"regression.{name}" for name in FULL} == {n for n in forms() if "regression." in n}


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("replace", {"T": 11}, r"T = 11 .*\[12, inf\)"),
        ("replace", {"sigma2": "x", "sigma0_2": None}, "sigma2 = 'x' is not a number"),
        ("replace", {"T0": 11}, r"T0 = 11 .*\[12, inf\)"),
        ("replace", {"sigma2": -1}, r"sigma2 = -1 .*\[0, inf\)"),
        ("replace", {"sigma0_2": np.inf}, "sigma0_2 = inf"),
        ("replace", {"n": -1}, r"n = -1 .*\[0, inf\)"),
        ("replace", {"n": np.inf}, "n = inf"),
        ("replace", {"d": 0}, r"d = 0 .*\[1, inf\)"),
        ("replace", {"d": 2.5}, "d = 2.5 must be a whole number"),
        ("replace", {"T": [30, 40]}, r"T has shape \(2,\): it must be one number"),
        ("growing", {"n": 0}, r"n = 0 .*\[1, inf\)"),
        ("growing", {"T": 11}, r"T = 11 .*\[12, inf\)"),
        ("accumulate", {"n": 1.5}, "n = 1.5 must be a whole number, at least 1"),
        ("accumulate", {"n": 0}, r"n = 0 .*\[1, inf\)"),
        ("accumulate", {"inputs": "old"}, "inputs = 'old' is refused: it must be same or fresh"),
        ("mix", {"T_synthetic": 1}, r"T_synthetic \+ T_real = 11 .* at least d \+ 2 = 12"),
        ("mix", {"T_real": -1}, r"T_real = -1 .*\[0, inf\)"),
        ("mix", {"T_real": 0, "n": np.inf}, "n = inf .* T_real = 0.* must be finite"),
        ("mix", {"d": 20, "T_synthetic": 24, "T_real": 1, "n": np.inf}, "n must be finite"),
        ("weighted_mix", {"weight": 0}, r"weight = 0 .*\(0, 1\]"),
        ("equal_shares", {"samples": 30}, r"samples = 30 .*\[36, inf\)"),
        ("min_norm", {"T": 9}, r"T = 9 .* it must lie in \[1, 8\] or \[12, inf\)"),
        ("min_norm", {"T": 11}, "T = 11 .* variance is infinite"),
        ("min_norm", {"w0_norm2": -1}, "w0_norm2 = -1"),
        ("min_norm", {"n": np.inf, "inputs": "same"}, "n = inf"),
        ("ridge", {"lam": 0, "T": 10, "T0": 30}, r"lam = 0 .*\(0, inf\)"),
        ("ridge", {"lam": "best"}, "lam = 'best' is refused"),
        ("ridge", {"T0": 5}, r"T0 = 5 .*\[12, inf\)"),
        ("ridge", {"spectrum": [1, 2]}, "spectrum has 2 entries: it must have d = 10"),
        ("ridge", {"w0": [1, 2]}, r"w0 has shape \(2,\)"),
        ("ridge", {"spectrum": [0] * 10}, r"spectrum = 0 .*\(0, inf\)"),
        ("ridge", {"lam": "adapted", "n": [1, 2]}, r"n has shape \(2,\): it must be one number"),
        ("ridge", {"d": 10**9}, r"d = 1000000000 .*\[1, 1e\+06\]"),
        ("power_ridge", {"beta": 1}, r"beta = 1 .*\(1, inf\)"),
        ("adaptive", {"r": 0}, r"r = 0 .*\(0, inf\)"),
        ("adaptive", {"T": 5}, "T0 = 5"),
        ("residual_verifier", {"t": 0}, r"t = 0 .*\(0, 37\]"),
        ("residual_verifier", {"T": 17}, "T = 17 .* at least .* = 18"),
        ("residual_verifier", {"verifier_error": -1}, "verifier_error = -1"),
    ],
)
def test_refuses(name, change, message):
    with pytest.raises(InputError, match=message):
        evaluate(f"regression.{name}", {**FULL[name], **change})
