"""Accuracy after retraining against p*, one line a data size (Figure 4 of Feng et al. 2024)."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from synverify_core.figures import theme
from synverify_core.figures.direct import ROW, Column, name_columns
from synverify_core.stats import names, tables
from synverify_core.stats.pstar import Ranking, order_text, order_title, ranking
from synverify_core.stats.turning import (
    Turning,
    in_family,
    turning_point,
    turning_text,
)

LEVELS = ("generator", "clean")


class Style(NamedTuple):
    """How the line of one data size is drawn."""

    symbol: str
    width: float
    opacity: float


def accuracy_against_pstar(table: pd.DataFrame, *, metric: str) -> go.Figure:
    """Draw a metric against p*: a line and a band a data size, a colour a verifier.

    The line runs through the paper's family of verifiers (oracle, noisy, none); what else was
    measured stands as open markers beside it. Dashed: the generator, and true labels (`clean`).

    Parameters
    ----------
    table : DataFrame
        Measured rows, one a point (see `curves`); may be empty or of a run that goes on.
    metric : str
        Which metric's rows are drawn, e.g. accuracy@2%.
    """
    points, levels = split_points(table, metric)
    if points.empty:
        return theme.empty(f"No point with p* and {metric} yet")
    fig = go.Figure()
    sizes = sorted(points["n_samples"].unique())
    styles = dict(zip(sizes, size_styles(len(sizes)), strict=True))
    lowest, highest = x_range(points)
    far = tables.clean_is_far(pd.concat([points, levels]))
    draw_levels(fig, levels, styles, (lowest, highest), metric, clean_shown=not far)
    for size in sizes:
        draw_size(fig, points[points["n_samples"] == size], size, styles[size])
    columns = []
    for verifier in names.order(points["verifier"]):
        own = points[points["verifier"] == verifier]
        draw_verifier(fig, own, verifier, styles, metric)
        place, name = float(own["p_star"].mean()), names.display_name(verifier)
        columns.append(Column(place, name, theme.colour(verifier)))
    rows = name_columns(fig, columns, (lowest, highest))
    order = ranking(tables.to_judge(table), metric, every_size=True)
    title = order_title(order, metric)
    turning = turning_point(table, metric)
    draw_turning(fig, turning)
    theme.apply(
        fig,
        title,
        "Breakdown point p* (measured before retraining)",
        names.metric_name(metric) + share(metric),
        alt_text(points, levels, metric, title) + (f" {turning_text(turning)}." if turning else ""),
        tables.with_training(subtitle(points, order, turning, far), table),
        height=480,
        legend=theme.LEGEND,
    )
    fig.update_layout(margin_t=fig.layout.margin.t + ROW * rows)
    fig.update_xaxes(range=[lowest, highest], showgrid=False)
    if share(metric):
        fig.update_yaxes(tickformat="~%", rangemode="tozero")
    return fig


def share(metric: str) -> str:
    """Return the unit of a metric that has no name of its own with one."""
    return " (share)" if "accuracy" in metric and metric not in names.METRICS else ""


def split_points(table: pd.DataFrame, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the means over seeds of verifiers with p*, and of generator and clean labels."""
    keys = ["verifier", "selection_rate"]
    curves = tables.aggregate(table, metric, keys)
    trained = curves["p_star"].notna() & curves["n_samples"].notna()
    levels = curves[curves["verifier"].isin(LEVELS)]
    return curves[trained].sort_values(["p_star", "verifier"]), levels


def size_styles(count: int) -> list[Style]:
    """Return how each size's line is drawn, the largest one strongest.

    Lines of sizes are never dashed: dashes are for what no verifier selected.
    """
    symbols = [theme.SYMBOLS[index % len(theme.SYMBOLS)] for index in range(count - 1, -1, -1)]
    return [
        Style(symbol, 1.4 + (index + 1) / count, 0.4 + 0.6 * (index + 1) / count)
        for index, symbol in enumerate(symbols)
    ]


def x_range(points: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis of p*: always with 1/2 and 1, a little room at both."""
    low, high = min(0.5, points["p_star"].min()), max(1.0, points["p_star"].max())
    room = 0.04 * (high - low)
    return float(low - room), float(high + room)


def draw_size(fig: go.Figure, points: pd.DataFrame, size: float, style: Style) -> None:
    """Draw the line of one data size and the band from smallest to largest value over seeds."""
    line = points[[in_family(name) for name in points["verifier"]]]
    line = line if len(line) > 1 else points
    name = f"n' = {names.size_text(size)}"
    if len(line) > 1 and (line["high"] > line["low"]).any():
        fill = theme.faded(theme.NEUTRAL, 0.2)
        fig.add_trace(theme.band(line["p_star"], line["low"], line["high"], fill, name))
    fig.add_trace(
        go.Scatter(
            x=line["p_star"],
            y=line["mean"],
            mode="lines+markers",
            name=name,
            legendgroup=name,
            line={"color": theme.NEUTRAL, "width": style.width},
            marker={"color": theme.NEUTRAL, "symbol": style.symbol, "size": 8},
            opacity=style.opacity,
            hoverinfo="skip",
        )
    )


def draw_verifier(
    fig: go.Figure,
    points: pd.DataFrame,
    verifier: str,
    styles: dict[float, Style],
    metric: str,
) -> None:
    """Draw one verifier's markers, one a data size; open ones stand beside the paper's line."""
    colour = theme.colour(verifier)
    opened = "" if in_family(verifier) else "-open"
    name = names.display_name(verifier)
    fig.add_trace(
        go.Scatter(
            x=points["p_star"],
            y=points["mean"],
            mode="markers",
            name=name,
            showlegend=False,
            marker={
                "size": 13,
                "color": colour,
                "symbol": [styles[size].symbol + opened for size in points["n_samples"]],
                "line": {"width": 2.5 if opened else 1, "color": colour if opened else "#FFFFFF"},
            },
            error_y=theme.whiskers(
                points, thickness=1.5, color=theme.faded(colour, 0.7), visible=bool(opened)
            ),
            hovertext=[
                f"{names.full_name(verifier)}<br>{describe(row, metric)}"
                for row in tables.records(points)
            ],
            hoverinfo="text",
        )
    )


def describe(row: dict[str, Any], metric: str) -> str:
    """Write one point for its hover text."""
    text = f"p* = {row['p_star']:.3f}<br>" if pd.notna(row["p_star"]) else ""
    text += f"n' = {names.size_text(row['n_samples'])}<br>" if pd.notna(row["n_samples"]) else ""
    if pd.notna(row.get("coverage")):
        text += f"coverage {names.percent(row['coverage'])} of the pool's kinds<br>"
    rate = row["selection_rate"]
    text += f"best {100 * rate:g} %<br>" if pd.notna(rate) else ""
    return text + names.spread_text(row, metric)


def draw_levels(
    fig: go.Figure,
    levels: pd.DataFrame,
    styles: dict[float, Style],
    span: tuple[float, float],
    metric: str,
    clean_shown: bool,
) -> None:
    """Draw generator and clean labels across the figure, with a pale band over seeds."""
    sized = levels["n_samples"].isna() | levels["n_samples"].isin(list(styles))
    for row in tables.records(levels[sized].sort_values("n_samples", ascending=False)):
        colour = theme.colour(row["verifier"])
        name = names.display_name(row["verifier"])
        shown = clean_shown or row["verifier"] != "clean"
        widest = pd.isna(row["n_samples"]) or row["n_samples"] == max(styles)
        dash = "dash" if row["verifier"] == "generator" else "dashdot"
        theme.add_level(
            fig,
            np.linspace(*span, 25),
            row["mean"],
            (row["low"], row["high"]) if shown else None,
            colour,
            {},
            name=name,
            legendgroup=name,
            showlegend=bool(widest),
            line={"color": colour, "dash": dash, "width": 2.5},
            opacity=1.0 if widest else 0.55,
            visible=True if shown else "legendonly",
            hovertext=f"{name}<br>{describe({**row, 'p_star': None}, metric)}",
        )


def draw_turning(fig: go.Figure, found: Turning | None) -> None:
    """Mark the turning point with its interval, and the error rate of the answers."""
    if found is None:
        return
    if np.isfinite(found.mean):
        line = {"color": theme.NEUTRAL, "width": 2, "dash": "dot"}
        if np.isfinite(found.low):
            ends = {"x0": max(found.low, 0.0), "x1": min(found.high, 1.0)}
            fig.add_vrect(
                **ends, fillcolor=theme.faded(theme.NEUTRAL, 0.12), line_width=0, layer="below"
            )
        mark = f"turning point {found.mean:.2f}"
        fig.add_vline(x=found.mean, line=line, annotation={"text": mark, "xanchor": "left"})
    if np.isfinite(found.error_rate):
        fig.add_vline(
            x=found.error_rate,
            line={"color": theme.NEUTRAL, "width": 1},
            annotation={"text": f"error rate p {found.error_rate:.2f}", "xanchor": "right"},
        )


def subtitle(points: pd.DataFrame, order: Ranking, turning: Turning | None, far: bool) -> str:
    """Say what line, band and marks are, and over how many seeds."""
    counts = points["n_seeds"].tolist()
    parts = [f"Means of {names.seeds_text(counts)}"]
    parts += ["band: smallest to largest value"] * (max(counts) > 1)
    parts += ["open: off the paper's line"] * (
        not all(in_family(name) for name in points["verifier"])
    )
    parts += [order_text(order)] * bool(order_text(order))
    parts += [turning_text(turning)] if turning and not turning.crossed else []
    parts += [tables.FAR_TEXT] * far
    return "; ".join(parts)


def alt_text(points: pd.DataFrame, levels: pd.DataFrame, metric: str, title: str) -> str:
    """Tell the figure's content to someone who cannot see it."""
    parts = [f"{names.metric_name(metric)} against p*, one line a data size. {title}."]
    for size, part in points.groupby("n_samples"):
        listed = [
            f"{names.display_name(str(row['verifier']))} p* {row['p_star']:.2f} "
            f"{names.value_text(row['mean'], metric)}"
            for row in tables.records(part)
        ]
        parts.append(f"n' = {names.size_text(float(str(size)))}: {', '.join(listed)}.")
    for row in tables.records(levels):
        at = f" at n' = {names.size_text(row['n_samples'])}" if pd.notna(row["n_samples"]) else ""
        name = names.display_name(row["verifier"])
        parts.append(f"{name}{at}: {names.value_text(row['mean'], metric)}.")
    return " ".join(parts)
