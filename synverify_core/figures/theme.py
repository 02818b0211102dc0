"""One look for every figure: a colour a verifier, readable on a light and on a dark page."""

import itertools
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
from numpy.typing import NDArray

from synverify_core.stats.names import split_label
from synverify_core.verifiers.base import Ramp
from synverify_core.verifiers.registry import available

FONT = "Arial, Helvetica, sans-serif"
NEUTRAL = "#8A8A8A"
LEGEND = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0}
# Verifiers have their own in the same palette: Okabe and Ito's, darkened or lightened where a hue
# would fade on one of the two pages.
LEVELS: dict[str, str | Ramp] = {
    "clean": "#3FA7E0",
    "generator": NEUTRAL,
    "base": NEUTRAL,
    "bayes": NEUTRAL,
    # The best of k beams, right or not, where the beams are told apart.
    "beam": Ramp("k", ((1, "#8A8A8A"), (5, "#E69F00"), (10, "#D55E00"), (50, "#AA4499"))),
}
OTHERS = ("#E69F00", "#AA4499", "#44AA99", "#999933", "#B8577A", "#6A7FDB", "#5C9E31")
SMALLEST_IN_A_ROOM = 20
HEIGHT_IN_A_ROOM = 540
"""Pixels; a page may stretch a figure to its screen."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "cross")


def colour(verifier: str) -> str:
    """Return the verifier's colour as #rrggbb: the same one on every page and in every session."""
    name, settings = split_label(verifier)
    own = available()[name].colour if name in available() else LEVELS.get(name)
    if isinstance(own, Ramp):
        return between(own.anchors, settings.get(own.setting, 0.0))
    return own or OTHERS[zlib.crc32(verifier.encode()) % len(OTHERS)]


def between(anchors: tuple[tuple[float, str], ...], value: float) -> str:
    """Interpolate the colour at `value` between the two anchors around it."""
    value = min(max(value, anchors[0][0]), anchors[-1][0])
    for (low, first), (high, second) in itertools.pairwise(anchors):
        if value <= high:
            share = (value - low) / (high - low)
            mixed = (
                round(a + share * (b - a)) for a, b in zip(rgb(first), rgb(second), strict=True)
            )
            return "#{:02X}{:02X}{:02X}".format(*mixed)
    return anchors[-1][1]


def rgb(hexadecimal: str) -> tuple[int, int, int]:
    """Red, green and blue of #rrggbb, each 0 to 255."""
    return (int(hexadecimal[1:3], 16), int(hexadecimal[3:5], 16), int(hexadecimal[5:7], 16))


def faded(hexadecimal: str, opacity: float) -> str:
    """Return the same colour with an opacity in [0, 1], as Plotly fills areas with it."""
    red, green, blue = rgb(hexadecimal)
    return f"rgba({red},{green},{blue},{opacity:g})"


def whiskers(points: pd.DataFrame, **look: Any) -> dict[str, Any]:
    """Return error bars from `low` to `high` around `mean`."""
    above, below = points["high"] - points["mean"], points["mean"] - points["low"]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, **look}


def band(
    x: Iterable[float], low: Iterable[float], high: Iterable[float], fill: str, group: str
) -> go.Scatter:
    """Return the area between two lines, without an edge, a legend entry or a hover text."""
    ends, lower = list(x), list(low)
    return go.Scatter(
        x=[*ends, *ends[::-1]],
        y=[*high, *lower[::-1]],
        fill="toself",
        fillcolor=fill,
        line={"width": 0},
        mode="lines",
        legendgroup=group,
        showlegend=False,
        hoverinfo="skip",
    )


def add_level(
    fig: go.Figure,
    x: NDArray[np.float64],
    mean: float,
    ends: tuple[float, float] | None,
    colour: str,
    where: dict[str, int],
    **look: Any,
) -> None:
    """Draw a horizontal line through x with a pale band between `ends`, if it is given."""
    if ends is not None and ends[1] > ends[0]:
        band = {"y0": ends[0], "y1": ends[1], "fillcolor": faded(colour, 0.1)}
        fig.add_hrect(**band, line_width=0, layer="below", **where)
    fig.add_trace(
        go.Scatter(x=x, y=np.full(len(x), mean), mode="lines", hoverinfo="text", **look), **where
    )


def template(dark: bool) -> go.layout.Template:
    """Return the complete look without a page around it: files, notebooks, tests."""
    ink, paper, grid = (
        ("#E8E8E8", "#0E1117", "#3A3F4A") if dark else ("#1F2430", "#FFFFFF", "#DDE1E7")
    )
    base = plotly.io.templates["plotly_dark" if dark else "plotly_white"]
    look = go.layout.Template(base)
    look.layout.update(
        font={"family": FONT, "color": ink, "size": 12},
        paper_bgcolor=paper,
        plot_bgcolor=paper,
        colorway=OTHERS,
    )
    axis = {
        "gridcolor": grid,
        "linecolor": grid,
        "zerolinecolor": grid,
        "title": {"font": {"size": 13}},
    }
    look.layout.xaxis.update(axis)
    look.layout.yaxis.update(axis)
    return look


def apply(
    fig: go.Figure,
    title: str,
    x_title: str,
    y_title: str,
    alt: str,
    subtitle: str = "",
    **layout: Any,
) -> go.Figure:
    """Give a figure its title (what is seen), axis names with units and alt text; returns it.

    The figure takes the colours of paper and ink from the page around it; `template` sets them
    where there is none. The alt text is at `fig.layout.meta["alt"]`. A subtitle may have lines.
    """
    # Names of panels stand below the subtitle.
    above = (
        56 + 28 * bool(subtitle) + 17 * subtitle.count("<br>") + 14 * bool(fig.layout.annotations)
    )
    fig.update_layout(
        title={
            "text": title,
            "font": {"size": 17},
            "subtitle": {"text": subtitle, "font": {"size": 13, "color": NEUTRAL}},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "pad": {"t": 8, "l": 4},
        },
        meta={"alt": alt},
        margin={"l": 64, "r": 16, "t": above, "b": 56},
        hoverlabel={"namelength": -1},
        **layout,
    )
    fig.update_xaxes(title_text=x_title, automargin=True)
    fig.update_yaxes(title_text=y_title, automargin=True)
    return fig


def enlarged(fig: go.Figure, height: int | None = None) -> go.Figure:
    """Make a figure readable from the last row of a lecture hall; returns it.

    No letter is smaller than 20 pixels; the subtitle, which tells how it was measured, is left out.
    """
    named = bool(fig.layout.annotations)  # names of panels stand above them
    fig.for_each_annotation(lambda one: one.update(yshift=1.6 * one.yshift) if one.yshift else None)
    rows = max((one.yshift or 0 for one in fig.layout.annotations), default=0)
    fig.update_layout(
        height=height or HEIGHT_IN_A_ROOM,
        title={"font_size": 26, "subtitle_text": ""},
        legend_font_size=SMALLEST_IN_A_ROOM,
        hoverlabel_font_size=SMALLEST_IN_A_ROOM,
        margin_t=(92 if named else 60) + rows,
    )
    size = SMALLEST_IN_A_ROOM
    fig.update_xaxes(tickfont_size=size, title_font_size=size)
    fig.update_yaxes(tickfont_size=size, title_font_size=size)
    fig.update_annotations(font_size=size)
    for menu in fig.layout.updatemenus:
        menu.font.size = size
    for traces in (fig.data, *(frame.data for frame in fig.frames)):
        for trace in traces:
            _enlarge_trace(trace)
    return fig


def _enlarge_trace(trace: Any) -> None:
    if trace.type == "heatmap":
        trace.colorbar.tickfont.size = SMALLEST_IN_A_ROOM
    if trace.type != "scatter":
        return
    mode = trace.mode or ""
    if "markers" in mode:
        trace.marker.size = 14 if mode == "markers" else 11
    # The edge of a band has no width, and keeps none.
    if "lines" in mode and trace.line.width != 0:
        trace.line.width = 3.5


def empty(message: str, alt: str = "") -> go.Figure:
    """Return a figure that says why there is nothing to draw yet."""
    fig = go.Figure()
    fig.add_annotation(
        text=message, showarrow=False, xref="paper", yref="paper", x=0.5, y=0.5, font_size=15
    )
    apply(fig, "", "", "", alt or message, height=240)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return fig
