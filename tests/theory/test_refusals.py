"""What the theory cannot compute is refused: the field, its value and its range are named."""

from functools import partial
from math import inf, nan

import numpy as np
import pytest

from synverify_core import theory
from synverify_core.errors import InputError

RNG = np.random.default_rng(0)


def fixed_point(**change):
    counts = dict.fromkeys(("n_11", "n_10", "n_01", "n_00"), 1)
    return theory.solve_fixed_point(**(counts | {"a": 0.5, "b": -0.5, "gamma": 1.0} | change))


def law(**change):
    angles = {"theta_gen": 0.3, "theta_prune": 0.5, "theta": 0.5, "separation": 1.0}
    return theory.retraining_law(**(angles | {"n_samples": 100, "dimension": 10} | change))


def ridge(**change):
    values = {"p": 0.1, "phi": 0.9, "psi": 0.3, "mean_norm": 1, "n_samples": 100}
    return theory.ridge_accuracy(**(values | {"dimension": 10, "penalty": 1} | change))


def independent(psi):
    return theory.retraining_law_independent(0.1, 0.5, psi, separation=1, n_samples=10, dimension=5)


correlation = partial(theory.rank_correlation, rng=RNG)
bootstrap = partial(theory.bootstrap_interval, rng=RNG)
compare = partial(theory.compare_verifiers, rng=RNG)
rates = theory.rates_from_angles
bivariate, realise, katz = theory.bivariate_normal_cdf, theory.realise_angles, theory.katz_interval
azimuth, corrected = theory.azimuth_from_theta, theory.corrected_error_rate


@pytest.mark.parametrize(
    ("function", "arguments", "options", "message"),
    [
        (azimuth, (0.3, 0.5, 2.9), {}, r"theta = 2.9 is not reachable with theta_gen = 0.3 and "
         r"theta_prune = 0.5: it must lie in \[0.2, 0.8\]"),
        (azimuth, (0.3, [0.5, 0.9], [0.5, 0.1]), {}, r"theta = 0.1 .*\[0.6, 1.2\]"),
        (theory.theta_range, (-0.1, 0.5), {}, r"theta_gen = -0.1.* \[0, 3.14159\]"),
        (theory.theta_range, (0.1, 3.2), {}, r"theta_prune = 3.2.* \[0, 3.14159\]"),
        (theory.theta_range, (nan, 0.5), {}, r"theta_gen = nan"),
        (theory.theta_from_azimuth, (0.3, 0.5, inf), {}, r"azimuth = inf"),
        (realise, ([0.3, 0.4], 0.5, 0.5), {}, r"must be scalars, not shape \(2,\)"),
        (realise, (0.3, 0.5, 0.5), {"dimension": 1}, "dimension = 1"),
        (realise, (0.3, 0.5, 0.5), {"dimension": 2.5}, "dimension = 2.5"),
        (realise, (0.3, 0.5, 0.5), {"dimension": nan}, "dimension = nan"),
        (theory.separation_of_unit_mixture, (1.0, 10), {}, r"mean_norm = 1 .*\[0, 1\)"),
        (theory.separation_of_tau, (-0.1, 10), {}, r"tau = -0.1.*\[0, inf\)"),
        (theory.separation_of_tau, (0.1, 0), {}, r"dimension = 0 .*\[1, inf\)"),
        (theory.bayes_accuracy, (-1,), {}, r"separation = -1 .*\[0, inf\)"),
        (bivariate, (nan, 0, 0), {}, r"a = nan .*\(-inf, inf\)"),
        (bivariate, (0, nan, 0), {}, r"b = nan"),
        (bivariate, (0, 0, 1.5), {}, r"rho = 1.5 is out of range: it must lie in \[-1, 1\]"),
        (bivariate, (0, 0, [0.2, nan]), {}, r"rho = nan"),
        (bivariate, (0, "one", 0), {}, r"b = 'one' is not a number"),
        (bivariate, ([0, 1], [0, 1, 2], 0), {}, r"do not fit each other: a \(2,\), b \(3,\)"),
        (theory.p_star, (1.2, 0.5), {}, r"phi = 1.2.*\[0, 1\]"),
        (theory.p_star, (0.5, nan), {}, r"psi = nan"),
        (theory.p_minus, (1.0, 0.5, 0.5), {}, r"t = 1 .*\[0, 1\)"),
        (theory.p_plus, (-0.1, 0.5, 0.5), {}, r"t = -0.1"),
        (theory.keep_rate, (-0.2, 0.5, 0.5), {}, r"p = -0.2.*\[0, 1\]"),
        (theory.class_breakdown, (0.5, 0.5, 0.5, 2.0), {}, r"psi_10 = 2 "),
        (theory.verdict, (1.5, 0.5), {}, r"p = 1.5"),
        (theory.verdict, (0.5, -0.5), {}, r"p_star = -0.5"),
        (correlation, ([1, 2], [1, 2, 3]), {}, r"x has shape \(2,\) and y \(3,\)"),
        (correlation, ([[[1, 2]]], [[[1, 2]]]), {}, r"must have one shape"),
        (correlation, ([1, 2], [1, "b"]), {}, r"y = \[1, 'b'\] is not a number"),
        (correlation, ([1, 2], [1, 2]), {"level": nan}, r"level = nan .*\(0, 1\)"),
        (correlation, ([1, 2], [1, 2]), {"n_resamples": 2.5}, r"n_resamples = 2.5 must be a whole"),
        (fixed_point, (), {"n_11": -1}, r"n_11 = -1 .*\[0, 1e\+30\]"),
        (fixed_point, (), {"n_00": nan}, r"n_00 = nan"),
        (fixed_point, (), {"a": 0.0}, r"a = 0 .*\(0, 1\)"),
        (fixed_point, (), {"a": 1.0}, r"a = 1 .*\(0, 1\)"),
        (fixed_point, (), {"b": 0.2}, r"b = 0.2 is not solved: it must be 0 or -a = -0.5"),
        (fixed_point, (), {"b": nan}, r"b = nan is not solved"),
        (fixed_point, (), {"gamma": 0.0}, r"gamma = 0 .*\[1e-12, inf\)"),
        (fixed_point, (), {"gamma": inf}, r"gamma = inf"),
        (fixed_point, (), {"n_10": [1, 2]}, r"n_10 has shape \(2,\): it must be one number"),
        (katz, (11, 10, 1, 5), {}, r"kept_right = 11 exceeds right: .*\[0, 10\]"),
        (katz, (1, 10, 6, 5), {}, r"kept_wrong = 6 exceeds wrong: .*\[0, 5\]"),
        (katz, (1, -1, 1, 5), {}, r"right = -1"),
        (katz, (1.5, 3, 1, 5), {}, r"kept_right = 1.5 must be a whole number"),
        (katz, (1, 3, 1, 5), {"level": 1.0}, r"level = 1 .*\(0, 1\)"),
        (theory.beta_interval, (1, 3, 1, 5), {"prior": 0}, r"prior = 0 .*\(0, inf\)"),
        (bootstrap, ([1], [2]), {}, r"keep = 2"),
        (bootstrap, ([1], [1]), {"n_resamples": 0}, r"n_resamples = 0 .*\[1, inf\)"),
        (compare, ([1], [1], [1, 0]), {}, r"keep_b has 2"),
        (compare, ([1], [1], [7]), {}, r"keep_b = 7"),
        (theory.measure, ([0.5, 1.2], [1, 0]), {}, r"similarity = 1.2.*\[0, 1\]"),
        (theory.measure, ([0.5, nan], [1, 0]), {}, r"similarity = nan"),
        (theory.measure, ([0.5, 0.5], [1, 2]), {}, r"keep = 2 is no keep bit: it must be 0 or 1"),
        (theory.measure, ([0.5, 0.5], [1, nan]), {}, r"keep = nan"),
        (theory.measure, ([0.5, 0.5], [1]), {}, r"differ: similarity has 2, keep has 1"),
        (theory.measure, ([[0.5]], [1]), {}, r"similarity has shape \(1, 1\): it must be a vector"),
        (theory.measure, ([0.5], [[True]]), {}, r"keep has shape \(1, 1\)"),
        (theory.measure, (["good"], [1]), {}, r"similarity = \['good'\] is not a number"),
        (corrected, (0.5, 0.3, 0.3), {}, r"phi = 0.3 does not exceed psi = 0.3: .*\(0.3, 1\]"),
        (corrected, (0.5, [0.9, 0.2], 0.4), {}, r"phi = 0.2 does not exceed psi = 0.4"),
        (corrected, (1.5, 0.9, 0.3), {}, r"accept_rate = 1.5"),
        (corrected, (0.5, nan, 0.3), {}, r"phi = nan"),
        (rates, (0.3, 0.5, 2.9), {}, r"theta = 2.9 is not reachable"),
        (rates, (0.3, 0.5, 0.5), {"separation": -1.0}, r"separation = -1 .*\[0, inf\)"),
        (rates, (0.3, 0.5, 0.5), {"separation": nan}, r"separation = nan"),
        (rates, (0.3, nan, 0.5), {}, r"theta_prune = nan"),
        (rates, (4.0, 0.5, 0.5), {}, r"theta_gen = 4"),
        (law, (), {"theta": 2.9}, r"theta = 2.9 is not reachable"),
        (law, (), {"separation": -0.5}, r"separation = -0.5"),
        (law, (), {"separation": inf}, r"separation = inf .*\[0, inf\)"),
        (law, (), {"n_samples": 0}, r"n_samples = 0 .*\(0, inf\)"),
        (law, (), {"n_samples": nan}, r"n_samples = nan"),
        (law, (), {"dimension": 0.5}, r"dimension = 0.5 .*\[1, inf\)"),
        (independent, (1.5,), {}, r"psi = 1.5 .*\[0, 1\]"),
        (theory.theorem_accuracy, (0.1, 1.5), {}, r"p_star = 1.5 .*\[0, 1\]"),
        (ridge, (), {"p": -0.1}, r"p = -0.1"),
        (ridge, (), {"mean_norm": -1}, r"mean_norm = -1 .*\[0, inf\)"),
        (ridge, (), {"n_samples": 0}, r"n_samples = 0 .*\(0, inf\)"),
        (ridge, (), {"dimension": nan}, r"dimension = nan"),
        (ridge, (), {"penalty": 0}, r"penalty = 0 .*\(0, inf\)"),
    ],
)  # fmt: skip
def test_refuses(function, arguments, options, message):
    with pytest.raises(InputError, match=message):
        function(*arguments, **options)
