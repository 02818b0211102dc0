"""What the phase page's rounds are simulated with, and what is drawn of it."""

import math

import pytest

from pages.ui.phase.rounds import series, settings
from pages.ui.phase.view import FIELDS, rounds_name, rounds_state
from pages.ui.rounds import DEFAULT_STATE, LIMITS
from pages.ui.rounds.presets import PRESETS
from synverify_core.experiments.gaussian.simulate_rounds import plan_rounds

DEFAULTS = {name: field.default for name, field in FIELDS.items()}


def test_a_view_without_a_verifier_is_simulated_without_one():
    assert settings(DEFAULTS)["theta_prune"] == pytest.approx(math.pi / 4)
    assert settings({**DEFAULTS, "rounds_pruning": "none"})["theta_prune"] is None


def test_real_rows_belong_to_mix_alone_and_other_policies_share_their_answers():
    assert settings(DEFAULTS)["real"] == 0
    assert settings({**DEFAULTS, "rounds_policy": "mix"})["real"] == DEFAULTS["rounds_real"] > 0


def test_the_round_shown_and_the_preset_change_no_request():
    moved = {**DEFAULTS, "round": 7, "rounds_preset": ""}
    assert plan_rounds(settings(moved)) == plan_rounds(settings(DEFAULTS))
    assert plan_rounds(settings({**DEFAULTS, "seed": 5})) != plan_rounds(settings(DEFAULTS))


def test_dots_are_means_of_as_many_rounds_as_all_seeds_have():
    state = rounds_state(DEFAULTS)
    answers = [{"c": [0.4, 0.0, 0.5], "b": [0, 0.1, 0]}, {"c": [0.4, 1.0], "b": [0, 0.3]}]
    drawn = series(state, answers)
    (point,) = drawn["points"]
    assert (point["round"], point["c"]) == (1, 0.5)
    assert point["b"] == pytest.approx(0.2)
    assert (point["low"], point["high"]) == (pytest.approx(0.5), pytest.approx(1.0))
    assert series(state, []) is None


@pytest.mark.parametrize("name", PRESETS)
def test_a_story_is_a_whole_setting_that_a_link_can_say(name):
    state = PRESETS[name]["state"]
    assert {*state, "round", "preset"} == set(DEFAULT_STATE)
    for field, value in state.items():
        assert FIELDS[rounds_name(field)].parse(FIELDS[rounds_name(field)].show(value)) == value
    assert all(
        low <= state[field] <= high for field, (low, high) in LIMITS.items() if field in state
    )
