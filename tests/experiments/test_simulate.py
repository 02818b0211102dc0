"""Simulated points of the phase page against the closed forms that they illustrate."""

import json
import math

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian import simulate
from synverify_core.experiments.gaussian.simulate import World, compute, plan
from synverify_core.theory.angles import rates_from_angles, theta_from_azimuth
from synverify_core.theory.retraining import retraining_law, retraining_law_independent

DIAL = {
    "theta_gen": 1.3,
    "theta_prune": 0.9,
    "azimuth": math.pi / 2,
    "n_samples": 20_000,
    "dimension": 30,
    "separation": 1.5,
    "penalty": 100.0,
    "seed": 3,
}


def law(request):
    theta = theta_from_azimuth(request["theta_gen"], request["theta_prune"], request["azimuth"])
    sizes = {name: request[name] for name in ("separation", "n_samples", "dimension")}
    return retraining_law(request["theta_gen"], request["theta_prune"], theta, **sizes)


@pytest.mark.parametrize("separation", [0.0, 0.8, 2.5])
@pytest.mark.parametrize("azimuth", [0.0, 1.2, math.pi])
def test_mean_classifier_follows_the_retraining_law(separation, azimuth):
    settings = {**DIAL, "separation": separation, "azimuth": azimuth, "n_samples": 200_000}
    mean, _ = plan("here", settings)
    assert mean["model"] == "mean"
    assert compute(mean)["accuracy"] == pytest.approx(float(law(mean).accuracy), abs=0.01)


def test_logistic_regression_with_large_lambda_follows_the_law_and_small_lambda_leaves_it():
    large = compute(plan("here", DIAL)[1])
    small = compute(plan("here", {**DIAL, "penalty": 1e-3})[1])
    expected = float(law(DIAL).accuracy)
    assert large["model"] == small["model"] == "logistic"
    assert large["accuracy"] == pytest.approx(expected, abs=0.01)
    assert small["accuracy"] < expected - 0.05


def test_hidden_dimensions_cost_the_mean_classifier_what_the_law_says():
    request = {**DIAL, "n_samples": 500, "dimension": 900, "model": "mean", "kind": "here"}
    found = [compute({**request, "seed": seed})["accuracy"] for seed in range(40)]
    assert np.mean(found) == pytest.approx(float(law(request).accuracy), abs=0.015)


def test_p_is_the_share_of_wrong_labels_that_was_drawn():
    world = World(n_samples=100_000, dimension=5, separation=1.5)
    vectors = simulate.three_vectors(1.3, 0.9, 2.0)
    data = simulate.supervised(world, vectors, 100_000, 5, np.random.default_rng(0))
    wrong = data.y_synth != data.y_true
    theta = theta_from_azimuth(1.3, 0.9, 2.0)
    rates = rates_from_angles(1.3, 0.9, theta, separation=1.5)
    assert wrong.mean() == pytest.approx(float(rates.p), abs=0.006)
    assert data.keep[~wrong].mean() == pytest.approx(float(rates.phi), abs=0.006)
    assert data.keep[wrong].mean() == pytest.approx(float(rates.psi), abs=0.012)
    assert compute(plan("here", {**DIAL, "n_samples": 1000})[0])["p"] == float(rates.p)
    # Without a pruner every sample is kept; a large fit is held to a size.
    unpruned = simulate.three_vectors(1.3, None, 0.0)
    assert simulate.supervised(world, unpruned, 1000, 3, np.random.default_rng(0)).keep.all()
    assert World(n_samples=10**6, dimension=1000).n_fitted == simulate.NUMBERS_AT_ONCE // 1000
    assert World(n_samples=500, dimension=1000).n_fitted == 500


def test_figure_6_points_follow_the_law_of_independent_errors():
    settings = {"n_samples": 20_000, "dimension": 20, "separation": 2.0, "penalty": 100.0}
    for request in plan("figure6", settings)[:25:3]:
        point = compute(request)
        sizes = {name: request[name] for name in ("separation", "n_samples", "dimension")}
        expected = retraining_law_independent(request["p"], 1.0, request["psi"], **sizes)
        at_jump = abs(request["p"] - 1 / (1 + request["psi"])) < 0.03
        assert at_jump or point["accuracy"] == pytest.approx(float(expected.accuracy), abs=0.02)


def test_p_up_lies_between_the_band_and_p_star():
    settings = {"n_samples": 20_000, "dimension": 10, "separation": 3.0, "penalty": 10.0}
    for request in plan("figure6_up", settings)[1:-1:3]:
        ratio = request["psi"]
        lower = 0.9 / (0.9 + 1.1 * ratio)
        assert lower - 0.02 < compute(request)["p_up"] < 1 / (1 + ratio) + 0.01


def test_same_request_gives_the_same_point_and_another_seed_another():
    request = plan("here", {**DIAL, "n_samples": 2000})[1]
    assert compute(request) == compute(dict(reversed(request.items())))
    assert compute(request)["accuracy"] != compute({**request, "seed": 4})["accuracy"]


def test_a_pruner_that_contradicts_every_label_leaves_nothing_to_learn_from():
    settings = {**DIAL, "theta_gen": 0.0, "theta_prune": math.pi}
    assert [compute(request)["accuracy"] for request in plan("here", settings)] == [None, None]


def test_the_sweep_covers_every_reachable_error_rate_evenly():
    for separation in (0.0, 0.5, 4.0):
        angles = sorted(simulate.angle_at(i / 8, separation) for i in range(9))
        assert angles[0] == pytest.approx(0.0, abs=1e-6)
        assert angles[-1] == pytest.approx(math.pi, abs=1e-6)
        steps = np.diff([simulate.error_rate(angle, separation) for angle in angles])
        assert steps == pytest.approx(np.full(8, steps.mean()), abs=1e-9)


def test_every_request_and_point_survives_json():
    kinds = {"here": 2, "sweep": 34, "figure2": 85, "figure6": 85, "figure6_up": 9}
    for kind, total in kinds.items():
        requests = plan(kind, {**DIAL, "n_samples": 100})
        assert len(requests) == total
        assert json.loads(json.dumps(requests)) == requests
    assert json.dumps(compute(requests[0]), allow_nan=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [("n_samples", 10), ("dimension", 1), ("separation", math.nan), ("penalty", 0), ("seed", -1)],
)
def test_values_out_of_range_are_refused_by_name_and_range(field, value):
    with pytest.raises(InputError, match=rf"{field} = .*must lie in \["):
        plan("sweep", {**DIAL, field: value})


def test_two_dimensions_hold_no_azimuth_and_there_are_five_kinds_only():
    with pytest.raises(InputError, match="kind = 'figure9' is not a simulation"):
        plan("figure9", DIAL)
    with pytest.raises(InputError, match="dimension = 2 holds no azimuth of 90 degrees"):
        plan("sweep", {**DIAL, "dimension": 2})
    flat = {**DIAL, "dimension": 2, "azimuth": math.pi, "n_samples": 200_000}
    mean = plan("here", flat)[0]
    assert compute(mean)["accuracy"] == pytest.approx(float(law(mean).accuracy), abs=0.01)
