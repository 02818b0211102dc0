"""Simulated rounds against the closed forms: each policy, its first round and its last."""

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.regression import simulate as module
from synverify_core.experiments.regression.simulate import (
    FEWEST,
    MOST,
    NormalEquations,
    Problem,
    errors,
    simulate,
)
from synverify_core.theory import regression

FIRST = Problem(
    policy="replace",
    rounds=4,
    d=6,
    T=40,
    T0=30,
    sigma2=0.5,
    sigma0_2=1.5,
    inputs="fresh",
    T_real=10,
    weight=0.6,
    lam=0.2,
    beta=0.0,
    r=0.5,
    t=1.2,
    verifier_error=0.02,
    seed=0,
)
n = np.arange(1, 6)  # fits, where the form counts them
EARLIER = {"T0": 30, "sigma0_2": 1.5}
LAWS = {
    "replace": ({}, regression.replace(6, 40, 0.5, n - 1, **EARLIER)),
    "growing": ({}, regression.growing(6, 40, 0.5, n)),
    "same": (
        {"policy": "accumulate", "inputs": "same"},
        regression.accumulate(6, 40, 0.5, n, "same"),
    ),
    "fresh": ({"policy": "accumulate"}, regression.accumulate(6, 40, 0.5, n, "fresh")),
    "mix": ({}, regression.mix(6, 30, 10, 0.5, n)),
    "min_norm": ({"d": 40, "T": 20}, regression.min_norm(40, 20, 1.0, 0.5, n, "fresh")),
    "min_norm same": (
        {"policy": "min_norm", "d": 40, "T": 20, "inputs": "same"},
        regression.min_norm(40, 20, 1.0, 0.5, n, "same"),
    ),
    "min_norm above": ({"policy": "min_norm"}, regression.min_norm(6, 40, 1.0, 0.5, n)),
}


def z_scores(found, expected):
    return (found.mean(axis=0) - expected) / (found.std(axis=0, ddof=1) / np.sqrt(len(found)))


@pytest.mark.parametrize("name", LAWS)
def test_exact_forms(name):
    """Means of 3,000 simulated chains (300 of min-norm) lie within 3.5 standard errors."""
    change, law = LAWS[name]
    repetitions = 300 if "min_norm" in name else 3_000
    found = errors(FIRST._replace(**{"policy": name, **change}), repetitions)
    assert np.abs(z_scores(found, law)).max() < 3.5


@pytest.mark.parametrize(("beta", "lam"), [(0.0, 0.2), (1.5, 0.02), (1.5, "adapted")])
def test_ridge(beta, lam):
    """The deterministic equivalent at d = 40, T = 100: 4 % of 200 chains, rounds 0 and 3."""
    change = {"policy": "ridge", "rounds": 3, "d": 40, "T": 100, "T0": 120, "beta": beta}
    found = errors(FIRST._replace(lam=lam, **change), 200).mean(axis=0)
    for rounds in (0, 3):
        rest = {"sigma2": 0.5, "n": rounds, "T0": 120, "sigma0_2": 1.5, "lam": lam}
        law = (
            regression.power_ridge(40, 100, beta, 0.5, **rest)
            if beta
            else regression.ridge(40, 100, **rest)
        )
        assert found[rounds] == pytest.approx(float(law), rel=0.04)


def test_the_verifier_is_an_anchor():
    """First order in deviations: 3 % at T = 2,000, in every round."""
    change = {"policy": "verifier", "rounds": 3, "T": 2_000}
    found = errors(FIRST._replace(**change), 250).mean(axis=0)
    law = regression.residual_verifier(6, 2_000, 1.2, np.sqrt(0.5), 0.02, n[:4])
    np.testing.assert_allclose(found, law, rtol=0.03)


def test_weighted_mix_with_many_samples():
    """T >> d: 5 % of the estimate at T = 1,000, d = 6, in the first round and the fifth."""
    found = errors(FIRST._replace(policy="weighted", T=1_000), 400).mean(axis=0)
    law = regression.weighted_mix(6, 1_000, 0.5, 0.6, n)
    np.testing.assert_allclose(found, law, rtol=0.05)


def test_adding_rows_in_parts_is_adding_them_at_once():
    rng = np.random.default_rng(1)
    x, y, weight = (
        rng.standard_normal((2, 30, 3)),
        rng.standard_normal((2, 30)),
        rng.random((2, 30)),
    )
    whole, parts = NormalEquations(2, 3), NormalEquations(2, 3)
    whole.add(x, y, weight)
    for rows in (slice(0, 11), slice(11, 30)):
        parts.add(x[:, rows], y[:, rows], weight[:, rows])
    np.testing.assert_allclose(whole.solve(0.1), parts.solve(0.1), rtol=1e-12)
    expected = np.linalg.lstsq(x[0] * weight[0, :, None] ** 0.5, y[0] * weight[0] ** 0.5)[0]
    np.testing.assert_allclose(whole.solve()[0], expected, rtol=1e-9)


def test_the_band_is_of_the_errors_and_large_problems_are_repeated_less(monkeypatch):
    band = simulate(FIRST)
    found = errors(FIRST, MOST)
    assert band.repetitions == MOST
    np.testing.assert_array_equal(band.mean, found.mean(axis=0))
    assert np.all(band.low < band.mean) and np.all(band.mean < band.high)
    monkeypatch.setattr(module, "NUMBERS", 1e4)
    assert simulate(FIRST).repetitions == FEWEST


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"policy": "x"}, "policy = 'x' must be one of"),
        ({"T": 0}, "T = 0"),
        ({"d": 1.5}, "d = 1.5"),
    ],
)
def test_refuses(change, message):
    with pytest.raises(InputError, match=message):
        simulate(FIRST._replace(**change))
