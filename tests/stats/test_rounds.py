"""Chains of models: what is averaged, counted and said of their rounds."""

import math

import pandas as pd
import pytest

from synverify_core.stats import rounds

P_STAR = {"oracle": 1.0, "random": 0.5}


def row(verifier, round_, value, *, seed=0, n_samples=100, p=None, **more):
    measured = {} if p is None else {"p": p, "p_star": P_STAR[verifier]}
    return {
        "experiment": "gaussian",
        "uid": f"run-{seed}",
        "verifier": verifier,
        "n_samples": n_samples,
        "seed": seed,
        "round": round_,
        "metric": "accuracy",
        "value": value,
        **measured,
        **more,
    }


def chain(seed=0, shift=0.0):
    """Two rounds of two verifiers after a generator that is right in 60 %."""
    return [
        row("generator", 0, 0.6 + shift, seed=seed, n_samples=None),
        row("oracle", 1, 0.7 + shift, seed=seed, p=0.4),
        row("oracle", 2, 0.8 + shift, seed=seed, p=0.3),
        row("random", 1, 0.5 + shift, seed=seed, p=0.4),
        row("random", 2, 0.4 + shift, seed=seed, p=0.6),
        row("clean", 1, 0.9 + shift, seed=seed),
        row("clean", 2, 0.9 + shift, seed=seed),
    ]


def test_points_are_means_over_seeds_of_each_round():
    found = rounds.points(pd.DataFrame([*chain(), *chain(1, 0.02)]), "accuracy")
    oracle = found[found["verifier"] == "oracle"]
    assert oracle["round"].tolist() == [1, 2]
    assert oracle["mean"].tolist() == pytest.approx([0.71, 0.81])
    assert oracle["low"].tolist() == pytest.approx([0.7, 0.8])
    assert oracle["n_seeds"].tolist() == [2, 2]
    assert rounds.level(found, "generator") == pytest.approx(0.61)
    assert math.isnan(rounds.level(found, "bayes"))


def test_a_chain_is_told_by_the_size_that_it_goes_on_with():
    table = pd.DataFrame([*chain(), row("oracle", 1, 0.1, n_samples=10, p=0.4)])
    found = rounds.points(table, "accuracy")
    assert found[found["verifier"] == "oracle"]["mean"].tolist() == pytest.approx([0.7, 0.8])


def test_rounds_below_p_star_are_counted_and_said_best_end_first():
    found = rounds.points(pd.DataFrame(chain()), "accuracy")
    ends = {end.verifier: end for end in rounds.endings(found)}
    assert (ends["oracle"].below, ends["random"].below) == (2, 1)
    assert ends["oracle"][1:3] == pytest.approx((0.6, 0.8))
    said = rounds.what_happened(found, "accuracy")
    assert said == (
        "accuracy went from the generator's 60 % to 80 % with perfect check (p < p* in every "
        "round) and to 40 % with random pick (p < p* in 1 of 2 rounds)."
    )


def test_of_an_error_the_lowest_end_is_the_best():
    table = pd.DataFrame(chain()).assign(metric="relative_error")
    said = rounds.what_happened(rounds.points(table, "relative_error"), "relative_error")
    assert said.index("random pick") < said.index("perfect check")


def test_without_rounds_nothing_is_said():
    assert rounds.what_happened(rounds.points(pd.DataFrame(), "accuracy"), "accuracy") == ""
    only = pd.DataFrame([row("generator", 0, 0.6, n_samples=None)])
    assert rounds.chains(rounds.points(only, "accuracy")) == []


def test_the_validation_side_is_left_out():
    table = pd.DataFrame(chain()).assign(held_out="validation")
    assert rounds.points(table, "accuracy").empty
