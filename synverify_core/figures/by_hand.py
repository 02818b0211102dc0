"""One matrix tried by hand: the matrix, every beam on a number line, the choices at one token."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from synverify_core.figures import theme
from synverify_core.stats.names import percent

RIGHT, WRONG = theme.colour("oracle"), theme.colour("random")
TAKEN = "#0072B2"
_BOUND = 10.0
_SMALLEST_DOT, _LARGEST_DOT = 5.0, 15.0
# Orange for negative and blue for positive entries, told apart by every eye.
_DIVERGING = ((0.0, "#B35806"), (0.5, "#F5F5F2"), (1.0, "#2166AC"))


def matrix_heatmap(matrix: Sequence[Sequence[float]], *, large: bool = False) -> go.Figure:
    """Draw the matrix, (n, n), entries in [-10, 10], with its numbers where there is room."""
    size = len(matrix)
    names = [str(i + 1) for i in range(size)]
    fig = go.Figure(
        go.Heatmap(
            z=matrix,
            x=names,
            y=names,
            zmin=-_BOUND,
            zmax=_BOUND,
            colorscale=_DIVERGING,
            texttemplate="%{z:.3g}" if size <= 6 else None,
            textfont={"size": (26 if size < 4 else 18) if large else (16 if size < 4 else 12)},
            xgap=2,
            ygap=2,
            hovertemplate="entry (%{y}, %{x}) = %{z:.4g}<extra></extra>",
            colorbar={"thickness": 10, "tickvals": [-_BOUND, 0, _BOUND], "outlinewidth": 0},
        )
    )
    flat = ", ".join(f"{value:g}" for row in matrix for value in row)
    fig.update_layout(
        meta={"alt": f"The matrix as colours, {size} rows of {size} entries: {flat}."},
        height=290 if large else 220,
        margin={"l": 4, "r": 4, "t": 8, "b": 4},
    )
    fig.update_xaxes(type="category", side="top", showgrid=False, constrain="domain", ticks="")
    fig.update_yaxes(
        type="category", autorange="reversed", showgrid=False, scaleanchor="x", constrain="domain"
    )
    return fig


def number_line(
    answer: Mapping[str, Any], *, chosen: int, tolerance: float, large: bool = False
) -> go.Figure:
    """Draw the eigenvalues of every beam on a number line, one row a beam, truth as lines.

    Parameters
    ----------
    answer : what `inspect_matrix` returns.
    chosen : row that is marked, counted from 1, the likeliest.
    tolerance : relative L1 error of a right answer.
    """
    beams, truth = answer["beams"], answer["eigenvalues"]
    low, high = _window(truth, [value for beam in beams for value in beam["eigenvalues"]])
    fig = go.Figure()
    fig.add_hrect(
        y0=chosen - 0.5, y1=chosen + 0.5, fillcolor=theme.NEUTRAL, opacity=0.28, line_width=0
    )
    for value in truth:
        fig.add_vline(x=value, line={"color": theme.NEUTRAL, "width": 2})
    _name_truth(fig, truth, high - low)
    outside = _add_beams(fig, beams, low, high, large)
    right = sum(beam["right"] for beam in beams)
    title, alt = _beams_text(beams, right, tolerance)
    subtitle = "Vertical lines: the true eigenvalues. A larger dot: a likelier beam"
    subtitle += f". {outside} values lie outside (triangles at the edge)" if outside else ""
    truths = ", ".join(f"{value:g}" for value in truth)
    theme.apply(
        fig,
        title,
        "Eigenvalue",
        "Beam",
        f"{alt} The true eigenvalues are {truths}; beam {chosen} is marked.",
        subtitle,
        height=max(220, 150 + round(7.5 * len(beams))),
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "yref": "container", "y": 0},
    )
    if large:
        theme.enlarged(fig)
        for trace in fig.data:
            trace.marker.size = [1.6 * size for size in trace.meta["sizes"]]
    fig.update_xaxes(range=[low, high], zeroline=False)
    fig.update_yaxes(range=[len(beams) + 0.5, 0.5], showgrid=False, zeroline=False)
    if len(beams) <= 10:
        fig.update_yaxes(dtick=1)
    return fig


def token_bars(step: Mapping[str, Any], *, position: int, large: bool = False) -> go.Figure:
    """Draw the likeliest tokens at one position, and the one that the beam took.

    Parameters
    ----------
    step : `word`, `probability`, `rank` and `choices` of one token of a beam.
    position : counted from 1.
    """
    choices = [(choice["word"], choice["probability"]) for choice in step["choices"]]
    words = [word for word, _ in choices]
    if step["word"] not in words:
        choices.append((step["word"], step["probability"]))
    shares = [share for _, share in choices]
    taken = [word == step["word"] for word, _ in choices]
    fig = go.Figure(
        go.Bar(
            x=shares,
            y=[word for word, _ in choices],
            orientation="h",
            marker_color=[TAKEN if mine else theme.NEUTRAL for mine in taken],
            text=[
                f"{percent(share)}{'  taken' if mine else ''}"
                for share, mine in zip(shares, taken, strict=True)
            ],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4%}<extra></extra>",
        )
    )
    listed = ", ".join(f"{word} {percent(share)}" for word, share in choices)
    theme.apply(
        fig,
        f"Token {position}: took “{step['word']}”, {_ordinal(step['rank'])} likeliest",
        "Probability among the tokens that the grammar allows here",
        "",
        f"Bars of the likeliest tokens at position {position}: {listed}. Taken: {step['word']}.",
        height=300,
        showlegend=False,
        bargap=0.3,
    )
    if large:
        theme.enlarged(fig, 440)
        fig.update_traces(textfont_size=18)
    fig.update_xaxes(range=[0, max(1.3 * max(shares), 1e-6)], tickformat=".0%", nticks=6)
    if max(shares) < 0.05:
        fig.update_xaxes(tickformat=".1%")
    fig.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return fig


def _window(truth: Sequence[float], answers: Sequence[float]) -> tuple[float, float]:
    """Room for the truth and for what lies near it; a bad model answers 1e60, too."""
    low, high = min(truth), max(truth)
    reach = max(high - low, 0.5 * max(abs(low), abs(high)), 0.5)
    near = [value for value in answers if low - reach <= value <= high + reach]
    left, right = min([low, *near]), max([high, *near])
    margin = 0.06 * max(right - left, 0.2 * reach)
    return left - margin, right + margin


def _name_truth(fig: go.Figure, truth: Sequence[float], width: float) -> None:
    """Write values above the lines, but none over another."""
    last = -np.inf
    for value in sorted(truth):
        if value - last > 0.07 * width:
            fig.add_annotation(
                x=value, y=1, yref="paper", yanchor="bottom", text=f"{value:g}", showarrow=False
            )
            last = value


def _add_beams(
    fig: go.Figure, beams: Sequence[Mapping[str, Any]], low: float, high: float, large: bool
) -> int:
    """Add one series for right and one for wrong beams; return how many values lie outside."""
    best = max(beam["log_probability"] for beam in beams)
    outside = 0
    for right, name, colour in ((True, "right", RIGHT), (False, "wrong", WRONG)):
        x, y, sizes, symbols, texts = [], [], [], [], []
        for rank, beam in enumerate(beams, start=1):
            if beam["right"] is not right:
                continue
            weight = float(np.exp((beam["log_probability"] - best) / 2))
            for value in beam["eigenvalues"]:
                inside = low <= value <= high
                outside += not inside
                x.append(min(max(value, low), high))
                y.append(rank)
                sizes.append(_SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * weight)
                edge = "triangle-right" if value > high else "triangle-left"
                symbols.append(("circle" if right else "x-thin") if inside else edge)
                texts.append(
                    f"beam {rank}: {value:g}, probability "
                    f"{percent(np.exp(beam['log_probability']))}, error {percent(beam['error'])}"
                )
        fig.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                name=name,
                marker={
                    "color": colour,
                    "size": sizes,
                    "symbol": symbols,
                    "opacity": 0.9,
                    "line": {"width": 0 if right else 2, "color": colour},
                },
                text=texts,
                hovertemplate="%{text}<extra></extra>",
                meta={"sizes": sizes},
            )
        )
    return outside


def _beams_text(
    beams: Sequence[Mapping[str, Any]], right: int, tolerance: float
) -> tuple[str, str]:
    tau = f"τ = {100 * tolerance:g} %"
    count = f"{right} of {len(beams)} beams" if len(beams) > 1 else f"{right} of 1 beam"
    first = next((rank for rank, beam in enumerate(beams, start=1) if beam["right"]), None)
    error = percent(beams[0]["error"])
    if first == 1:
        then = f"the likeliest is, with an error of {error}"
    elif first is None:
        then = f"the likeliest errs by {error}"
    else:
        then = f"the likeliest errs by {error}, the first right one is beam {first}"
    title = f"{count} right at {tau}; {then}"
    return title, f"Predicted eigenvalues on a number line, one row a beam: {title}."


def _ordinal(rank: int) -> str:
    if rank == 1:
        return "the"
    ending = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"the {rank:,}{ending}"
