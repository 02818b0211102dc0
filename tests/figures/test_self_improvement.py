"""The played picture of self-improvement, without drawing it."""

import numpy as np
import pandas as pd

from synverify_core.figures.self_improvement import ABOVE, BELOW, prices_figure, rounds_figure
from tests.stats.arithmetic_rows import arithmetic_table


def test_the_last_frame_is_what_stands_there_and_the_first_one_knows_no_round():
    fig = rounds_figure(arithmetic_table())
    assert [frame.name for frame in fig.frames] == ["0", "1", "2", "3"]
    assert len(fig.data) == 10
    for shown, last in zip(fig.data, fig.frames[-1].data, strict=True):
        assert shown.type == last.type
        np.testing.assert_array_equal(np.array(shown.y), np.array(last.y))
    heat, _, _, p = fig.frames[0].data[:4]
    assert np.isfinite(heat.z[0]).all() and np.isnan(heat.z[1:]).all()
    assert len(p.x) == 0
    assert fig.frames[2].layout.title.text.startswith("Round 2:")


def test_a_round_that_is_asked_for_stands_there_and_play_shows_them_all():
    table = arithmetic_table()
    fig, whole = rounds_figure(table, upto=1), rounds_figure(table, upto=9)
    assert fig.layout.title.text.startswith("Round 1:") and len(fig.frames) == 4
    assert list(fig.data[3].x) == [1] and list(whole.data[3].x) == [1, 2, 3]


def test_the_sign_of_p_star_minus_p_is_coloured_and_told_without_colour():
    none = rounds_figure(arithmetic_table()).data[8]
    assert list(none.marker.color) == [BELOW, ABOVE, ABOVE]
    assert list(none.marker.symbol) == ["circle", "x", "x"]
    assert "p = 0.400, p* = 0.500" in none.hovertext[0]


def test_the_alternative_text_says_what_happened_and_every_rate():
    alt = rounds_figure(arithmetic_table()).layout.meta["alt"]
    assert "at 3 digits accuracy went from 41 % to 91 %" in alt
    assert "No check: round 1: p 0.40, p* 0.50, round 2: p 0.90" in alt


def test_prices_have_a_panel_for_each_question():
    fig = prices_figure(arithmetic_table())
    panels = [note.text for note in fig.layout.annotations]
    assert panels == ["Reached at 99 %", "Reached at 50 %", "ψ at one length", "Original lengths"]
    assert {trace.name for trace in fig.data if trace.showlegend} == {"Perfect check", "No check"}


def test_nothing_measured_is_said():
    none = pd.DataFrame(columns=["metric", "verifier", "seed", "round", "value"], dtype=object)
    for draw in (rounds_figure, prices_figure):
        assert "No round" in draw(none.astype({"metric": "str"})).layout.meta["alt"]
