"""Simulated rounds: a strong ridge follows the law, a weak one its verifier."""

import math

import numpy as np
import pytest

from synverify_core.experiments.gaussian.simulate_rounds import (
    SEEDS,
    Chain,
    compute_rounds,
    plan_rounds,
)
from synverify_core.theory.gaussian_rounds import Linear, gaussian_rounds

START = {
    "ridge": "strong", "theta_gen": math.pi / 3, "theta_prune": math.pi / 4,
    "azimuth": math.pi / 2, "n_samples": 1_500, "dimension": 500, "separation": 1.0,
    "policy": "replace", "real": 0.0, "n_rounds": 6, "seed": 1,
}  # fmt: skip


def cosines(settings):
    return np.array([compute_rounds(request)["c"] for request in plan_rounds(settings)])


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"theta_prune": None},
        {"azimuth": 0.4},
        {"policy": "mix", "real": 0.3},
        {"policy": "accumulate", "theta_gen": math.acos(1 / math.sqrt(1 + 1 / 3))},
    ],
)
def test_three_columns_follow_the_law_of_all_dimensions(change):
    chain = {**START, **change}
    angle = chain["theta_prune"]
    law = gaussian_rounds(
        k=1,
        n_over_d=3,
        c0=math.cos(chain["theta_gen"]),
        side=math.sin(chain["theta_gen"]) * math.cos(chain["azimuth"]),
        verifier=None if angle is None else Linear(angle),
        real=chain["real"],
        policy=chain["policy"],
        n_rounds=6,
    ).cosine
    found = cosines(chain)
    assert found.shape == (SEEDS, 7)
    np.testing.assert_allclose(found.mean(axis=0), law, atol=0.03)


def test_with_a_weak_ridge_rounds_end_where_their_verifier_is():
    weak = {**START, "n_samples": 8_000, "dimension": 40, "n_rounds": 8, "theta_prune": math.pi / 6}
    assert cosines({**weak, "ridge": "weak"}).mean(axis=0)[-1] == pytest.approx(
        math.cos(math.pi / 6), abs=0.02
    )
    assert cosines(weak).mean(axis=0)[-1] > math.cos(math.pi / 6) + 0.08


def test_a_chain_is_the_same_again_and_another_one_with_another_seed():
    first, second, _ = plan_rounds(START)
    assert compute_rounds(first) == compute_rounds(first)
    assert compute_rounds(first) != compute_rounds(second)


def test_large_chains_keep_n_over_d_and_stay_small():
    large = {**START, "n_samples": 1_000_000, "dimension": 1_000, "ridge": "weak", "n_rounds": 200}
    sized = Chain(**large).sized()
    assert sized.n_samples / sized.dimension == pytest.approx(1_000, rel=0.05)
    assert sized.n_samples * sized.dimension <= 120_000


def test_a_verifier_that_keeps_nothing_ends_the_chain():
    """Opposite to the model it disagrees with every label."""
    nothing = {**START, "theta_gen": 0.0, "theta_prune": math.pi}
    for ridge in ("strong", "weak"):
        answer = compute_rounds({**nothing, "ridge": ridge, "n_samples": 50, "dimension": 10})
        assert answer["c"] == [1.0]
