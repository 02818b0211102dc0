"""Self-improvement over rounds: accuracy by round and length above, p against p* below."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from synverify_core.figures import theme
from synverify_core.stats import names
from synverify_core.stats import self_improvement as stats
from synverify_core.stats.self_improvement import Chain

BELOW, ABOVE = "#009E73", "#D55E00"
FRAME_MILLISECONDS = 900
_SCALE = ((0.0, "#1B2A49"), (0.5, "#2A9D8F"), (1.0, "#F4E285"))


def rounds_figure(table: pd.DataFrame, *, upto: int | None = None) -> go.Figure:
    """Draw each filter's accuracy (round by length) with what was trained outlined, and p, p*.

    A play button goes through all rounds, whatever is shown at first.

    Parameters
    ----------
    table : tidy rows of runs of one task.
    upto : last round that is shown; None: the last one.
    """
    found = stats.chains(table)
    if not found:
        return theme.empty("No round has been measured yet")
    fig = make_subplots(
        rows=2,
        cols=len(found),
        shared_yaxes=True,
        horizontal_spacing=0.025,
        vertical_spacing=0.2,
        row_heights=[0.55, 0.45],
        subplot_titles=[names.sentence(names.display_name(one.verifier)) for one in found],
    )
    last = max(int(chain.rounds[-1]) for chain in found)
    shown = last if upto is None else min(upto, last)
    for column, chain in enumerate(found, start=1):
        above, below = _traces(chain, shown, first=column == 1)
        fig.add_traces(above, rows=1, cols=column)
        fig.add_traces(below, rows=2, cols=column)
    theme.apply(fig, _title(shown, found), "", "", alt_text(found), _subtitle(found), height=540)
    _axes(fig, found, last)
    _play(fig, found, last)
    return fig.update_layout(showlegend=False)


def _traces(chain: Chain, upto: int, *, first: bool) -> tuple[list[Any], list[Any]]:
    """Return what one filter's two panels hold after round `upto`."""
    shown = np.where((chain.rounds <= upto)[:, np.newaxis], chain.accuracy, np.nan)
    heat = go.Heatmap(
        x=chain.lengths,
        y=chain.rounds,
        z=shown,
        zmin=0,
        zmax=1,
        colorscale=_SCALE,
        xgap=1,
        ygap=1,
        showscale=first,
        colorbar={
            "title": "",
            "tickformat": "~%",
            "tickvals": (0, 0.5, 1),
            "thickness": 10,
            "x": 1.01,
            "len": 0.5,
            "y": 0.78,
        },
        hovertemplate=f"round %{{y}}, %{{x}} {chain.unit}: %{{z:.1%}} right<extra></extra>",
    )
    return [heat, _outline(chain, upto)], _rates(chain, upto)


def _rates(chain: Chain, upto: int) -> list[go.Scatter]:
    """Return p*, p with the sign of p* - p, and p as told without labels."""
    part = chain.rates[chain.rates.index <= upto]
    good = chain.below[: len(part)]
    words = [
        f"round {round_}, {row.difficulty:g} {chain.unit}: p = {row.p:.3f}, p* = {row.p_star:.3f}, "
        f"φ = {row.phi:.3f}, ψ = {row.psi:.3f}"
        for round_, row in zip(part.index, part.itertuples(), strict=True)
    ]
    p = go.Scatter(
        x=part.index,
        y=part["p"],
        mode="lines+markers",
        line={"color": theme.NEUTRAL, "width": 2},
        marker={
            "size": 10,
            "color": np.where(good, BELOW, ABOVE),
            "symbol": np.where(good, "circle", "x"),
        },
        hovertext=words,
        hoverinfo="text",
    )
    p_star = go.Scatter(
        x=part.index,
        y=part["p_star"],
        mode="lines",
        line={"color": theme.colour(chain.verifier), "width": 3, "dash": "dash"},
        hoverinfo="skip",
    )
    p_told = go.Scatter(
        x=part.index,
        y=part["p_told"],
        mode="markers",
        marker={"size": 9, "symbol": "diamond-open", "color": theme.NEUTRAL},
        hovertemplate="p told by what was kept: %{y:.3f}<extra></extra>",
    )
    return [p_star, p, p_told]


def _outline(chain: Chain, upto: int) -> go.Scatter:
    """Return the staircase of the longest problems that each round's model had trained on."""
    x, y = [], []
    for round_, edge in zip(chain.rounds, chain.trained, strict=True):
        if round_ <= upto:
            x += [edge + 0.5, edge + 0.5]
            y += [round_ - 0.5, round_ + 0.5]
    line = {"color": "#FFFFFF", "width": 3}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _axes(fig: go.Figure, found: Sequence[Chain], last: int) -> None:
    ends = [float(found[0].lengths[0]) - 0.5, float(found[0].lengths[-1]) + 0.5]
    fig.update_xaxes(range=ends, showgrid=False, row=1)
    fig.update_yaxes(range=[-0.5, last + 0.5], showgrid=False, zeroline=False, row=1)
    fig.update_yaxes(title_text="Round", row=1, col=1)
    fig.update_xaxes(range=[0.5, last + 0.5], tick0=0, dtick=-(-last // 2), row=2)
    fig.update_xaxes(title_text="Round", row=2, col=1)
    fig.update_yaxes(range=[-0.03, 1.05], tickformat="~%", row=2)
    fig.update_yaxes(title_text="p and p*", row=2, col=1)


def _play(fig: go.Figure, found: Sequence[Chain], last: int) -> None:
    """Add one frame a round, and buttons that play them and stop."""
    for round_ in range(last + 1):
        panels = [_traces(chain, round_, first=column == 0) for column, chain in enumerate(found)]
        data = [trace for above, below in panels for trace in (*above, *below)]
        title = {"title": {"text": _title(round_, found)}}
        fig.frames += (go.Frame(data=data, layout=title, name=str(round_)),)
    how = {"mode": "immediate", "transition": {"duration": 0}}
    step = {**how, "frame": {"duration": FRAME_MILLISECONDS, "redraw": True}}
    still = {**how, "frame": {"duration": 0, "redraw": False}}
    menu = {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "font": {"size": 15},
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [None, step]},
            {"label": "❚❚", "method": "animate", "args": [[None], still]},
        ],
    }
    place = {"x": 1, "xanchor": "right", "yanchor": "bottom", "y": 1.07}
    fig.update_layout(updatemenus=[{**menu, **place}])


def _title(round_: int, found: Sequence[Chain]) -> str:
    return (
        f"Round {round_}: accuracy by {found[0].unit}; below, p (line) must stay under p* (dashes)"
    )


def _subtitle(found: Sequence[Chain]) -> str:
    seeds = names.seeds_text([chain.n_seeds for chain in found])
    return f"Left of the white line: trained on ({seeds})"


def alt_text(found: Sequence[Chain]) -> str:
    """Tell the figure's content to someone who cannot see it."""
    parts = [stats.verdict(found)]
    for chain in found:
        rates = ", ".join(
            f"round {round_}: p {row.p:.2f}, p* {row.p_star:.2f}"
            for round_, row in zip(chain.rates.index, chain.rates.itertuples(), strict=True)
        )
        parts.append(f"{names.sentence(names.display_name(chain.verifier))}: {rates}.")
    return " ".join(parts)


def prices_figure(table: pd.DataFrame) -> go.Figure:
    """Draw what rounds reach and cost: longest length at 99 and 50 %, psi eroding, old lengths."""
    found = stats.chains(table)
    if not found:
        return theme.empty("No round has been measured yet")
    titles = ("Reached at 99 %", "Reached at 50 %", "ψ at one length", "Original lengths")
    fig = make_subplots(rows=1, cols=4, horizontal_spacing=0.06, subplot_titles=titles)
    reached = stats.reaches(table)
    for column, level in enumerate(stats.REACHES.values(), start=1):
        for verifier, part in reached[reached["level"] == level].groupby("verifier", sort=False):
            _line(fig, str(verifier), part["round"], part["value"], column, legend=column == 1)
    for (name, length), part in stats.erosion(table).groupby(["verifier", "difficulty"]):
        if name not in ("none", "oracle"):  # 1 and 0 by what they are
            text = f"{str(length).removesuffix('.0')} {found[0].unit}"
            _line(fig, str(name), part["round"], part["psi"], 3, text=text)
    for verifier, values in stats.old_lengths(found).items():
        _line(fig, verifier, np.arange(len(values)), values, 4)
    alt = "Reached length, psi and accuracy on the original lengths over rounds. "
    theme.apply(
        fig,
        "What rounds reach, how verifiers erode, and what old lengths pay",
        "Round",
        "",
        alt + "; ".join(f"{k}: {v[0]:.3f} to {v[-1]:.3f}" for k, v in _ends(found)),
        height=380,
    )
    fig.update_yaxes(title_text=names.sentence(found[0].unit), rangemode="tozero", col=1)
    fig.update_yaxes(rangemode="tozero", col=2)
    fig.update_yaxes(tickformat="~%", col=3)
    fig.update_yaxes(tickformat="~%", col=4)
    return fig.update_layout(legend=theme.LEGEND, margin_b=92)


def _ends(found: Sequence[Chain]) -> list[tuple[str, Any]]:
    return [(names.display_name(one), values) for one, values in stats.old_lengths(found).items()]


def _line(
    fig: go.Figure,
    verifier: str,
    x: Any,
    y: Any,
    column: int,
    *,
    legend: bool = False,
    text: str = "",
) -> None:
    name = names.sentence(names.display_name(verifier))
    told = f"{name}, {text}" if text else name
    fig.add_trace(
        go.Scatter(
            x=x,
            y=y,
            name=name,
            legendgroup=verifier,
            showlegend=legend,
            mode="lines+markers",
            line={"color": theme.colour(verifier), "width": 2.5},
            marker={"size": 7},
            hovertemplate=f"{told}<br>round %{{x}}: %{{y:.3g}}<extra></extra>",
        ),
        row=1,
        col=column,
    )
