"""A metric against the number of selected samples, one panel a selection rate (Figure 5, top).

What the verifiers' curves differ by is small beside what the base model lacks: the axis shows the
curves and the generator, and names whatever lies beyond it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from synverify_core.figures import theme, words
from synverify_core.figures.looks import make_panels
from synverify_core.stats import names, tables
from synverify_core.stats.rates import Level, Measured, beyond_text, measure, y_range

STEP = 0.1
"""Markers of one size stand this far apart, in powers of two, where whiskers would cover."""
DASHES = {"generator": "dash", "base": "dot", "clean": "dashdot"}


def rates_figure(table: pd.DataFrame, *, metric: str = "rouge1") -> go.Figure:
    """Draw a metric against n', one panel a selection rate and one curve a verifier.

    Parameters
    ----------
    table : measured rows, one a point (see `curves`); may be empty or of a run that goes on.
    metric : which metric's rows are drawn.
    """
    measured = measure(table, metric)
    if measured.curves.empty:
        return theme.empty(f"No selection rate with {names.short_metric(metric)} measured yet")
    low, high = y_range(measured)
    panels = [(rate, measured.at(rate)) for rate in measured.rates]
    fig = make_panels(panels, "selection_rate", spacing=0.02)
    span = measured.sizes[0] / 1.3, measured.sizes[-1] * 1.3
    for column, (_, part) in enumerate(panels, start=1):
        where = {"row": 1, "col": column}
        draw_levels(fig, measured.levels, span, (low, high), metric, where)
        draw_clean(fig, measured.clean, metric, where)
        draw_verifiers(fig, part, metric, where)
    name_what_lies_beyond(fig, measured.levels, low, high, metric)
    title = words.headline(panels, metric, "verifier", "selection_rate")
    axis = "selected summaries, one panel a rate"
    alt = words.alt_text(panels, metric, title, "selection_rate", axis)
    for level in measured.levels:
        alt += f" {level.name}: {names.value_text(level.mean, metric)}."
    below = tables.with_training(subtitle(measured), table)
    theme.apply(fig, title, "", "", alt, below, height=470, legend=theme.LEGEND)
    shape_axes(fig, measured, span, (low, high), metric)
    return fig


def draw_levels(
    fig: go.Figure,
    levels: Sequence[Level],
    span: tuple[float, float],
    shown: tuple[float, float],
    metric: str,
    where: dict[str, int],
) -> None:
    """Draw the horizontal lines across one panel, with a pale band over seeds."""
    for level in levels:
        colour = theme.colour(level.verifier)
        beyond = beyond_text(level, *shown)
        text = f"{level.name}: {names.value_text(level.mean, metric)}"
        ends = (level.low, level.high)
        spread = " to ".join(names.value_text(end, metric) for end in ends)
        theme.add_level(
            fig,
            np.geomspace(*span, 25),
            level.mean,
            None if beyond else ends,
            colour,
            where,
            name=f"{text} ({beyond})" if beyond else text,
            legendgroup=f"level {level.verifier}",
            showlegend=where["col"] == 1,
            line={"color": colour, "dash": DASHES[level.verifier], "width": 2.2},
            hovertext=f"{text}<br>{spread} over seeds",
        )


def name_what_lies_beyond(
    fig: go.Figure, levels: Sequence[Level], low: float, high: float, metric: str
) -> None:
    """Write levels that the axis does not hold at its edge, in the first panel."""
    for side, y, anchor, arrow in (
        ("below the axis", 0.0, "bottom", "↓"),
        ("above the axis", 1.0, "top", "↑"),
    ):
        found = [level for level in levels if beyond_text(level, low, high) == side]
        if found:
            listed = ", ".join(f"{one.name} {names.value_text(one.mean, metric)}" for one in found)
            fig.add_annotation(
                text=f"{arrow} {listed}",
                xref="x domain",
                yref="y domain",
                x=0.98,
                y=y,
                xanchor="right",
                yanchor=anchor,
                showarrow=False,
                font={"color": theme.NEUTRAL, "size": 12},
            )


def draw_clean(fig: go.Figure, clean: pd.DataFrame, metric: str, where: dict[str, int]) -> None:
    """Draw training on human summaries as a thin line: the same one in every panel."""
    if len(clean) < 2:
        return
    fig.add_trace(
        go.Scatter(
            x=clean["n_samples"],
            y=clean["mean"],
            mode="lines+markers",
            name="human summaries",
            legendgroup="clean",
            showlegend=where["col"] == 1,
            line={"color": theme.colour("clean"), "width": 1.2},
            marker={"color": theme.colour("clean"), "size": 4},
            hovertext=[
                words.point_text("human summaries", row, metric) for row in tables.records(clean)
            ],
            hoverinfo="text",
        ),
        **where,
    )


def draw_verifiers(fig: go.Figure, part: pd.DataFrame, metric: str, where: dict[str, int]) -> None:
    """Draw one panel's curves; curves of one point have whiskers and stand side by side."""
    shown = names.order(part["verifier"])
    single = part.groupby("verifier")["n_samples"].nunique().min() == 1
    seen = {trace.legendgroup for trace in fig.data}
    for place, verifier in enumerate(shown):
        line = part[part["verifier"] == verifier]
        shift = 2.0 ** (STEP * (place - (len(shown) - 1) / 2)) if single else 1.0
        line = line.assign(x=line["n_samples"] * shift)
        colour, name = theme.colour(verifier), names.display_name(verifier)
        if len(line) > 1 and (line["high"] > line["low"]).any():
            fill = theme.faded(colour, 0.14)
            fig.add_trace(theme.band(line["x"], line["low"], line["high"], fill, verifier), **where)
        fig.add_trace(
            go.Scatter(
                x=line["x"],
                y=line["mean"],
                mode="lines+markers",
                name=name,
                legendgroup=verifier,
                showlegend=verifier not in seen,
                line={"color": colour, "width": 2.4},
                marker={"color": colour, "size": 8},
                error_y=theme.whiskers(line, thickness=1.5) if len(line) == 1 else None,
                hovertext=[
                    words.point_text(names.full_name(verifier), row, metric)
                    for row in tables.records(line)
                ],
                hoverinfo="text",
            ),
            **where,
        )


def shape_axes(
    fig: go.Figure,
    measured: Measured,
    span: tuple[float, float],
    shown: tuple[float, float],
    metric: str,
) -> None:
    """Name the axes; sizes themselves are the ticks of their log axis."""
    sizes = measured.sizes
    fig.update_xaxes(
        type="log",
        range=[float(np.log10(end)) for end in span],
        tickvals=sizes,
        ticktext=[names.size_text(size) for size in sizes],
        title_text="Selected summaries n'",
    )
    fig.update_yaxes(range=list(shown))
    fig.update_yaxes(title_text=names.metric_name(metric), col=1)
    if metric == "empty":
        fig.update_yaxes(tickformat="~%")


def subtitle(measured: Measured) -> str:
    """Say what line, band and whiskers are, and over how many seeds."""
    counts = [int(count) for count in measured.curves["n_seeds"]]
    text = f"Mean of {names.seeds_text(counts)}"
    text += "; band and whiskers: smallest to largest value" if max(counts) > 1 else ""
    return text + "; a curve ends at what its verifier kept"
