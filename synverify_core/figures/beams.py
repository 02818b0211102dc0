"""What is in a beam: any of its answers right, against the likeliest one (Table 1)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from synverify_core.figures import theme
from synverify_core.stats import names, tables


class Line(NamedTuple):
    """One of the two lines: what its end says, and how it is drawn."""

    words: str
    colour: str
    dash: str


# Verifying all beams takes an exact check; the likeliest beam is the generator's own choice.
LINES = {
    "any": Line("a right one<br>is among them", theme.colour("oracle"), "solid"),
    "best": Line("the likeliest<br>is right", theme.colour("random"), "solid"),
}
LEAST_GAP = 0.2
"""Ends of the two lines nearer than this part of the axis are named apart."""


def beam_figure(panels: Sequence[tuple[str, pd.DataFrame]], *, tolerance: float) -> go.Figure:
    """Draw accuracy against beam size, a panel a table, e.g. measured here beside the paper's.

    Parameters
    ----------
    panels : name and table in the columns of `beam_table`; shares in [0, 1].
    tolerance : in per cent; what was not measured at it is left out.
    """
    parts = [(name, beams[np.isclose(beams["tolerance"], tolerance)]) for name, beams in panels]
    drawn = [(name, part) for name, part in parts if len(part)]
    if not drawn:
        return theme.empty(f"No beams were searched at τ = {tolerance:g} % in these runs")
    fig = make_subplots(
        rows=1,
        cols=len(drawn),
        shared_yaxes=True,
        horizontal_spacing=0.2,
        subplot_titles=[name for name, _ in drawn],
    )
    highest = 1.05 * max(float(part["high"].max()) for _, part in drawn)
    for column, (_, part) in enumerate(drawn, start=1):
        draw_panel(fig, part, tolerance, highest, {"row": 1, "col": column})
    title = headline(drawn[0][1], tolerance)
    subtitle = (
        "What lies between the lines is there for a verifier to find; one beam is the greedy answer"
    )
    theme.apply(fig, title, "", "", alt_text(drawn, title), subtitle, height=400, showlegend=False)
    ticks = sorted({int(n) for _, part in drawn for n in part["n_beams"]})
    ends = [float(np.log10(ticks[0])) - 0.05, float(np.log10(ticks[-1])) + 0.02]
    fig.update_xaxes(
        type="log", range=ends, tickvals=ticks, ticktext=list(map(str, ticks)), title_text="Beams"
    )
    fig.update_yaxes(tickformat="~%", range=[0, highest])
    fig.update_yaxes(title_text="Questions (share)", col=1)
    return fig.update_layout(margin_r=150)


def draw_panel(
    fig: go.Figure,
    part: pd.DataFrame,
    tolerance: float,
    highest: float,
    where: dict[str, int],
) -> None:
    """Draw both lines of one panel, fill what lies between, and name both at their right ends."""
    lines = {
        kind: found.sort_values("n_beams")
        for kind in reversed(LINES)
        if len(found := part[part["kind"] == kind])
    }
    for kind, line in lines.items():
        look = LINES[kind]
        between = kind == "any" and "best" in lines
        fig.add_trace(
            go.Scatter(
                x=line["n_beams"],
                y=line["mean"],
                mode="lines+markers",
                showlegend=False,
                fill="tonexty" if between else None,
                fillcolor=theme.faded(look.colour, 0.14),
                line={"color": look.colour, "dash": look.dash, "width": 3},
                marker={"color": look.colour, "size": 8},
                error_y=theme.whiskers(
                    line, thickness=1, visible=bool((line["high"] > line["low"]).any())
                ),
                hovertext=[hover(look, row, tolerance) for row in tables.records(line)],
                hoverinfo="text",
            ),
            **where,
        )
    ends = {kind: float(line["mean"].iloc[-1]) for kind, line in lines.items()}
    near = LEAST_GAP * highest > abs(ends.get("any", np.inf) - ends.get("best", 0.0))
    for kind, end in ends.items():
        fig.add_annotation(
            x=1.02,
            y=end,
            xref="x domain",
            text=f"<b>{names.value_text(end, 'accuracy')}</b><br>{LINES[kind].words}",
            showarrow=False,
            align="left",
            xanchor="left",
            yanchor=("bottom" if kind == "any" else "top") if near else "middle",
            font={"color": LINES[kind].colour, "size": 14},
            **where,
        )


def hover(look: Line, row: dict[str, object], tolerance: float) -> str:
    """Write one point for its hover text."""
    words, seeds = look.words.replace("<br>", " "), row["n_seeds"]
    text = f"{row['n_beams']} beams, τ = {tolerance:g} %<br>{words}: "
    text += names.value_text(float(str(row["mean"])), "accuracy")
    return text + (f"<br>{names.seeds_text([int(str(seeds))])}" if seeds else "")


def headline(beams: pd.DataFrame, tolerance: float) -> str:
    """Say what the widest beam holds, and what the generator picks from it."""
    widest = beams[beams["n_beams"] == beams["n_beams"].max()]
    ends = {kind: float(part["mean"].iloc[0]) for kind, part in widest.groupby("kind")}
    if set(ends) != set(LINES):
        return "Accuracy by number of beams"
    held, picked = (names.value_text(ends[kind], "accuracy") for kind in LINES)
    return (
        f"{int(widest['n_beams'].max())} beams hold a right answer in {held}, "
        f"the likeliest is right in {picked} (τ = {tolerance:g} %)"
    )


def alt_text(panels: Sequence[tuple[str, pd.DataFrame]], title: str) -> str:
    """Tell the figure's content to someone who cannot see it."""
    parts = [f"Accuracy against the number of beams. {title}."]
    for name, part in panels:
        for kind, line in part.groupby("kind"):
            listed = ", ".join(
                f"{int(row['n_beams'])}: {names.value_text(row['mean'], 'accuracy')}"
                for row in tables.records(line)
            )
            parts.append(f"{name}, {LINES[str(kind)].words.replace('<br>', ' ')}: {listed}.")
    return " ".join(parts)
