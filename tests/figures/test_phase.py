"""Figures 2 and 6: what is drawn is what was simulated, beside the closed forms."""

import math

import numpy as np
import pytest

from synverify_core.figures.phase import Sizes, figure_2, figure_6, figure_6_up
from synverify_core.theory.breakdown import p_minus

SIZES = Sizes(n_samples=10_000, dimension=50, separation=3.0)
PRUNERS = (0.0, math.pi / 4, None)
RATIOS = (1.0, 0.25)
POINTS = [
    {"theta_gen": 1.0, "theta_prune": None, "p": 0.3, "accuracy": 0.98},
    {"theta_gen": 2.0, "theta_prune": math.pi / 4, "p": 0.7, "accuracy": 0.6},
    {"theta_gen": math.pi, "theta_prune": 0.0, "p": 0.99, "accuracy": None},
]


def draw_2(**choices):
    choices = {"pruners": PRUNERS, "azimuth": math.pi / 2, "against_p": False, **choices}
    return figure_2(POINTS, SIZES, **choices)


def dots(fig):
    found = (t for t in fig.data if t.mode == "markers")
    return {t.name: [(x, y) for x, y in zip(t.x, t.y, strict=True) if x == x] for t in found}


def lines(fig, dash):
    return [t for t in fig.data if t.mode == "lines" and t.line.dash == dash and len(t.x) > 1]


def where_it_falls(line):
    above = np.asarray(line.x, dtype=float)[np.asarray(line.y, dtype=float) > 50]
    return above.max()


def test_every_measured_accuracy_is_a_dot_and_nothing_else_is():
    assert dots(draw_2()) == {
        "θ_prune = 0°": [],
        "θ_prune = 45°": [(math.degrees(2.0), 60.0)],
        "no verifier": [(math.degrees(1.0), 98.0)],
    }
    assert dots(draw_2(against_p=True))["no verifier"] == [(0.3, 98.0)]


@pytest.mark.parametrize("azimuth", [0.0, 1.0, math.pi])
def test_the_broken_line_falls_where_the_angles_make_180_degrees(azimuth):
    falls = [where_it_falls(line) for line in lines(draw_2(azimuth=azimuth), "dash")]
    assert falls == pytest.approx([180, 135, 90], abs=0.6)


def test_the_law_crosses_one_half_where_the_theorem_falls():
    laws = [where_it_falls(line) for line in lines(draw_2(), "solid")]
    assert laws[1:] == pytest.approx([135, 90], abs=0.6)


def test_figure_6_falls_at_p_star():
    points = [{"psi": 0.25, "p": 0.5, "accuracy": 0.97}]
    fig = figure_6(points, SIZES, ratios=RATIOS)
    assert dots(fig) == {"ψ/φ = 1": [], "ψ/φ = 0.25": [(0.5, 97.0)]}
    for dash in ("dash", "solid"):
        falls = [where_it_falls(line) for line in lines(fig, dash)]
        assert falls == pytest.approx([0.5, 0.8], abs=0.003)


def test_p_up_stands_beside_the_band_that_the_theory_gives():
    fig = figure_6_up([{"psi": 0.5, "p_up": 0.61}, {"psi": 0.0, "p_up": None}])
    (band,) = lines(fig, "dash")
    assert np.allclose(band.y, p_minus(0.1, 1.0, np.asarray(band.x, dtype=float)))
    assert list(dots(fig).values()) == [[(0.5, 0.61)]]


@pytest.mark.parametrize("fig", [draw_2(), figure_6([], SIZES, ratios=RATIOS), figure_6_up([])])
def test_every_figure_says_what_is_seen_even_before_the_first_point(fig):
    assert fig.layout.title.text and fig.layout.xaxis.title.text and fig.layout.yaxis.title.text
    assert "percent" in fig.layout.meta["alt"]


def test_pruners_differ_in_shape_and_keep_their_colour():
    markers = [t.marker for t in draw_2().data if t.mode == "markers"]
    assert len({m.symbol for m in markers}) == len(PRUNERS)
    fewer = [t.marker.color for t in draw_2(pruners=PRUNERS[1:]).data if t.mode == "markers"]
    assert fewer == [m.color for m in markers[1:]]
