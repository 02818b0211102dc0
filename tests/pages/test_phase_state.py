"""The address of the phase page: what it says comes back, what it cannot say is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui.phase.lesson_steps import STEPS
from pages.ui.phase.view import FIELDS, LESSON_STEPS, numbers
from pages.ui.shared.state import Choice, Flag, Number, link, read
from tests.pages.visit import linked, markup, opened

DEFAULTS = {name: field.default for name, field in FIELDS.items()}


def values_of(field):
    if isinstance(field, Choice):
        return some.sampled_from(field.options)
    if isinstance(field, Flag):
        return some.booleans()
    if field.whole:
        return some.integers(int(field.low), int(field.high))
    return some.floats(field.low, field.high)


@given(some.fixed_dictionaries({name: values_of(field) for name, field in FIELDS.items()}))
def test_a_link_opens_exactly_what_it_was_made_from(values):
    opened, refused = read(FIELDS, link(FIELDS, values))
    assert (opened, refused) == (values, [])


@given(
    some.dictionaries(
        some.sampled_from([*FIELDS, "x<script>", "`![x](http://e)`"]), some.text(max_size=80)
    )
)
def test_no_address_can_break_the_page(params):
    values, refused = read(FIELDS, params)
    assert set(values) == set(FIELDS)
    numbers(values)
    assert not any(markup(message) for message in refused)


@pytest.mark.parametrize("text", ["nan", "inf", "-0.1", "3.2", "1e9", "", "π"])
def test_a_number_out_of_range_is_refused_by_name_value_and_range(text):
    values, (message,) = read({"angle": Number(1.0, 0.0, math.pi, unit="radians")}, {"angle": text})
    assert values == {"angle": 1.0}
    assert f"angle = {text}" in message
    assert "from 0 to 3.14159 radians" in message
    assert "Shown instead: angle = 1" in message


def test_a_pi_typed_with_six_decimals_is_pi():
    assert Number(1.0, 0.0, math.pi).parse("3.141593") == math.pi


def test_every_lesson_step_is_open_at_the_start_and_has_its_answer_among_the_options():
    assert len(STEPS) == LESSON_STEPS
    for step in STEPS:
        assert step.answer in step.options
        assert not step.check(DEFAULTS, numbers(DEFAULTS)).reached


REACHED = [
    {"theta_prune": math.radians(45), "theta_gen": math.radians(135)},
    {"pruning": "none", "theta_gen": math.pi / 2},
    {"theta_prune": math.pi / 2},
    {"theta_gen": 0.6, "theta_prune": 0.6, "azimuth": math.pi, "separation": 0.0},
    {"separation": 4.0, "n_samples": 100_000},
    {"theta_prune": 2.5},
    {"azimuth": math.pi, "n_samples": 50, "dimension": 1000},
    {"mode": "rounds", "rounds_pruning": "none", "round": 30},
    {"mode": "rounds", "rounds_n_samples": 30_000, "round": 30},
]


@pytest.mark.parametrize("number", range(LESSON_STEPS))
def test_what_a_step_asks_for_is_right_and_what_the_others_ask_for_is_not_yet(number):
    views = [{**DEFAULTS, **setting} for setting in REACHED]
    reached = [STEPS[number].check(view, numbers(view)).reached for view in views]
    assert reached == [other == number for other in range(LESSON_STEPS)]


def test_the_steps_about_rounds_say_what_is_missing():
    """A verifier, chance, a play: each is asked for by its own words."""
    unverified, beaten = STEPS[-2:]
    alone = {**DEFAULTS, "mode": "rounds", "rounds_pruning": "none"}
    asked = [
        (unverified, {**DEFAULTS, "mode": "rounds"}, "there is a verifier"),
        (unverified, {**alone, "rounds_policy": "mix"}, "replace"),
        (unverified, {**alone, "rounds_n_samples": 5_000}, "find chance"),
        (unverified, {**alone, "rounds_theta_gen": 1.5}, "start with a model"),
        (unverified, alone, "Now play all 30 rounds"),
        (beaten, alone, "there is no verifier"),
        (beaten, {**DEFAULTS, "mode": "rounds", "rounds_ridge": "weak"}, "weak ridge"),
        (beaten, {**DEFAULTS, "mode": "rounds"}, "more data"),
        (beaten, {**DEFAULTS, "mode": "rounds", "rounds_n_samples": 30_000}, "Now play all"),
    ]
    for step, view, words in asked:
        check = step.check(view, numbers(view))
        assert not check.reached and words in check.why


MOVED = """
import streamlit as st
from pages.ui.shared import state
state.synchronise("moved", {"seed": state.Number(0, 0, 9, whole=True)})
st.button("Three", on_click=state.change, args=("moved", {"seed": 3}))
st.button("Again", on_click=state.keep)
st.button("Back")
st.stop()  # the page is never drawn to its end
"""


def test_the_address_is_written_before_the_page_is_drawn_and_an_older_one_is_no_link():
    app = opened(MOVED, seed="1")
    app.button[0].click().run()
    assert linked(app, "seed") == "3"
    app.query_params["seed"] = "1"  # what a browser sends that has not yet taken up the new one
    app.button[1].click().run()
    assert linked(app, "seed") == "3"
    app.query_params["seed"] = "1"
    app.button[2].click().run()
    assert linked(app, "seed") == "1"
