"""Pictures of summaries read and written by hand: what they say is what they are given."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from synverify_core.figures import theme
from synverify_core.figures.summary_by_hand import (
    Mark,
    places_in_pool,
    pstar_against_rate,
    token_chances,
)

RATES = np.linspace(0.01, 1, 100)
CURVES = {"oracle": (RATES, 1 - RATES / 2), "random": (RATES, np.full(100, 0.5))}


def test_the_title_says_who_leads_at_the_present_rate():
    figure = pstar_against_rate(CURVES, {"oracle": 0.875, "random": 0.5}, 0.25)
    assert figure.layout.title.text == "Best 25 % kept: perfect check leads with p* = 0.88"
    assert "perfect check 0.88, random pick 0.50" in figure.layout.meta["alt"]
    lines = {trace.name: trace for trace in figure.data if trace.mode == "lines"}
    assert lines["perfect check"].line.color == theme.colour("oracle")
    (points,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert list(points.x) == [0.25, 0.25] and list(points.y) == [0.875, 0.5]


def test_the_noise_of_a_few_samples_does_not_set_the_axis():
    wild = np.where(RATES < 0.02, 0.0, 0.6)
    low, high = pstar_against_rate({"weak": (RATES, wild)}, {"weak": 0.6}, 0.5).layout.yaxis.range
    assert 0.4 < low < 0.5 and 0.6 < high < 0.7


@pytest.mark.parametrize("large", [False, True])
def test_what_is_undefined_everywhere_is_said(large):
    nothing = np.full(100, math.nan)
    figure = pstar_against_rate({"weak": (RATES, nothing)}, {"weak": math.nan}, 0.5, large=large)
    assert "not defined" in figure.layout.title.text
    assert all(np.isfinite(figure.layout.yaxis.range))


def test_a_marker_stands_where_its_summary_stands():
    marks = [
        Mark("Generator", "oracle", 0.9, "a"),
        Mark("Human", "oracle", 0.99, "b"),
        Mark("Generator", "weak", 0.2, "c"),
    ]
    figure = places_in_pool(marks, 3072)
    assert [list(trace.x) for trace in figure.data] == [[0.9, 0.2], [0.99]]
    assert figure.layout.title.text.startswith("2 of 3 verdicts place a summary")
    assert "3,072" in figure.layout.xaxis.title.text
    assert "Generator, weak: 20 %" in figure.layout.meta["alt"]
    assert figure.data[0].marker.color != figure.data[1].marker.color
    assert places_in_pool([], 10).layout.title.text


@settings(max_examples=8)
@given(some.lists(some.tuples(some.text(min_size=1, max_size=8), some.floats(0, 1)), min_size=1))
def test_every_token_has_a_bar_whatever_it_is(tokens):
    given_tokens = [{"text": text, "probability": share} for text, share in tokens]
    figure = token_chances(given_tokens, writer="Generator", large=True)
    assert list(figure.data[0].y) == [share for _, share in tokens]
    assert len(figure.layout.xaxis.ticktext) == len(tokens)
    assert not any("<" in text for text in figure.layout.xaxis.ticktext)


def test_the_least_likely_token_is_named():
    tokens = [{"text": " Return", "probability": 0.9}, {"text": " it", "probability": 0.1}]
    figure = token_chances(tokens, writer="Base")
    assert figure.layout.title.text == "Base: 1 of 2 tokens likelier than not"
    assert "Least sure of “it” (10 %)" in figure.layout.title.subtitle.text
    assert figure.data[0].marker.color[0] != figure.data[0].marker.color[1]
