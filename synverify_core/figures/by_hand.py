"""One matrix tried by hand: every beam with the verifiers' ticks, the choices at one token."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from synverify_core.figures import theme
from synverify_core.stats.names import full_name, percent, split_label
from synverify_core.verifiers.registry import available

RIGHT, WRONG = theme.colour("oracle"), theme.colour("random")
TAKEN = "#0072B2"
_SMALLEST_DOT, _LARGEST_DOT = 5.0, 15.0
_LETTERS = 8
"""To a line above a column of ticks."""
_TICKS = 0.45
"""Part of the width that the verifiers' ticks take."""


def number_line(
    answer: Mapping[str, Any], *, chosen: int, tolerance: float, large: bool = False
) -> go.Figure:
    """Draw the eigenvalues of every beam on a number line, truth as lines, and who keeps it.

    Parameters
    ----------
    answer : what `inspect_matrix` returns.
    chosen : row that is marked, counted from 1, the likeliest.
    tolerance : relative L1 error of a right answer.
    """
    beams, truth = answer["beams"], answer["eigenvalues"]
    low, high = _window(truth, [value for beam in beams for value in beam["eigenvalues"]])
    # All at once: every call that changes a figure takes milliseconds, and a page waits for it.
    traces, outside = _beam_traces(beams, low, high)
    line = {"color": theme.NEUTRAL, "width": 2}
    across = {"type": "line", "yref": "y domain", "y0": 0, "y1": 1, "layer": "below", "line": line}
    row = {"type": "rect", "y0": chosen - 0.5, "y1": chosen + 0.5, "x0": 0, "x1": 1}
    row |= {"fillcolor": theme.NEUTRAL, "opacity": 0.28, "line": {"width": 0}}
    fig = go.Figure(
        [*traces, _ticks(beams)],
        {
            "xaxis": {"domain": [0, 0.97 - _TICKS], "range": [low, high], "zeroline": False},
            "xaxis2": {"domain": [1 - _TICKS, 1], "anchor": "y", **_columns(beams)},
            "yaxis": {
                "range": [len(beams) + 0.5, 0.5],
                "showgrid": False,
                "zeroline": False,
                "dtick": 1 if len(beams) <= 10 else None,
            },
            "shapes": [
                *({**across, "x0": value, "x1": value} for value in truth),
                *({**row, "xref": f"{axis} domain"} for axis in ("x", "x2")),
            ],
            "annotations": _names_of(truth, high - low),
        },
    )
    right = sum(beam["right"] for beam in beams)
    title, alt = _beams_text(beams, right, tolerance)
    subtitle = "Lines: the true eigenvalues; larger: a likelier beam; right: who keeps it"
    subtitle += f". {outside} values lie outside (triangles at the edge)" if outside else ""
    truths = ", ".join(f"{value:g}" for value in truth)
    theme.apply(
        fig,
        title,
        "",
        "",
        f"{alt} The true eigenvalues are {truths}; beam {chosen} is marked. {_kept_text(beams)}",
        subtitle,
        height=500,
        showlegend=False,
    )
    fig.update_layout(margin_t=120, margin_b=44)
    if large:
        _enlarge(fig)
    return fig.update_layout(
        xaxis_title_text="Eigenvalue", yaxis_title_text="Beam, the likeliest on top"
    )


def _enlarge(fig: go.Figure) -> None:
    """Make the beams readable from the last row: names of verifiers lean, each on one line."""
    theme.enlarged(fig)
    fig.update_layout(margin_t=200, margin_l=70, margin_r=130)
    one_line = [title.replace("<br>", " ") for title in fig.layout.xaxis2.ticktext]
    fig.update_layout(xaxis2={"tickangle": -40, "ticktext": one_line})
    for trace in fig.data:
        trace.marker.size = [1.6 * size for size in trace.meta["sizes"]]


def _ticks(beams: Sequence[Mapping[str, Any]]) -> go.Scatter:
    """Return a mark at each beam that a verifier keeps, a column each, as for right and wrong."""
    specs = list(beams[0]["kept"])
    kept = [
        (place, rank, beam["right"], spec)
        for rank, beam in enumerate(beams, start=1)
        for place, spec in enumerate(specs)
        if beam["kept"][spec]
    ]
    return go.Scatter(
        xaxis="x2",
        x=[place for place, *_ in kept],
        y=[rank for _, rank, *_ in kept],
        mode="markers",
        marker={
            "color": [RIGHT if right else WRONG for *_, right, _ in kept],
            "symbol": ["circle" if right else "x-thin" for *_, right, _ in kept],
            "size": [7] * len(kept),
            "line": {"width": 2, "color": [RIGHT if right else WRONG for *_, right, _ in kept]},
        },
        text=[
            f"beam {rank}, {'right' if right else 'wrong'}: kept by {full_name(spec)}"
            for _, rank, right, spec in kept
        ],
        hovertemplate="%{text}<extra></extra>",
        meta={"sizes": [7] * len(kept)},
    )


def _columns(beams: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the axis that names the verifiers above their columns."""
    specs = list(beams[0]["kept"])
    titles = [
        "<br>".join(textwrap.wrap(title_of(spec), _LETTERS, break_long_words=False))
        for spec in specs
    ]
    return {
        "tickvals": list(range(len(specs))),
        "ticktext": titles,
        "range": [-0.6, len(specs) - 0.4],
        "side": "top",
        "tickangle": 0,
        "tickfont": {"size": 11},
        "zeroline": False,
    }


def title_of(spec: str) -> str:
    """Name a verifier where all have the tolerance that the page says."""
    return available()[split_label(spec)[0]].title


def _kept_text(beams: Sequence[Mapping[str, Any]]) -> str:
    """Say how many right and wrong beams each verifier keeps."""
    parts = []
    for spec in beams[0]["kept"]:
        bits = [beam["right"] for beam in beams if beam["kept"][spec]]
        parts.append(f"{title_of(spec)} keeps {sum(bits)} right and {len(bits) - sum(bits)} wrong")
    return f"{'; '.join(parts)}." if parts else ""


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


def _names_of(truth: Sequence[float], width: float) -> list[dict[str, Any]]:
    """Return values above the lines, but none over another."""
    last, found = -np.inf, []
    above = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    for value in sorted(truth):
        if value - last > 0.07 * width:
            found.append({**above, "x": value, "text": f"{value:g}"})
            last = value
    return found


def _beam_traces(
    beams: Sequence[Mapping[str, Any]], low: float, high: float
) -> tuple[list[go.Scatter], int]:
    """Return one series for right and one for wrong beams, and how many values lie outside."""
    traces = []
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
        traces.append(
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
    return traces, outside


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
        then = f"the first of them is beam {first}"
    title = f"{count} right at {tau}; {then}"
    return title, f"Predicted eigenvalues on a number line, one row a beam: {title}."


def _ordinal(rank: int) -> str:
    if rank == 1:
        return "the"
    ending = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"the {rank:,}{ending}"
