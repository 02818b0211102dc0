"""Scaling curves: a metric against the number of selected samples n' (Figure 3, top row)."""

import itertools
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from synverify_core.figures import theme, words
from synverify_core.figures.legend import around, legend_height
from synverify_core.figures.looks import (
    Look,
    assign_looks,
    curve_key,
    make_panels,
    panels_of,
    split_legend,
)
from synverify_core.stats import names, tables

COLUMNS_AT_MOST = 4
MOST_TICKS = 14
"""Names of sizes that have room side by side."""
PANEL_HEIGHT = 310
"""Pixels of a row of panels, beside title, axis names and legend."""


def scaling_figure(
    table: pd.DataFrame,
    *,
    metric: str,
    group_by: str = "verifier",
    facet: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Draw a metric against n' on a log axis: mean over seeds, band from smallest to largest.

    Parameters
    ----------
    table : measured rows, one a point (see `curves`); may be empty or of a run that goes on.
    metric : which metric's rows are drawn.
    group_by : a column; its values are told apart by dash and marker, verifiers by colour.
    facet : a column; one panel side by side for each of its values.
    height : pixels; by default what panels and legend need.

    Raises
    ------
    InputError
        If `group_by` or `facet` is no column of the table.
    """
    by = ["verifier", "selection_rate", group_by, *([facet] if facet else [])]
    rows = tables.ready(table, by)
    log_y = names.on_log_axis(metric)
    curves, below = drawable(tables.aggregate(rows, metric, by), log_y)
    if curves.empty:
        return theme.empty(f"No points of {names.metric_name(metric).lower()} yet")
    panels = panels_of(curves, facet)
    fig = draw_panels(curves, panels, group_by, metric, log_y, facet)
    title = words.headline(panels, metric, group_by, facet)
    alt = words.alt_text(panels, metric, title, facet)
    subtitle = words.band_text(curves, below, tables.hidden_differences(rows, by))
    if not log_y and group_by == "verifier" and tables.clean_is_far(curves):
        fig.update_traces(visible="legendonly", selector=is_clean)
        subtitle += f"; {tables.FAR_TEXT}"
    subtitle = tables.with_training(subtitle, rows)
    height = height or natural_height(fig, len(panels))
    theme.apply(fig, title, "", "", alt, subtitle, height=height, legend=theme.LEGEND)
    shape_axes(fig, curves, metric, log_y, n_panels=len(panels))
    return fig


def is_clean(trace: go.Scatter) -> bool:
    """Whether a trace belongs to the curve of clean labels."""
    return str(trace.legendgroup).startswith("clean")


def drawable(curves: pd.DataFrame, log_y: bool) -> tuple[pd.DataFrame, int]:
    """Return the points that the axis can hold, and the number of those that it cannot."""
    if not log_y or curves.empty:
        return curves, 0
    positive = curves["mean"] > 0
    return curves[positive], int((~positive).sum())


def draw_panels(
    curves: pd.DataFrame,
    panels: Sequence[tuple[Any, pd.DataFrame]],
    group_by: str,
    metric: str,
    log_y: bool,
    facet: str | None,
) -> go.Figure:
    """Return all panels with their curves; a curve looks alike on each of them."""
    fig = make_panels(panels, facet, at_most=COLUMNS_AT_MOST)
    looks = assign_looks(curves, group_by)
    for index, (_, part) in enumerate(panels):
        draw_panel(fig, part, looks, group_by, metric, log_y, cell=divmod(index, COLUMNS_AT_MOST))
    if group_by != "verifier":
        split_legend(fig, curves, looks, group_by)
    return fig


def natural_height(fig: go.Figure, n_panels: int) -> int:
    """Return the height in pixels that leaves room for every row of panels and of the legend."""
    n_rows = -(-n_panels // COLUMNS_AT_MOST)
    # Names of panels and the space between their rows come off the panels.
    return 150 + round(PANEL_HEIGHT * (1.2 * n_rows - 0.2)) + legend_height(fig)


def draw_panel(
    fig: go.Figure,
    part: pd.DataFrame,
    looks: dict[tuple[Any, ...], Look],
    group_by: str,
    metric: str,
    log_y: bool,
    cell: tuple[int, int],
) -> None:
    """Draw the curves, bands and levels of one panel."""
    sizes = part["n_samples"].dropna()
    span = (float(sizes.min()), float(sizes.max())) if len(sizes) else (1.0, 10.0)
    if span[0] == span[1]:
        span = (span[0] / 2, span[1] * 2)
    shown = {trace.legendgroup for trace in fig.data}
    where = {"row": cell[0] + 1, "col": cell[1] + 1}
    part = part.sort_values("n_samples")
    keys = list(map(curve_key, part["verifier"], part["selection_rate"], part[group_by]))
    for key, look in looks.items():
        points = part[[other == key for other in keys]]
        if points.empty:
            continue
        levels = points[points["n_samples"].isna()]
        line = points[points["n_samples"].notna()]
        for first, piece in ((True, line), (line.empty, level_over(levels, span))):
            if len(piece):
                legend = first and look.group not in shown
                draw_band(fig, piece, look, log_y, where)
                fig.add_trace(curve_trace(piece, look, metric, legend, len(levels) > 0), **where)


def level_over(levels: pd.DataFrame, span: tuple[float, float]) -> pd.DataFrame:
    """Stretch a level without n' over the panel's whole width."""
    if levels.empty:
        return levels
    return pd.concat([levels.assign(n_samples=end) for end in span])


def curve_trace(
    points: pd.DataFrame, look: Look, metric: str, legend: bool, level: bool
) -> go.Scatter:
    """Return the mean of one curve; its hover text holds band, seeds and p*."""
    return go.Scatter(
        x=points["n_samples"],
        y=points["mean"],
        name=look.name,
        mode="lines" if level else "lines+markers",
        legendgroup=look.group,
        showlegend=legend,
        line={"color": look.colour, "dash": look.dash, "width": 2.2},
        marker={"color": look.colour, "symbol": look.symbol, "size": 7},
        error_y=theme.whiskers(points) if len(points) == 1 else None,
        hovertext=[
            words.point_text(look.hover, row, metric, level=level) for row in tables.records(points)
        ],
        hoverinfo="text",
    )


def draw_band(
    fig: go.Figure, points: pd.DataFrame, look: Look, log_y: bool, where: dict[str, int]
) -> None:
    """Fill the area from the smallest to the largest value over seeds."""
    if len(points) < 2 or (points["high"] <= points["low"]).all():
        return
    # A log axis has no place for 0: the band ends at a tenth of the mean there.
    low = points["low"].where(points["low"] > 0, points["mean"] / 10) if log_y else points["low"]
    fill = theme.faded(look.colour, 0.18)
    fig.add_trace(theme.band(points["n_samples"], low, points["high"], fill, look.group), **where)


def possible(curves: pd.DataFrame, metric: str) -> dict[str, float]:
    """Return the ends that a linear axis keeps to: nothing is below 0 or above all of it."""
    limits = {"clipmin": 0.0} if (curves["low"] >= 0).all() else {}
    share = names.is_share(metric) and (curves["high"] <= 1).all()
    return limits | ({"clipmax": 1.0} if share else {})


def size_ticks(sizes: Sequence[float], n_panels: int) -> dict[str, Any]:
    """Return ticks at the measured sizes where there is room for their names, else at powers."""
    if sizes and n_panels == 1:
        apart = (sizes[-1] / sizes[0]) ** (1 / MOST_TICKS)
        if all(after > apart * before for before, after in itertools.pairwise(sizes)):
            return {"tickvals": sizes, "ticktext": [names.size_text(size) for size in sizes]}
    narrow = sizes and sizes[-1] < 30 * sizes[0]
    return {"dtick": "D2" if narrow else 1}


def shape_axes(
    fig: go.Figure, curves: pd.DataFrame, metric: str, log_y: bool, n_panels: int
) -> None:
    """Axes that end where the data do; percent for shares, names at the outer edges only."""
    sizes = sorted(set(curves["n_samples"].dropna()))
    fig.update_xaxes(
        type="log",
        exponentformat="power",
        showgrid=True,
        autorangeoptions=around(sizes),
        matches="x",
        **size_ticks(sizes, n_panels),
    )
    n_columns = min(n_panels, COLUMNS_AT_MOST)
    for index in range(n_panels):
        if index + n_columns >= n_panels:
            row, column = divmod(index, COLUMNS_AT_MOST)
            fig.update_xaxes(title_text="Selected samples n'", row=row + 1, col=column + 1)
    fig.update_yaxes(title_text=names.metric_name(metric), col=1)
    if names.is_share(metric):
        fig.update_yaxes(tickformat="~%")
    if not log_y:
        fig.update_yaxes(autorangeoptions=possible(curves, metric))
    if log_y:
        positive = curves.loc[curves["low"] > 0, ["low", "high"]].to_numpy(dtype=float)
        wide = positive.size > 0 and positive.max() > 30 * positive.min()
        fig.update_yaxes(type="log", dtick=1 if wide else "D2", showgrid=True)
