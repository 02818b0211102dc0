"""A chain of models over its rounds: p against p* above, what training then brought below."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from synverify_core.figures import theme
from synverify_core.stats import names, rounds, tables

SAVED, LOST = "#2B87D1", "#D55E00"
"""Colours of the rounds in which p is below p*, and above."""
HEIGHT = 460


def rounds_figure(table: pd.DataFrame, *, metric: str) -> go.Figure:
    """Draw each verifier's chain in a column: above p and p*, below the metric, round by round.

    Rounds have the colour of the sign of p* - p, which is measured before they train.

    Parameters
    ----------
    table : rows of runs that differ in their seeds alone, of one round or more.
    metric : which metric's rows are drawn below.
    """
    found = rounds.points(table, metric)
    chains = rounds.chains(found)
    if not chains:
        return theme.empty("No round is measured yet")
    titles = [_title(name, rate, found) for name, rate, _ in chains]
    fig = make_subplots(
        rows=2,
        cols=len(chains),
        shared_xaxes=True,
        shared_yaxes="rows",
        horizontal_spacing=0.03,
        vertical_spacing=0.08,
        subplot_titles=titles,
    )
    last = int(found["round"].max())
    for column, (_, _, part) in enumerate(chains, start=1):
        _draw_rates(fig, part, column)
        _draw_levels(fig, found, metric, last, column)
        _draw_metric(fig, part, metric, rounds.level(found, "generator"), column)
    said = rounds.what_happened(found, metric)
    subtitle = f"Mean of {names.seeds_text([int(found['n_seeds'].max())])}, bars: smallest and "
    subtitle = tables.with_training(subtitle + "largest", tables.every_round(table))
    theme.apply(fig, _headline(metric), "", "", said, subtitle, height=HEIGHT, legend=theme.LEGEND)
    _shape_axes(fig, found, metric, last, len(chains))
    return fig


def _headline(metric: str) -> str:
    return f"p and p* before each round, {names.short_metric(metric)} after it"


def _title(name: str, rate: float, found: pd.DataFrame) -> str:
    several = found["selection_rate"].nunique() > 1
    more = f", {names.value_label('selection_rate', rate)}" if several else ""
    return names.sentence(names.display_name(name) + more)


def _colours(part: pd.DataFrame) -> list[str]:
    return [SAVED if below else LOST for below in part["p"] < part["p_star"]]


def _draw_rates(fig: go.Figure, part: pd.DataFrame, column: int) -> None:
    """Draw p and p* of each round, with the distance between them in the colour of its sign."""
    where: dict[str, Any] = {"row": 1, "col": column}
    for at, p, p_star, colour in zip(
        part["round"], part["p"], part["p_star"], _colours(part), strict=True
    ):
        line = {"color": colour, "width": 7}
        fig.add_trace(
            go.Scatter(
                x=[at, at], y=[p, p_star], mode="lines", line=line, opacity=0.45,
                showlegend=False, hoverinfo="skip",
            ),
            **where,
        )  # fmt: skip
    for name, label, symbol, colour in (
        ("p_star", "p*: what the verifier can put right", "line-ew", "#009E73"),
        ("p", "p: wrong labels", "circle", "#6A7FDB"),
    ):
        fig.add_trace(
            go.Scatter(
                x=part["round"],
                y=part[name],
                mode="lines+markers",
                name=label,
                legendgroup=name,
                showlegend=column == 1,
                line={"color": colour, "width": 1.5},
                marker={
                    "symbol": symbol,
                    "size": 10,
                    "color": colour,
                    "line": {"width": 2.5, "color": colour},
                },
                hovertemplate=f"round %{{x}}: {label.split(':')[0]} = %{{y:.3f}}<extra></extra>",
            ),
            **where,
        )


def _draw_levels(fig: go.Figure, found: pd.DataFrame, metric: str, last: int, column: int) -> None:
    """Draw what no verifier took part in: the generator, and the chain on true labels."""
    ends = np.array([0.0, float(last)])
    start = rounds.level(found, "generator")
    line = {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5}
    look = {"name": "generator", "legendgroup": "generator", "showlegend": column == 1}
    text = f"generator: {names.value_text(start, metric)}"
    where = {"row": 2, "col": column}
    if np.isfinite(start):
        theme.add_level(fig, ends, start, None, theme.NEUTRAL, where, line=line, text=text, **look)
    clean = found[(found["verifier"] == "clean") & (found["round"] > 0)]
    if len(clean):
        fig.add_trace(
            go.Scatter(
                x=clean["round"],
                y=clean["mean"],
                mode="lines",
                name=names.display_name("clean"),
                legendgroup="clean",
                showlegend=column == 1,
                visible="legendonly" if _is_far(found, clean) else True,
                line={"color": theme.colour("clean"), "dash": "dash", "width": 1.5},
                hovertemplate="true labels, round %{x}: %{y:.3f}<extra></extra>",
            ),
            **where,
        )


def _is_far(found: pd.DataFrame, clean: pd.DataFrame) -> bool:
    others = found[~found["verifier"].isin(["clean", "bayes"])]
    return bool(clean["mean"].max() > tables.FAR * others["high"].max())


def _draw_metric(
    fig: go.Figure, part: pd.DataFrame, metric: str, start: float, column: int
) -> None:
    """Draw the metric from the generator on, each round in the colour of its sign."""
    colours = _colours(part)
    values = [names.spread_text(row, metric) for row in tables.records(part)]
    fig.add_trace(
        go.Scatter(
            x=[0, *part["round"]],
            y=[start, *part["mean"]],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [0, *(part["high"] - part["mean"])],
                "arrayminus": [0, *(part["mean"] - part["low"])],
                "color": theme.NEUTRAL,
                "thickness": 1,
            },
            mode="lines+markers",
            line={"color": theme.NEUTRAL, "width": 1.5},
            marker={"size": 10, "color": [theme.NEUTRAL, *colours]},
            customdata=["generator", *values],
            showlegend=False,
            hovertemplate="after round %{x}: %{customdata}<extra></extra>",
        ),
        row=2,
        col=column,
    )


def _shape_axes(fig: go.Figure, found: pd.DataFrame, metric: str, last: int, n_chains: int) -> None:
    for colour, label in ((SAVED, "p below p*"), (LOST, "p above p*")):
        fig.add_trace(
            go.Scatter(
                x=[None], y=[None], mode="markers", name=label,
                marker={"size": 11, "color": colour, "symbol": "square"},
            ),
            row=1, col=1,
        )  # fmt: skip
    step = max(1, -(-last // 5))
    fig.update_xaxes(range=[-0.4, last + 0.4], dtick=step, tick0=0)
    for column in range(1, n_chains + 1):
        fig.update_xaxes(title_text="Round", row=2, col=column)
    fig.update_yaxes(range=[0, 1.04], row=1)
    fig.update_yaxes(title_text="p and p*", row=1, col=1)
    fig.update_yaxes(title_text=names.metric_name(metric), row=2, col=1)
    fig.update_yaxes(**_span(found, metric), row=2)


def _span(found: pd.DataFrame, metric: str) -> dict[str, Any]:
    """Return an axis that holds what is drawn below, bars included."""
    hidden = ["bayes", *(["clean"] if _is_far(found, found[found["verifier"] == "clean"]) else [])]
    shown = found[~found["verifier"].isin(hidden)]
    low, high = float(shown["low"].min()), float(shown["high"].max())
    if names.on_log_axis(metric) and low > 0:
        room = 0.06 * np.log10(high / low) + 0.02
        ends = [np.log10(low) - room, np.log10(high) + room]
        return {"type": "log", "range": ends, "dtick": 1 if ends[1] - ends[0] > 1 else None}
    room = 0.06 * (high - low) + 1e-3
    return {"range": [low - room, high + room]}
