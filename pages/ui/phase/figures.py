"""Figures 2 and 6 of the paper, computed here and now in a process of their own."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui.phase.export import export
from pages.ui.phase.simulation import (
    AZIMUTH,
    Simulated,
    figure_points,
    figure_settings,
    seconds_between_looks,
)
from pages.ui.phase.view import PAGE, world_settings
from pages.ui.shared.export import chart
from pages.ui.shared.outside import plain
from pages.ui.shared.state import bind, current, rerun
from synverify_core.experiments.gaussian.simulate import (
    FIGURE_2_PRUNERS,
    FIGURE_6_RATIOS,
    LIMITS,
    World,
)
from synverify_core.figures.phase import Sizes, figure_2, figure_6, figure_6_up
from synverify_core.figures.theme import enlarged

TABS = {
    "figure2": "Figure 2: verifiers",
    "figure6": "Figure 6, left: ψ/φ",
    "figure6_up": "Figure 6, right: p_up",
}
SEEING = {
    "figure2": (
        "Every dot is one model trained on what a verifier kept. Turning the generator away from "
        "the truth (to the right) makes its labels worse; each verifier holds accuracy up until "
        "θ_gen + θ_prune = 180°, without one only until 90°."
    ),
    "figure6": (
        "Labels are flipped with probability p and wrong labels kept ψ/φ times as often as right "
        "ones, both without looking at x. Accuracy falls where p passes p⋆ = 1/(1 + ψ/φ)."
    ),
    "figure6_up": (
        "For each ψ/φ the largest error rate that still gives 90 % accuracy is searched, with the "
        "same random draws at every p. Theorem E.3 puts it above p₋(0.1)."
    ),
}
SETTINGS = {
    "n_samples": ("N, samples", 1000, "N: synthesized samples before selection."),
    "dimension": ("d, dimension", 10, "d: dimension of the inputs."),
    "separation": (
        *("k, class separation", 0.25),
        "k: distance of each class mean from 0, in units of the noise.",
    ),
    "penalty": (
        *("λ, ridge penalty", 1.0),
        "λ of equation 1, for noise N(0, I); the paper's normalised mixture has λ / (d + k²). "
        "Large λ gives the mean classifier, small λ weighs the margin.",
    ),
    "seed": ("seed", 1, "Random seed of every simulated point."),
}
"""Name on screen, step of the input, help."""
AXES = {"theta_gen": "against θ_gen", "p": "against p"}
CHART_KEY = "paper-figure"


def show(view: Mapping[str, Any]) -> None:
    """Draw the open figure, looking for new points only while there are some to come."""
    pending = figure_points(view).pending

    @st.fragment(run_every=2 * seconds_between_looks() if pending else None)
    def section() -> None:
        now = current(PAGE)
        _controls(now)
        simulated = figure_points(now)
        # Only a run of the whole page writes the address, and starts or stops the looks.
        if now != view or simulated.pending != pending:
            rerun()
        _draw(now, simulated)

    section()


def _controls(view: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Figure of the paper",
            list(TABS),
            required=True,
            format_func=TABS.__getitem__,
            label_visibility="collapsed",
            **bind(PAGE, "figure"),
        )
        with st.popover("Simulation", icon=":material/tune:", help="N, d, k, λ and the seed"):
            for name in LIMITS:
                number(f"figure_{name}")
        if view["figure"] == "figure2":
            st.segmented_control(
                "Horizontal axis",
                list(AXES),
                required=True,
                format_func=AXES.__getitem__,
                label_visibility="collapsed",
                **bind(PAGE, "against"),
            )


def number(field: str) -> None:
    """Draw the number input of a simulation setting, the dial's or the figures'."""
    name = field.removeprefix("figure_")
    low, high = LIMITS[name]
    label, step, explained = SETTINGS[name]
    st.number_input(
        label,
        low,
        high,
        step=step,
        format="%d" if isinstance(low, int) else "%g",
        help=explained,
        **bind(PAGE, field),
    )


def _draw(view: Mapping[str, Any], simulated: Simulated) -> None:
    st.caption(f"**What am I seeing?** {SEEING[view['figure']]}")
    if simulated.refusal:
        st.warning(plain(simulated.refusal))
        return
    world = World(**world_settings(view, "figure_"))
    figure = _figure(
        view["figure"],
        world,
        against_p=view["against"] == "p",
        large=view["presentation"],
        n_points=len(simulated.points),
        _points=simulated.points,
    )
    chart(figure, CHART_KEY)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.caption(provenance(world, simulated), width="stretch")
        export(CHART_KEY, view["figure"], figure_settings(view), simulated.points)


@st.cache_resource(show_spinner=False, max_entries=256)
def _figure(
    kind: str,
    world: World,
    *,
    against_p: bool,
    large: bool,
    n_points: int,
    _points: list[dict[str, Any]],
) -> go.Figure:
    """Draw a figure once for all sessions: the points of a world are the same up to n_points."""
    sizes = Sizes(world.n_fitted, world.dimension, world.separation)
    if kind == "figure2":
        choices = {"pruners": FIGURE_2_PRUNERS, "azimuth": AZIMUTH, "against_p": against_p}
        figure = figure_2(_points[:n_points], sizes, **choices)
    elif kind == "figure6":
        figure = figure_6(_points[:n_points], sizes, ratios=FIGURE_6_RATIOS)
    else:
        figure = figure_6_up(_points[:n_points])
    return enlarged(figure) if large else figure


def provenance(world: World, simulated: Simulated) -> str:
    """Say where the dots come from."""
    size = f"N = {world.n_fitted:,}"
    if world.n_fitted < world.n_samples:
        size += f" (of {world.n_samples:,} asked for: the most that is fitted here at this d)"
    progress = f"{len(simulated.points)} of {simulated.total} points"
    return (
        f"{progress}, computed here, now, by equation 1 with {size}, d = {world.dimension}, "
        f"k = {world.separation:g}, λ = {world.penalty:g}, seed {world.seed}; noise N(0, I). "
        "Accuracy is exact for each fitted model. No value is copied from the paper."
    )
