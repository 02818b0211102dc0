"""Names beside lines and above places: none covers another, each stands as near as it can."""

import copy
import itertools

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.figures.direct import Column, name_columns, name_lines, points, spread
from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.names import display_name
from tests.stats.rows import gaussian_table

PLACES = st.lists(st.floats(0, 1), max_size=12).map(sorted)


@given(PLACES, st.floats(0.01, 0.2))
def test_names_never_cover_each_other_and_stay_inside_if_there_is_room(places, height) -> None:
    found = spread(places, [height] * len(places))
    assert all(b - a >= height - 1e-9 for a, b in itertools.pairwise(found))
    if found and height * len(found) <= 1:
        assert max(found) <= 1 - height / 2 + 1e-9


@given(PLACES)
def test_names_with_room_stay_where_their_lines_end(places) -> None:
    apart = [0.1 + 0.8 * place for place in np.linspace(0, 1, 5)]
    assert spread(apart, [0.1] * 5) == pytest.approx(apart)


def test_the_lines_of_the_last_panel_are_named_once_and_leave_the_legend() -> None:
    table = gaussian_table()
    fig = name_lines(scaling_figure(table, metric="relative_error", facet="n_original"))
    noted = {note.text: note.font.color for note in fig.layout.annotations}
    drawn = {trace.name: trace.line.color for trace in fig.data if trace.name}
    named = {name: colour for name, colour in noted.items() if name in drawn}
    assert named == {name: drawn[name] for name in named}
    assert {display_name(name) for name in ("oracle", "random", "clean", "generator")} <= set(named)
    assert not [trace for trace in fig.data if trace.showlegend and trace.name in named]
    assert fig.layout.margin.r > 100


def test_what_is_switched_off_is_not_named() -> None:
    fig = go.Figure([go.Scatter(x=[1, 2], y=[1, 2], name="on", mode="lines", line_color="#000000")])
    fig.add_scatter(x=[1, 2], y=[5, 6], name="off", mode="lines", visible="legendonly")
    name_lines(fig)
    assert [note.text for note in fig.layout.annotations] == ["on"]
    assert fig.layout.yaxis.range[1] < 5


def test_places_too_near_for_their_names_are_named_in_rows() -> None:
    fig = go.Figure()
    columns = [Column(x, "a long name of it", "#009E73") for x in (0.5, 0.52, 0.54, 0.9)]
    assert name_columns(fig, columns, (0.4, 1.0)) == 3
    assert len({note.yshift for note in fig.layout.annotations}) == 3


def test_a_copied_figure_is_named_like_the_first_one() -> None:
    rise = go.Scatter(x=np.array([1, 2]), y=np.array([0.5, 0.7]), mode="lines", name="rise")
    found = go.Figure([rise])
    assert points(copy.deepcopy(found).data[0])[1].tolist() == [0.5, 0.7]
    texts = [
        [note.text for note in name_lines(figure).layout.annotations]
        for figure in (copy.deepcopy(found), found)
    ]
    assert texts[0] == texts[1] != []
