"""Every closed form is found by its name, and what it cannot compute is refused in one line."""

import inspect

import numpy as np
import pytest

from synverify_core import theory
from synverify_core.errors import InputError
from synverify_core.theory.catalogue import evaluate, forms, plain
from synverify_core.theory.form import REQUIRED

NO_FORM = {
    "bootstrap_interval",  # of samples, not of numbers
    "compare_verifiers",
    "measure",
    "rates_from_angles",  # called rates
    "realise_angles",  # vectors
    "solve_fixed_point",  # called fixed_point
    "solve_fixed_point_large_gamma",
    "p_star",  # called pstar
    "verdict",  # a sentence
    "critical_ratio",  # these are called gaussian.critical_ratio and so on
    "gaussian_rounds",
    "largest_useful_angle",
    "limit_angle",
    "long_run_cosine",
    "unverified_limit",
}


@pytest.mark.parametrize("form", forms().values(), ids=list(forms()))
def test_inputs_are_described_and_are_those_of_the_function(form):
    """Units and ranges are said, and the function takes exactly these names."""
    assert form.value and form.source
    assert all(one.text for one in form.inputs.values())
    inspect.signature(form.evaluate).bind(**dict.fromkeys(form.inputs))


def test_every_public_closed_form_of_the_theory_has_a_name():
    functions = {name for name in theory.__all__ if inspect.isfunction(getattr(theory, name))}
    assert functions - NO_FORM <= set(forms())


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("pstar", {"phi": 1, "psi": 0.5}, 2 / 3),
        ("pstar", {"theta_gen": 0.6, "theta_prune": 0.3, "theta": 0.3}, 2 / 3),
        ("keep_rate", {"p": [0.1, 0.2], "phi": 1, "psi": 0}, [0.9, 0.8]),
        ("theta_range", {"theta_gen": 0.3, "theta_prune": 0.5}, [0.2, 0.8]),
        ("bivariate_normal_cdf", {"a": np.inf, "b": 0, "rho": 0.4}, 0.5),
        ("rank_correlation", {"x": [1, 2, 3], "y": [4, 5, 6]}, [1, np.nan, np.nan, 1 / 3, 3]),
    ],
)
def test_values(name, given, value):
    assert evaluate(name, given).value == pytest.approx(value, nan_ok=True)


def test_the_fixed_point_is_the_packages():
    system = {"n_11": 9, "n_10": 2, "n_01": 1, "n_00": 7, "a": 0.5, "b": 0, "gamma": 2}
    point = theory.solve_fixed_point(**system)
    assert evaluate("fixed_point", system).value == [point.A, point.B, point.C, point.D]


def test_defaults_are_told():
    answer = evaluate("rates", {"theta_gen": 0.3, "theta_prune": 0.5, "theta": 0.5})
    assert answer.inputs["separation"] == 0


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("p_star", {}, "'p_star' is no closed form; close to it: pstar.*theory list"),
        ("", {}, "'' is no closed form; `theory list` names them all"),
        ("pstar", {"fi": 1}, "'fi' is no field of pstar; its fields: phi, psi"),
        ("keep_rate", {"p": 1}, "keep_rate needs phi .*; psi "),
        ("keep_rate", {"p": 2, "phi": 1, "psi": 1}, r"p = 2 is out of range.*\[0, 1\]"),
        ("keep_rate", {"p": "x", "phi": 1, "psi": 1}, "p = 'x' is not a number"),
        ("pstar", {"phi": 1}, "pstar needs phi and psi"),
        ("pstar", {"phi": 1, "psi": 1, "theta_gen": 1}, "pstar needs phi and psi"),
        (
            "katz_interval",
            {key: [1] for key in ("kept_right", "right", "kept_wrong", "wrong")},
            "one",
        ),
    ],
)
def test_refuses(name, given, message):
    with pytest.raises(InputError, match=message):
        evaluate(name, given)


def test_required_inputs_are_marked_and_plain_values_are_floats():
    assert forms()["keep_rate"].inputs["p"].default is REQUIRED
    assert plain((np.float64(1), np.array([[2, 3]]))) == [1.0, [[2.0, 3.0]]]
