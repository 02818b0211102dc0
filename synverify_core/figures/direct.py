"""Names beside what they name, where a room reads them, in the place of a legend."""

import base64
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from synverify_core.figures.theme import faded

SIZE = 20
"""Pixels of the letters."""
WIDEST = 24
"""Letters to a line."""
LEAST_HEIGHT = 330
"""Pixels of a panel on the smallest screen: names that do not overlap there never do."""
_ROOM = 0.05
ROW = 16
"""Pixels between rows of names above a figure, at the usual size."""
_LETTER = 0.0135
"""Width of a letter as a part of the figure's."""


class Column(NamedTuple):
    """What stands at one place of the x axis, and how it is named above the figure."""

    x: float
    name: str
    colour: str


class End(NamedTuple):
    """Where a line ends on its panel, 0 (bottom) to 1, and how it is named there."""

    place: float
    lines: tuple[str, ...]
    colour: str
    group: str


def name_lines(fig: go.Figure) -> go.Figure:
    """Name the lines of the last panel at their right ends; returns the figure.

    What has no line there keeps its place in the legend. Figures of several rows keep all of it.
    """
    if len({axis.domain for axis in fig.select_yaxes() if axis.domain}) > 1:
        return fig
    panel = max((trace.xaxis or "x" for trace in lines_of(fig)), key=panel_number, default="")
    if not panel:
        return fig
    low, high = y_span(fig)
    fig.update_yaxes(range=[low, high])
    end_at_last_point(fig)
    ends = ends_of(fig, panel, low, high)
    if not ends:
        return fig
    heights = [1.15 * SIZE * len(end.lines) / LEAST_HEIGHT for end in ends]
    axis = f"{panel} domain"
    for end, place in zip(ends, spread([end.place for end in ends], heights), strict=True):
        where = {"xref": axis, "yref": f"{panel.replace('x', 'y')} domain"}
        fig.add_shape(
            **where, type="line", x0=1, x1=1.015, y0=end.place, y1=place, line_color=end.colour
        )
        fig.add_annotation(
            **where,
            x=1.02,
            y=place,
            text="<br>".join(end.lines),
            showarrow=False,
            align="left",
            xanchor="left",
            yanchor="middle",
            font={"size": SIZE, "color": end.colour},
        )
    named = {end.group for end in ends}
    fig.for_each_trace(lambda one: one.update(showlegend=False) if group(one) in named else None)
    longest = max(len(line) for end in ends for line in end.lines)
    return fig.update_layout(margin_r=round(24 + 0.56 * SIZE * longest))


def name_columns(fig: go.Figure, columns: Sequence[Column], span: tuple[float, float]) -> int:
    """Name places of the x axis above the figure, in rows where names would cover each other.

    `span` are the ends of the axis. Returns the number of rows.
    """
    free: list[float] = []  # where each row's last name ends
    for x, name, colour in sorted(columns):
        place, width = (x - span[0]) / (span[1] - span[0]), _LETTER * (len(name) + 1)
        left = min(max(place - width / 2, 0.0), 1.0 - width)
        row = next((row for row, end in enumerate(free) if end <= left), len(free))
        free[row:] = [left + width, *free[row + 1 :]]
        fig.add_vline(x=x, line={"color": faded(colour, 0.35), "width": 1}, layer="below")
        fig.add_annotation(
            x=left + width / 2,
            xref="x domain",
            y=1,
            yref="y domain",
            yshift=ROW * row + 2,
            text=name,
            showarrow=False,
            yanchor="bottom",
            font={"color": colour},
        )
    return len(free)


def panel_number(axis: str) -> int:
    """Return the number of a panel by the name of its axis."""
    return int(axis[1:] or 1)


def group(trace: go.Scatter) -> str:
    """Return what the traces of one line on several panels have in common."""
    return str(trace.legendgroup or trace.name)


def lines_of(fig: go.Figure) -> list[go.Scatter]:
    """Return the curves that are seen: no bands, no markers alone, nothing that is switched off."""
    return [
        trace
        for trace in fig.select_traces({"type": "scatter"})
        if "lines" in (trace.mode or "")
        and trace.name
        and trace.fill is None
        and trace.visible is not False
        and trace.visible != "legendonly"
        and len(points(trace)[0])
    ]


def points(trace: go.Scatter) -> tuple[np.ndarray, np.ndarray]:
    """Return the finite points of a trace, shapes (n,) and (n,)."""
    x, y = numbers(trace.x), numbers(trace.y)
    known = np.isfinite(x) & np.isfinite(y)
    return x[known], y[known]


def numbers(values: Any) -> np.ndarray:
    """Return what a trace holds, shape (n,); a copied figure holds arrays packed as base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).astype(float)
    return np.array(values, dtype=float)


def on_axis(fig: go.Figure, values: np.ndarray) -> np.ndarray:
    """Return values as the y axis has them: their logarithms on a logarithmic one."""
    return np.log10(values[values > 0]) if fig.layout.yaxis.type == "log" else values


def end_at_last_point(fig: go.Figure) -> None:
    """Let x axes without a range of their own end where the lines do."""
    for axis in fig.select_xaxes():
        name = axis.plotly_name.replace("axis", "")
        own = [points(one)[0] for one in lines_of(fig) if (one.xaxis or "x") == name]
        if axis.range or not own:
            continue
        values = np.concatenate(own)
        ends = np.log10(values) if axis.type == "log" else values
        room = _ROOM * max(float(np.ptp(ends)), 1e-9)
        axis.range = [float(ends.min()) - room, float(ends.max()) + room / 4]


def y_span(fig: go.Figure) -> tuple[float, float]:
    """Return both ends of the y axis, that of the figure or one that holds all that is seen."""
    if fig.layout.yaxis.range:
        low, high = fig.layout.yaxis.range
        return float(low), float(high)
    every = fig.select_traces({"type": "scatter"})
    seen = [trace for trace in every if trace.visible in (None, True)]
    values = np.concatenate([on_axis(fig, points(trace)[1]) for trace in seen])
    low, high = float(values.min()), float(values.max())
    if fig.layout.yaxis.rangemode == "tozero":
        low = min(low, 0.0)
    room = _ROOM * max(high - low, 1e-9)
    return low - room, high + room


def ends_of(fig: go.Figure, panel: str, low: float, high: float) -> list[End]:
    """Return the ends of a panel's lines that lie on its axis, from the lowest to the highest."""
    found: dict[str, End] = {}
    for trace in lines_of(fig):
        x, y = points(trace)
        last = on_axis(fig, y[[x.argmax()]])
        if (trace.xaxis or "x") != panel or not len(last) or not low <= last[0] <= high:
            continue
        place = float((last[0] - low) / (high - low))
        lines = tuple(textwrap.wrap(trace.name, WIDEST))
        found.setdefault(group(trace), End(place, lines, trace.line.color, group(trace)))
    return sorted(found.values())


def spread(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move names, in increasing order, apart until none covers another, inside [0, 1] if it can."""
    centres: list[float] = []
    edge = -np.inf
    for place, height in zip(places, heights, strict=True):
        centres.append(max(place, edge + height / 2))
        edge = centres[-1] + height / 2
    edge = max(1.0, sum(heights))
    for index in reversed(range(len(centres))):
        centres[index] = min(centres[index], edge - heights[index] / 2)
        edge = centres[index] - heights[index] / 2
    return [float(centre) for centre in centres]
