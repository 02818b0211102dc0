"""What is in a beam: any of its answers right, against the likeliest one (Table 1)."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from synverify_core.figures import theme
from synverify_core.stats import names, tables

# Verifying all beams takes an exact check; the likeliest beam is the generator's own choice.
LINES = {
    "any": ("any beam right (verified)", theme.colour("oracle"), "solid"),
    "best": ("likeliest beam right", theme.NEUTRAL, "dash"),
}


def beam_figure(panels: Sequence[tuple[str, pd.DataFrame]]) -> go.Figure:
    """Draw accuracy against beam size, a panel a table, e.g. measured here beside the paper's.

    Parameters
    ----------
    panels : name and table in the columns of `beam_table`; shares in [0, 1].
    """
    drawn = [(name, beams) for name, beams in panels if len(beams)]
    if not drawn:
        return theme.empty("No beams were searched in these runs")
    fig = make_subplots(
        rows=1,
        cols=len(drawn),
        shared_yaxes=True,
        horizontal_spacing=0.07,
        subplot_titles=[name for name, _ in drawn],
    )
    tolerances = sorted({value for _, beams in drawn for value in beams["tolerance"]}, reverse=True)
    for index, (_, beams) in enumerate(drawn):
        for tolerance in tolerances:
            symbol = theme.SYMBOLS[tolerances.index(tolerance) % len(theme.SYMBOLS)]
            part = beams[beams["tolerance"] == tolerance]
            draw_tolerance(fig, part, tolerance, symbol, column=index + 1, first=index == 0)
    title = headline(drawn[0][1])
    theme.apply(
        fig,
        title,
        "",
        "",
        alt_text(drawn, title),
        "Lines are marked with the tolerance τ; one beam is greedy decoding; whiskers: smallest to "
        "largest value over seeds",
        height=440,
        legend=theme.LEGEND,
        margin_r=64,
    )
    ticks = sorted({int(n) for _, beams in drawn for n in beams["n_beams"]})
    fig.update_xaxes(
        type="log", tickvals=ticks, ticktext=[str(n) for n in ticks], title_text="Beams"
    )
    fig.update_yaxes(tickformat="~%", rangemode="tozero")
    fig.update_yaxes(title_text="Accuracy of the generator (share)", col=1)
    fig.update_layout(margin_t=112)
    return fig


def draw_tolerance(
    fig: go.Figure, part: pd.DataFrame, tolerance: float, symbol: str, column: int, first: bool
) -> None:
    """Draw both lines of one tolerance and write the tolerance at their right end."""
    for kind, (name, colour, dash) in LINES.items():
        line = part[part["kind"] == kind].sort_values("n_beams")
        if line.empty:
            continue
        fig.add_trace(
            go.Scatter(
                x=line["n_beams"],
                y=line["mean"],
                mode="lines+markers+text",
                name=name,
                legendgroup=kind,
                showlegend=first and not any(trace.legendgroup == kind for trace in fig.data),
                text=[""] * (len(line) - 1) + [f" {tolerance:g} %"],
                textposition="middle right",
                textfont={"color": colour},
                cliponaxis=False,
                line={"color": colour, "dash": dash, "width": 2.2},
                marker={"color": colour, "symbol": symbol, "size": 8},
                error_y=theme.whiskers(
                    line, thickness=1, visible=bool((line["high"] > line["low"]).any())
                ),
                hovertext=[
                    f"{name}<br>{int(row['n_beams'])} beams, τ = {tolerance:g} %<br>"
                    f"{names.value_text(row['mean'], 'accuracy')}"
                    + (f", {names.seeds_text([row['n_seeds']])}" if row["n_seeds"] > 0 else "")
                    for row in tables.records(line)
                ],
                hoverinfo="text",
            ),
            row=1,
            col=column,
        )


def headline(beams: pd.DataFrame) -> str:
    """Say what the widest beam holds and what the generator picks from it, where they part most."""
    widest = beams[beams["n_beams"] == beams["n_beams"].max()]
    both = widest.pivot_table(index="tolerance", columns="kind", values="mean")
    if not {"any", "best"} <= set(both.columns):
        return "Accuracy by number of beams"
    gap = (both["any"] - both["best"]).idxmax()
    held, picked = both.loc[gap, "any"], both.loc[gap, "best"]
    return (
        f"{int(widest['n_beams'].max())} beams hold a right answer in "
        f"{names.value_text(float(held), 'accuracy')} of cases, the likeliest is right in "
        f"{names.value_text(float(picked), 'accuracy')} (τ = {gap:g} %)"
    )


def alt_text(panels: Sequence[tuple[str, pd.DataFrame]], title: str) -> str:
    """Tell the figure's content to someone who cannot see it."""
    parts = [f"Accuracy against the number of beams. {title}."]
    for name, beams in panels:
        for (tolerance, kind), line in beams.groupby(["tolerance", "kind"]):
            listed = ", ".join(
                f"{int(row['n_beams'])}: {names.value_text(row['mean'], 'accuracy')}"
                for row in tables.records(line)
            )
            parts.append(f"{name}, τ = {tolerance:g} %, {LINES[str(kind)][0]}: {listed}.")
    return " ".join(parts)
