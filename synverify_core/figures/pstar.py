"""The proxy p*: per verifier (Figure 3, bottom row), and against the final accuracy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from synverify_core.figures import odds, theme
from synverify_core.figures.looks import make_panels, panels_of
from synverify_core.figures.odds import OddsAxis, odds_axis
from synverify_core.stats import names, tables
from synverify_core.stats.pstar import (
    BOOTSTRAP,
    final_points,
    order_text,
    order_title,
    ranking,
    with_whiskers,
)


def pstar_bars(table: pd.DataFrame, *, facet: str | None = None) -> go.Figure:
    """Draw odds and p* per verifier: mean over seeds, whiskers as `with_whiskers` has them.

    `table` holds measured rows, one a point; `facet` is a column with one panel a value. Rows
    without a p* (baselines) are left out.
    """
    rows = tables.ready(table, [facet] if facet else [])
    rows = rows[np.isfinite(rows["p_star"])]
    if rows.empty:
        return theme.empty("No p* measured yet")
    by = [*([facet] if facet else []), "verifier", "selection_rate"]
    bars, whiskers = with_whiskers(rows, list(dict.fromkeys(by)))
    axis = odds_axis(bars[["mean", "low", "high"]])
    panels = panels_of(bars, facet)
    fig = make_panels(panels, facet)
    several = facet != "selection_rate" and bars["selection_rate"].nunique() > 1
    for index, (_, part) in enumerate(panels):
        draw_bars(fig, part, axis, several=several, column=index + 1)
    fig.add_vline(x=1, line={"color": theme.NEUTRAL, "dash": "dot", "width": 1.5})
    title, alt = bars_text(panels, facet, whiskers)
    counts = bars["n_seeds"].tolist()
    subtitle = f"Mean of {names.seeds_text(counts)}"
    subtitle += f"; whiskers: {whiskers}" if whiskers else ""
    subtitle += "; dotted: odds of 1, no better than a random pick"
    lines = max(len(part) for _, part in panels)
    look = {"height": 170 + 28 * lines, "showlegend": False, "bargap": 0.3}
    theme.apply(
        fig, title, odds.TITLE if len(panels) == 1 else odds.SHORT, "", alt, subtitle, **look
    )
    fig.update_xaxes(**axis.layout)
    fig.update_yaxes(autorange="reversed", showgrid=False)
    return fig


def draw_bars(
    fig: go.Figure, part: pd.DataFrame, axis: OddsAxis, several: bool, column: int
) -> None:
    """Draw one panel's bars; those of several selection rates stand below each other by name."""
    for verifier in names.order(part["verifier"]):
        same = part[part["verifier"] == verifier]
        rates = [
            f", best {100 * rate:g} %" if several and not pd.isna(rate) else ""
            for rate in same["selection_rate"]
        ]
        placed = same.assign(**{key: axis.place(same[key]) for key in ("mean", "low", "high")})
        fig.add_trace(
            go.Bar(
                x=placed["mean"] - 1,
                y=[names.display_name(verifier) + rate for rate in rates],
                base=1,  # no better than a random pick
                orientation="h",
                marker={"color": theme.colour(verifier), "line": {"width": 0}},
                error_x=theme.whiskers(placed, color=theme.NEUTRAL, thickness=1.5),
                hovertext=[
                    f"{names.full_name(verifier)}{rate}<br>odds φ/ψ = {odds_text(row['mean'])}"
                    f"<br>p* = {row['mean']:.4f} ({row['low']:.4f} to {row['high']:.4f})"
                    f"<br>{names.seeds_text([row['n_seeds']])}"
                    for rate, row in zip(rates, same.to_dict("records"), strict=True)
                ],
                hoverinfo="text",
            ),
            row=1,
            col=column,
        )


def bars_text(
    panels: Sequence[tuple[Any, pd.DataFrame]], facet: str | None, whiskers: str
) -> tuple[str, str]:
    """Title and alt text: which verifiers beat random selection in which panels."""
    better = [set(part.loc[part["low"] > 0.5, "verifier"]) for _, part in panels]
    everyone = names.order(name for _, part in panels for name in part["verifier"])
    always = [name for name in everyone if all(name in names for names in better)]
    how = "with its whole interval" if whiskers == BOOTSTRAP else "in every seed"
    title = f"p* above 1/2 {how} for {len(always)} of {len(everyone)} verifiers"
    title += " at every rate" if facet == "selection_rate" and len(panels) > 1 else ""
    parts = []
    for value, part in panels:
        place = f"{names.value_label(facet, value)}: " if facet else ""
        listed = [
            f"{names.display_name(str(row['verifier']))} {row['mean']:.3g}"
            for row in part.to_dict("records")
        ]
        parts.append(place + ", ".join(listed) + ".")
    return title, f"Bars of p* per verifier. {title}. {' '.join(parts)}"


def pstar_scatter(table: pd.DataFrame, metric: str, *, by: Sequence[str] = ()) -> go.Figure:
    """Draw the metric after retraining against p*, with their rank correlation in the title.

    One marker a verifier and value of `by` (config fields, told apart by markers): means over
    seeds at the largest size that all verifiers of the group reached.
    """
    points, sizes = final_points(table, metric, by)
    if points.empty:
        return theme.empty("No verifier with both p* and a result yet")
    fig = go.Figure()
    labels = [
        ", ".join(names.value_label(name, row[name]) for name in by)
        for row in points.to_dict("records")
    ]
    symbols = {
        label: theme.SYMBOLS[index % len(theme.SYMBOLS)]
        for index, label in enumerate(dict.fromkeys(labels))
    }
    axis = odds_axis(points["p_star"])
    for verifier in names.order(points["verifier"]):
        draw_markers(fig, points.assign(label=labels), axis, verifier, symbols, metric)
    found = ranking(tables.to_judge(table), metric, by)
    title = order_title(found, metric)
    at = " or ".join(names.size_text(size) for size in sizes)
    subtitle = f"Means of {names.seeds_text(points['n_seeds'].tolist())} at n' = {at}, the largest "
    subtitle += "size that every verifier reached"
    subtitle += f"<br>{order_text(found)}" if order_text(found) else ""
    add_symbol_legend(fig, symbols)
    named = [f"{label} {symbols[label]}" for label in symbols if label]
    alt = f"{names.metric_name(metric)} against p*. {title}. {subtitle}. Markers: "
    theme.apply(
        fig,
        title,
        f"{odds.TITLE}, measured before retraining",
        names.metric_name(metric),
        alt + (", ".join(named) or "one a verifier") + ".",
        subtitle,
        height=420,
        legend=theme.LEGEND,
    )
    fig.update_xaxes(**axis.layout)
    if names.on_log_axis(metric) and (points["mean"] > 0).all():
        fig.update_yaxes(type="log")
    if "error" in metric or "accuracy" in metric:
        fig.update_yaxes(tickformat="~%")
    return fig


def draw_markers(
    fig: go.Figure,
    points: pd.DataFrame,
    axis: OddsAxis,
    verifier: str,
    symbols: dict[str, str],
    metric: str,
) -> None:
    """Draw one verifier's markers; whiskers from the smallest to the largest value."""
    same = points[points["verifier"] == verifier]
    hover = [
        f"{names.full_name(verifier)}<br>"
        + (f"{row['label']}<br>" if row["label"] else "")
        + f"odds φ/ψ = {odds_text(row['p_star'])}, p* = {row['p_star']:.4f}<br>"
        + names.value_text(row["mean"], metric)
        + f", {names.seeds_text([row['n_seeds']])}"
        for row in same.to_dict("records")
    ]
    fig.add_trace(
        go.Scatter(
            x=axis.place(same["p_star"]),
            y=same["mean"],
            mode="markers",
            name=names.display_name(verifier),
            marker={
                "size": 12,
                "color": theme.colour(verifier),
                "symbol": [symbols[label] for label in same["label"]],
                "line": {"width": 1, "color": theme.NEUTRAL},
            },
            error_y=theme.whiskers(
                same, thickness=1, color=theme.faded(theme.colour(verifier), 0.6)
            ),
            hovertext=hover,
            hoverinfo="text",
        )
    )


def add_symbol_legend(fig: go.Figure, symbols: dict[str, str]) -> None:
    """Explain the markers in the legend, in no verifier's colour."""
    if len(symbols) < 2:
        return
    for label, symbol in symbols.items():
        fig.add_trace(
            go.Scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=label,
                marker={"symbol": symbol, "size": 10, "color": theme.NEUTRAL},
            )
        )


def odds_text(p_star: float) -> str:
    """Write the odds of a p*."""
    return "∞" if p_star == 1 else f"{float(odds.odds(p_star)):.3g}"
