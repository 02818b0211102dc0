"""Figures 2 and 6 of the paper (Feng et al. 2024), drawn from points simulated here."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from synverify_core.figures.theme import LEGEND, NEUTRAL, SYMBOLS, apply, colour
from synverify_core.theory.angles import rates_from_angles, theta_from_azimuth
from synverify_core.theory.breakdown import p_minus
from synverify_core.theory.retraining import retraining_law, retraining_law_independent

Points = Sequence[Mapping[str, Any]]
Floats = NDArray[np.float64]

BAND = 0.1
ACCURACY = "agreement with the Bayes classifier (%)"
THEOREM = "theorem 4.2 (broken line)"
LAW = "retraining law, large λ (thin line)"
HAIR = 1e-9
NOTHING = [math.nan]


class Sizes(NamedTuple):
    """Simulated data: samples before pruning, dimension d and class separation k."""

    n_samples: int
    dimension: int
    separation: float


def figure_2(
    points: Points,
    sizes: Sizes,
    *,
    pruners: Sequence[float | None],
    azimuth: float,
    against_p: bool,
) -> go.Figure:
    """Accuracy after retraining against the generator, one colour a verifier (Figure 2).

    Parameters
    ----------
    points : sequence of mappings
        theta_gen, theta_prune, p and accuracy (None: nothing was kept) of each simulated model.
    pruners : sequence of float or None
        theta_prune of each colour in radians; None is no pruning.
    azimuth : float
        Radians in [0, pi] between the planes of generator and verifier.
    against_p : bool
        Put the error rate p on the x axis instead of theta_gen in degrees.
    """
    fig = go.Figure()
    thetas = np.linspace(HAIR, math.pi - HAIR, 361)
    for theta_prune, symbol in zip(pruners, SYMBOLS, strict=False):
        name, hue = pruner_name(theta_prune), pruner_colour(theta_prune)
        x, p_star, p, law = _supervised_curves(thetas, theta_prune, azimuth, sizes)
        shown = p if against_p else x
        _add_curves(fig, shown, np.where(p < p_star, 1.0, 0.0), law, hue, name)
        own = [q for q in points if q["theta_prune"] == theta_prune and q["accuracy"] is not None]
        xs = [q["p"] if against_p else math.degrees(q["theta_gen"]) for q in own]
        _add_dots(fig, xs, [q["accuracy"] for q in own], hue, name, symbol)
    _add_line_styles(fig)
    return _accuracy_axes(
        fig,
        title="The better the verifier, the worse the generator may be",
        subtitle="Figure 2: each dot is one logistic regression (equation 1) fitted here",
        x_title="error rate p of the generator"
        if against_p
        else "θ_gen: angle from the generator to the truth (degrees)",
        ends=(0.0, 1.0) if against_p else (0.0, 180.0),
        alt="Accuracy after retraining against the generator's "
        f"{'error rate' if against_p else 'angle'}, for {len(pruners)} verifiers. "
        "Theorem 4.2 predicts a fall from 100 to 0 percent where theta_gen + theta_prune is 180 "
        f"degrees, and at 90 degrees without pruning; {len(points)} simulated points beside it.",
    )


def figure_6(points: Points, sizes: Sizes, *, ratios: Sequence[float]) -> go.Figure:
    """Accuracy against p for (1, psi) verifiers with independent bits (Figure 6, left)."""
    fig = go.Figure()
    p = np.linspace(0.0, 1.0, 401)
    for ratio, symbol in zip(ratios, SYMBOLS, strict=False):
        name, hue = f"ψ/φ = {ratio:g}", colour(f"noisy(p_noise={ratio})")
        law = retraining_law_independent(p, 1.0, ratio, **sizes._asdict()).accuracy
        _add_curves(fig, p, np.where(p < 1 / (1 + ratio), 1.0, 0.0), law, hue, name)
        own = [q for q in points if q["psi"] == ratio and q["accuracy"] is not None]
        accuracies = [q["accuracy"] for q in own]
        _add_dots(fig, [q["p"] for q in own], accuracies, hue, name, symbol)
    _add_line_styles(fig)
    return _accuracy_axes(
        fig,
        title="Accuracy jumps at p⋆ = 1/(1 + ψ/φ)",
        subtitle="Figure 6, left: labels flipped and bits drawn independently of x",
        x_title="error rate p of the synthesized labels",
        ends=(0.0, 1.0),
        alt="Accuracy after retraining against the error rate p, for ratios psi/phi of "
        f"{', '.join(f'{r:g}' for r in ratios)}. Theorem 4.2 predicts falls "
        "from 100 to 0 percent at p_star of "
        f"{', '.join(f'{1 / (1 + r):.2f}' for r in ratios)}; {len(points)} simulated "
        "points beside it.",
    )


def figure_6_up(points: Points) -> go.Figure:
    """Empirical p_up against the band's lower end p_minus(0.1) (Figure 6, right)."""
    ratio = np.linspace(0.0, 1.0, 201)
    found = sorted((q["psi"], q["p_up"]) for q in points if q["p_up"] is not None)
    fig = go.Figure()
    for t, dash, name in (
        (0.0, "dot", "p⋆ = 1/(1 + ψ/φ)"),
        (BAND, "dash", f"p₋({BAND:g}) of theorem E.3"),
    ):
        curve = p_minus(t, 1.0, ratio)
        fig.add_scatter(x=ratio, y=curve, mode="lines", name=name, line={"color": NEUTRAL})
        fig.data[-1].line.dash = dash
    fig.add_scatter(
        x=[x for x, _ in found],
        y=[y for _, y in found],
        mode="markers",
        name="p_up: accuracy ≥ 90 %, measured",
        marker={"size": 10, "color": colour("linear(theta_prune=0)")},
        hovertemplate="ψ/φ = %{x:g}<br>p_up = %{y:.3f}<extra></extra>",
    )
    apply(
        fig,
        "How wrong may the labels be?",
        "ψ/φ: wrong labels kept, per right label kept",
        "error rate p",
        f"Highest error rate that still gives 90 percent accuracy, against psi/phi, for "
        f"{len(found)} measured ratios, beside the lower end of the band of theorem E.3.",
        subtitle="Figure 6, right: largest p that still gives 90 % accuracy",
        height=440,
        legend=LEGEND,
    )
    fig.update_xaxes(range=[-0.03, 1.03])
    fig.update_yaxes(range=[0.35, 1.03], tickformat=".1f")
    return fig


def pruner_name(theta_prune: float | None) -> str:
    """Return the verifier's name on screen, in degrees."""
    if theta_prune is None:
        return "no verifier"
    return f"θ_prune = {math.degrees(theta_prune):.3g}°"


def pruner_colour(theta_prune: float | None) -> str:
    """Return the verifier's colour, the one that it has on every page."""
    return colour("none" if theta_prune is None else f"linear(theta_prune={theta_prune})")


def _supervised_curves(
    thetas: Floats, theta_prune: float | None, azimuth: float, sizes: Sizes
) -> tuple[Floats, Floats, Floats, Floats]:
    """Degrees, p_star, p and the law's accuracy along theta_gen."""
    prune = thetas if theta_prune is None else np.full_like(thetas, theta_prune)
    turn = 0.0 if theta_prune is None else azimuth
    theta = theta_from_azimuth(thetas, prune, turn)
    rates = rates_from_angles(thetas, prune, theta, separation=sizes.separation)
    law = retraining_law(thetas, prune, theta, **sizes._asdict())
    return np.degrees(thetas), rates.p_star, rates.p, law.accuracy


def _add_curves(
    fig: go.Figure, x: Floats, theorem: Floats, law: Floats, hue: str, group: str
) -> None:
    for y, width, dash in ((theorem, 1.5, "dash"), (law, 1.2, "solid")):
        fig.add_scatter(
            x=x,
            y=100 * y,
            mode="lines",
            line={"color": hue, "width": width, "dash": dash},
            legendgroup=group,
            showlegend=False,
            hoverinfo="skip",
        )


def _add_dots(
    fig: go.Figure, x: list[float], accuracy: list[float], hue: str, name: str, symbol: str
) -> None:
    # A group without points yet still stands in the legend, so that the legend does not jump.
    fig.add_scatter(
        x=x or NOTHING,
        y=[100 * a for a in accuracy] or NOTHING,
        mode="markers",
        marker={"color": hue, "size": 9, "symbol": symbol},
        name=name,
        legendgroup=name,
        hovertemplate="%{y:.1f} %<extra>" + name + "</extra>",
    )


def _add_line_styles(fig: go.Figure) -> None:
    for name, dash in ((THEOREM, "dash"), (LAW, "solid")):
        line = {"color": NEUTRAL, "dash": dash, "width": 1.5}
        fig.add_scatter(x=NOTHING, y=NOTHING, mode="lines", line=line, name=name)


def _accuracy_axes(
    fig: go.Figure, *, title: str, subtitle: str, x_title: str, ends: tuple[float, float], alt: str
) -> go.Figure:
    apply(fig, title, x_title, ACCURACY, alt, subtitle=subtitle, height=460, legend=LEGEND)
    room = 0.02 * (ends[1] - ends[0])
    ticks = {"dtick": 30} if ends[1] > 1 else {"dtick": 0.2, "tickformat": ".1f"}
    fig.update_xaxes(range=[ends[0] - room, ends[1] + room], **ticks)
    fig.update_yaxes(range=[-3, 103], dtick=25)
    return fig
