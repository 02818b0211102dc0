"""Panels, and how curves are told apart: colours for verifiers, dashes and markers for the rest."""

from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from synverify_core.figures import theme
from synverify_core.stats import names, tables

LEVEL_DASH = {"generator": "dash", "base": "dot", "bayes": "dot"}


class Look(NamedTuple):
    """How one curve is drawn, what its legend says, and what is said first on hovering it."""

    name: str
    hover: str
    colour: str
    dash: str
    symbol: str
    group: str


def panels_of(points: pd.DataFrame, facet: str | None) -> list[tuple[Any, pd.DataFrame]]:
    """Return each panel's value and points, in the order of the values."""
    return list(points.groupby(facet, dropna=False, sort=True)) if facet else [(None, points)]


def make_panels(
    panels: Sequence[tuple[Any, pd.DataFrame]],
    facet: str | None,
    *,
    at_most: int | None = None,
    spacing: float = 0.03,
) -> go.Figure:
    """Return empty panels, `at_most` side by side, with the facet's values as their titles."""
    columns = min(len(panels), at_most or len(panels))
    return make_subplots(
        rows=-(-len(panels) // columns),
        cols=columns,
        shared_yaxes=True,
        horizontal_spacing=spacing,
        vertical_spacing=0.18 if at_most else None,
        subplot_titles=[names.value_label(facet, value) for value, _ in panels] if facet else None,
    )


def assign_looks(curves: pd.DataFrame, group_by: str) -> dict[tuple[Any, ...], Look]:
    """Give every curve its colour (verifier), its dash and marker (group) and its legend text."""
    values = list(dict.fromkeys(map(names.text, curves.sort_values(group_by)[group_by])))
    styles = dict(
        zip(
            values,
            islice(zip(cycle(theme.DASHES), cycle(theme.SYMBOLS), strict=False), len(values)),
            strict=True,
        )
    )
    alike = curves["n_seeds"].nunique() == 1  # the subtitle says it then
    several_rates = curves.loc[curves["selection_rate"].notna(), "selection_rate"].nunique() > 1
    looks: dict[tuple[Any, ...], Look] = {}
    for verifier in names.order(curves["verifier"]):
        part = curves[curves["verifier"] == verifier]
        groups = part.groupby(["selection_rate", group_by], dropna=False, sort=True)
        keyed: list[tuple[Any, pd.DataFrame]] = list(groups)
        for (rate, value), lines in keyed:
            more = ""
            if several_rates and not pd.isna(rate):
                more += f", best {100 * rate:g} %"
            dash, symbol = (
                styles[names.text(value)] if group_by != "verifier" else ("solid", "circle")
            )
            if group_by != "verifier":
                more += f", {names.value_label(group_by, value)}"
            dash = LEVEL_DASH.get(verifier, "dash" if verifier == "clean" else dash)
            more += "" if alike else f" ({names.seeds_text(lines['n_seeds'].tolist())})"
            looks[curve_key(verifier, rate, value)] = Look(
                names.display_name(verifier) + more,
                names.full_name(verifier) + more,
                theme.colour(verifier),
                dash,
                symbol,
                f"{verifier}|{rate}|{value}",
            )
    return looks


def curve_key(verifier: str, rate: float, value: Any) -> tuple[Any, ...]:
    """Return a key under which two missing values are the same."""
    return verifier, names.text(rate), names.text(value)


def split_legend(
    fig: go.Figure, curves: pd.DataFrame, looks: dict[tuple[Any, ...], Look], group_by: str
) -> None:
    """Explain colours and dashes apart: one entry a verifier, one a value of the group."""
    fig.update_traces(showlegend=False)
    for verifier in names.order(curves["verifier"]):
        name = names.display_name(verifier)
        dash = "dash" if verifier in LEVEL_DASH else "solid"
        add_legend_entry(fig, name, {"color": theme.colour(verifier), "dash": dash, "width": 3})
    values = dict.fromkeys(
        (names.text(row[group_by]), names.value_label(group_by, row[group_by]))
        for row in tables.records(curves.sort_values(group_by))
        if row["verifier"] not in names.BASELINES
    )
    for text, label in values:
        look = next(
            look for key, look in looks.items() if key[2] == text and key[0] not in names.BASELINES
        )
        line = {"color": theme.NEUTRAL, "dash": look.dash, "width": 2}
        add_legend_entry(fig, label, line, look.symbol)


def add_legend_entry(
    fig: go.Figure, name: str, line: dict[str, Any], symbol: str | None = None
) -> None:
    """Add a legend entry without a curve of its own."""
    fig.add_trace(
        go.Scatter(
            x=[None],
            y=[None],
            name=name,
            # Entries of one group would stand below each other in a horizontal legend.
            legendgroup=f"legend {name}",
            mode="lines+markers" if symbol else "lines",
            line=line,
            marker={"symbol": symbol, "size": 7} if symbol else None,
        )
    )
