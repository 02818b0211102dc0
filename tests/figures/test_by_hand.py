"""Pictures of one matrix tried by hand: what they say is what the answer holds."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from synverify_core.figures.by_hand import number_line, token_bars

ANY = some.floats(-1e60, 1e60)


def beam(values, error, log_probability=-1.0):
    known = {"eigenvalues": values, "error": error, "log_probability": log_probability, "kept": {}}
    return {**known, "right": error < 0.02}


def answer(*beams, truth=(3.0, 1.0)):
    return {"eigenvalues": list(truth), "beams": list(beams)}


WRONG, RIGHT = beam([3.0, -1.0], 0.5), beam([3.01, 1.0], 0.0025)


@pytest.mark.parametrize(
    ("beams", "title"),
    [
        ([WRONG, RIGHT], "1 of 2 beams right at τ = 2 %; the first of them is beam 2"),
        ([RIGHT], "1 of 1 beam right at τ = 2 %; the likeliest is, with an error of 0.25 %"),
        ([WRONG], "0 of 1 beam right at τ = 2 %; the likeliest errs by 50 %"),
    ],
)  # fmt: skip
def test_the_title_says_how_many_are_right_and_where_the_first_is(beams, title):
    assert number_line(answer(*beams), chosen=1, tolerance=0.02).layout.title.text == title


def test_every_value_is_a_mark_of_its_kind_at_its_beams_row():
    given_beams = [beam([3.0, 1.0], 0.0), beam([3.0, -1.0], 0.5), beam([2.0, 1.0], 0.25)]
    right, wrong, _ = number_line(answer(*given_beams), chosen=2, tolerance=0.02).data
    assert (list(right.x), list(right.y)) == ([3, 1], [1, 1])
    assert (list(wrong.x), list(wrong.y)) == ([3, -1, 2, 1], [2, 2, 3, 3])
    assert set(right.marker.symbol) == {"circle"}
    assert right.marker.color != wrong.marker.color


def test_a_likelier_beam_has_a_larger_mark():
    beams = [beam([3.0], 0.0, -1.0), beam([3.1], 0.01, -2.0), beam([3.2], 0.01, -9.0)]
    sizes = number_line(answer(*beams, truth=[3.0]), chosen=1, tolerance=0.02).data[0].marker.size
    assert sizes[0] > sizes[1] > sizes[2] > 0


def test_a_value_out_of_the_window_stands_at_its_edge_and_is_counted():
    figure = number_line(answer(beam([1e60, -1e60], math.inf)), chosen=1, tolerance=0.02)
    wrong = figure.data[1]
    low, high = figure.layout.xaxis.range
    assert (list(wrong.x), list(wrong.marker.symbol)) == (
        [high, low],
        ["triangle-right", "triangle-left"],
    )
    assert "2 values lie outside" in figure.layout.title.subtitle.text
    assert low < 1 and high > 3 and high - low < 100


@settings(max_examples=12)
@given(
    some.lists(some.floats(-200, 200), min_size=3, max_size=3),
    some.lists(some.lists(ANY, min_size=3, max_size=3), min_size=1, max_size=5),
)
def test_the_truth_is_always_in_the_window(truth, answers):
    beams = [beam(values, 0.5) for values in answers]
    figure = number_line(answer(*beams, truth=truth), chosen=1, tolerance=0.02, large=True)
    low, high = figure.layout.xaxis.range
    assert low < min(truth) and max(truth) < high
    assert all(low <= x <= high for trace in figure.data[:2] for x in trace.x)
    assert "marked" in figure.layout.meta["alt"]


def test_the_token_that_was_taken_is_shown_even_if_it_is_not_among_the_likeliest():
    choices = [{"word": str(word), "probability": 0.1 - word / 1e5} for word in (100, 200, 300)]
    step = {"word": "314", "probability": 1e-7, "rank": 22, "choices": choices}
    figure = token_bars(step, position=2)
    (bars,) = figure.data
    assert list(bars.y) == ["100", "200", "300", "314"]
    assert [("taken" in text) for text in bars.text] == [False, False, False, True]
    assert figure.layout.yaxis.type == "category"
    assert figure.layout.title.text == "Token 2: took “314”, the 22nd likeliest"
    assert "314 1e-05 %" in figure.layout.meta["alt"]


@pytest.mark.parametrize(
    ("rank", "text"), [(1, "the likeliest"), (2, "2nd"), (3, "3rd"), (11, "11th"), (101, "101st")]
)
def test_ranks_are_words(rank, text):
    step = {"word": "+", "probability": 0.5, "rank": rank, "choices": []}
    assert text in token_bars(step, position=1, large=True).layout.title.text


def test_the_ticks_stand_at_the_beams_that_each_verifier_keeps():
    kept = [{"oracle": False, "trace": True}, {"oracle": True, "trace": True}]
    beams = [{**one, "kept": bits} for one, bits in zip((WRONG, RIGHT), kept, strict=True)]
    figure = number_line(answer(*beams), chosen=1, tolerance=0.02)
    ticks = figure.data[-1]
    marked = set(zip(ticks.x, ticks.y, ticks.marker.symbol, strict=True))
    assert marked == {(1, 1, "x-thin"), (0, 2, "circle"), (1, 2, "circle")}
    assert list(figure.layout.xaxis2.ticktext) == ["perfect<br>check", "trace<br>check"]
    assert "trace check keeps 1 right and 1 wrong" in figure.layout.meta["alt"]
    lines = [shape.x0 for shape in figure.layout.shapes if shape.x0 == shape.x1]
    assert lines == [3.0, 1.0], "the truth"
