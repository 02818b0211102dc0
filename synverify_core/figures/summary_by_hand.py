"""Summaries by hand: p* against the rate, places in a pool, and a summary token by token."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from synverify_core.figures import theme
from synverify_core.stats import names

WRITER_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#7A6A58", "#56B4E9")
PAPER_RATES = (0.125, 0.25, 0.5)
_NOISY_BELOW = 0.03
_DOTTED = {"dash": "dot", "width": 1, "color": theme.NEUTRAL}


class Mark(NamedTuple):
    """Where a writer's summary stands for one verifier.

    beaten : share of the pool that scores less, in [0, 1].
    says : what hovering says.
    """

    writer: str
    verifier: str
    beaten: float
    says: str


def pstar_against_rate(
    curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    points: Mapping[str, float],
    rate: float,
    *,
    large: bool = False,
) -> go.Figure:
    """Draw p* of each verifier against the share that it keeps, the present share marked.

    Parameters
    ----------
    curves : by verifier, rates in (0, 1] and p* at each.
    points : by verifier, p* of what it keeps at `rate`; NaN where it is undefined.
    """
    fig = go.Figure()
    seen = [0.5, *(value for value in points.values() if np.isfinite(value))]
    for name, (rates, values) in curves.items():
        fig.add_trace(
            go.Scatter(
                x=rates,
                y=values,
                mode="lines",
                name=names.display_name(name),
                line={"color": theme.colour(name), "width": 2.5},
                legendgroup=name,
                hovertemplate=f"{names.full_name(name)}: best %{{x:.1%}}, p* = %{{y:.3f}}"
                "<extra></extra>",
            )
        )
        seen += [float(v) for v in values[rates >= _NOISY_BELOW] if np.isfinite(v)]
    _mark_rates(fig, rate, points)
    title, alt = _rate_text(points, rate)
    theme.apply(
        fig,
        title,
        "Share of the pool that is kept, best scores first",
        "Breakdown point p*",
        alt,
        "Dotted: the paper's rates, and p* = 1/2",
        height=350,
        legend=theme.LEGEND,
    )
    margin = 0.06 * max(max(seen) - min(seen), 0.05)
    fig.update_yaxes(range=[min(seen) - margin, max(seen) + margin], zeroline=False)
    fig.update_xaxes(range=[0, 1.01], tickformat=".0%", zeroline=False)
    return theme.enlarged(fig) if large else fig


def _rate_text(points: Mapping[str, float], rate: float) -> tuple[str, str]:
    """Title and alt text: who leads at the present rate."""
    ranked = sorted(((v, k) for k, v in points.items() if np.isfinite(v)), reverse=True)
    best = f"Best {_percent(rate)} kept: "
    title = f"{best}p* is not defined"
    if ranked:
        title = f"{best}{names.display_name(ranked[0][1])} leads with p* = {ranked[0][0]:.2f}"
    listed = ", ".join(f"{names.display_name(k)} {v:.2f}" for v, k in ranked)
    return title, (
        f"p* against the share that is kept, a line a verifier. At {_percent(rate)}: "
        f"{listed or 'nothing to measure'}."
    )


def _mark_rates(fig: go.Figure, rate: float, points: Mapping[str, float]) -> None:
    """Mark the present rate on every line; dotted, where the paper looked."""
    for known in PAPER_RATES:
        fig.add_vline(x=known, line=_DOTTED)
    fig.add_hline(y=0.5, line=_DOTTED)
    fig.add_vline(x=rate, line={"width": 2, "color": theme.NEUTRAL})
    fig.add_trace(
        go.Scatter(
            x=[rate] * len(points),
            y=list(points.values()),
            mode="markers",
            showlegend=False,
            marker={
                "size": 11,
                "color": [theme.colour(name) for name in points],
                "line": {"width": 1.5, "color": "white"},
            },
            hovertext=[
                f"{names.full_name(one)}: p* = {value:.3f}" for one, value in points.items()
            ],
            hoverinfo="text",
        )
    )


def places_in_pool(marks: Sequence[Mark], pool_size: int, *, large: bool = False) -> go.Figure:
    """Draw where each writer's summary stands among the pool's, one row a verifier.

    Right of a rate's line, that verifier keeps it at that rate.
    """
    fig = go.Figure()
    verifiers = list(dict.fromkeys(mark.verifier for mark in marks))
    writers = list(dict.fromkeys(mark.writer for mark in marks))
    for rate in PAPER_RATES:
        note = {"text": _percent(rate), "xanchor": "center", "yanchor": "bottom"}
        fig.add_vline(x=1 - rate, line=_DOTTED, annotation=note)
    for place, writer in enumerate(writers):
        _add_writer(fig, [mark for mark in marks if mark.writer == writer], place)
    listed = "; ".join(f"{m.writer}, {m.verifier}: {_percent(m.beaten)}" for m in marks)
    theme.apply(
        fig,
        _places_title(marks, writers),
        f"Share of the pool's {pool_size:,} summaries that score less",
        "",
        f"Places of the summaries in the pool, a row a verifier. {listed}.",
        "Dotted: right of it a summary is among the best 50, 25, 12.5 %",
        height=170 + 42 * max(len(verifiers), 2),
        legend=theme.LEGEND,
    )
    if large:
        theme.enlarged(fig, 240 + 64 * len(verifiers))
    fig.update_layout(margin_t=150 if large else 98, margin_b=110)
    fig.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", zeroline=False)
    fig.update_yaxes(type="category", categoryarray=verifiers[::-1], range=[-0.6, len(verifiers)])
    return fig


def _add_writer(fig: go.Figure, own: Sequence[Mark], place: int) -> None:
    """Mark one writer's summary in every row, in a colour and shape of its own."""
    fig.add_trace(
        go.Scatter(
            x=[mark.beaten for mark in own],
            y=[mark.verifier for mark in own],
            mode="markers",
            name=own[0].writer,
            marker={
                "size": 13,
                "color": WRITER_COLOURS[place % len(WRITER_COLOURS)],
                "symbol": theme.SYMBOLS[place % len(theme.SYMBOLS)],
                "line": {"width": 1, "color": "white"},
            },
            hovertext=[mark.says for mark in own],
            hoverinfo="text",
        )
    )


def _places_title(marks: Sequence[Mark], writers: Sequence[str]) -> str:
    rate = PAPER_RATES[1]
    kept = sum(mark.beaten > 1 - rate for mark in marks)
    who = "a summary" if len(writers) > 1 else "this summary"
    return f"{kept} of {len(marks)} verdicts place {who} in the best {_percent(rate)}"


def token_chances(
    tokens: Sequence[Mapping[str, Any]], *, writer: str, large: bool = False
) -> go.Figure:
    """Draw the probability of each token of a summary.

    Parameters
    ----------
    tokens : `text` and `probability` of each, in order.
    writer : who wrote it.
    """
    texts = [_visible(str(token["text"])) for token in tokens]
    shares = [float(token["probability"]) for token in tokens]
    fig = go.Figure(
        go.Bar(
            x=list(range(1, len(tokens) + 1)),
            y=shares,
            marker_color=[WRITER_COLOURS[0] if share >= 0.5 else "#E69F00" for share in shares],
            hovertext=[f"“{t}”: {_percent(s)}" for t, s in zip(texts, shares, strict=True)],
            hoverinfo="text",
        )
    )
    sure = sum(share >= 0.5 for share in shares)
    least = min(range(len(shares)), key=shares.__getitem__)
    title = f"{writer}: {sure} of {len(shares)} tokens likelier than not"
    listed = ", ".join(f"{t} {_percent(s)}" for t, s in zip(texts, shares, strict=True))
    theme.apply(
        fig,
        title,
        "Token of the summary, in order",
        "Probability under its writer",
        f"Bars of each token's probability: {listed}.",
        f"Least sure of “{texts[least]}” ({_percent(shares[least])}); orange: below 50 %",
        height=340,
        showlegend=False,
        bargap=0.15,
    )
    if large:
        theme.enlarged(fig, 460)
    fig.update_yaxes(range=[0, 1.02], tickformat=".0%")
    fig.update_xaxes(
        tickmode="array", tickvals=list(range(1, len(texts) + 1)), ticktext=texts, tickangle=-50
    )
    return fig


def _visible(text: str) -> str:
    """Leave out the spaces at a token's ends; one of spaces only becomes a sign."""
    return text.strip().replace("<", "‹").replace(">", "›") or "␣"


def _percent(share: float) -> str:
    return names.percent(share, least=1e-4)
