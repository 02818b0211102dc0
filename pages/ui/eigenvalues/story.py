"""What the eigenvalues page shows: one kind of task, section by section."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.eigenvalues import beams, explore
from pages.ui.eigenvalues.form import PAGE
from pages.ui.eigenvalues.tasks import TASKS, by_task, joined, metrics_of, own_metric
from pages.ui.eigenvalues.view import SECTIONS
from pages.ui.shared import run_choice
from pages.ui.shared import store as runs_store
from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.export import show_figure
from pages.ui.shared.sections import open_section
from pages.ui.shared.task_kinds import run_label
from synverify_core.figures.accuracy_pstar import accuracy_against_pstar
from synverify_core.figures.curves import size_text
from synverify_core.figures.eigen_claims import check_table, eigen_claims, solver_free_worth
from synverify_core.figures.pstar import pstar_bars
from synverify_core.figures.scaling import scaling_figure
from synverify_core.figures.theme import display_name
from synverify_core.runs.record import Run

SEEING_FIGURE_4 = (
    "Each marker is a model trained on n' answers that one verifier kept. Its place on the axis, "
    "p* = 1/(1 + ψ/φ), was measured before any training. Grey dashes: the generator that gave the "
    "answers; below them, training on its answers made things worse. Blue: the same matrices with "
    "true eigenvalues."
)
SEEING_SCALING = (
    "The same models against the number n' of answers they were trained on, all for the same "
    "number of optimization steps. A verifier's curve ends where it kept no more answers."
)
SEEING_BARS = (
    "φ and ψ are the shares of right and of wrong answers that a verifier keeps; p* = 1/(1 + ψ/φ). "
    "oracle and noisy compare with the true eigenvalues and need a solver. trace (the eigenvalues "
    "add up to the trace) and frobenius (their squares add up to the entries' squares) need the "
    "matrix only; self keeps what the generator is surest of."
)
ONE_TASK = (
    "Runs are averaged only if they differ in seeds, sizes or verifiers and in nothing else: one "
    "kind of matrix, encoding and model is shown at a time."
)

MOST_TICKS = 6
WITH_METRIC = ("figure4", "scaling", "checks")


class Story(NamedTuple):
    """What the viewer chose to see."""

    runs: list[Run]
    table: pd.DataFrame
    metric: str

    @property
    def uids(self) -> list[str]:
        """Names of the drawn runs."""
        return [run.uid for run in self.runs]


def choose(runs: Sequence[Run], view: Mapping[str, Any]) -> Story:
    """Let the viewer choose task, runs and, where it matters, metric; the address has all three."""
    groups = by_task(sorted(runs, key=lambda run: (run.config.seed, run.uid)))
    if not groups:
        return Story([], pd.DataFrame(), "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        same = groups[TASKS.choose(PAGE, groups, view["task"], ONE_TASK)]
        with st.popover("Runs drawn", icon=":material/stacks:"):
            drawn = run_choice.choose_runs(
                PAGE,
                same,
                view["runs"],
                default=same,
                label=run_label,
                placeholder="all runs of this task",
            )
        table = joined(run_choice.rows_of(drawn))
        measured = metrics_of(table)
        metric = own_metric(same[0].config, measured)
        if measured and view["section"] in WITH_METRIC:
            metric = run_choice.choose_metric(
                PAGE,
                measured,
                view["metric"],
                default=metric,
                label="Accuracy at",
                name=tolerance_label,
            )
    return Story(drawn, table, metric)


def tolerance_label(metric: str) -> str:
    """Write `accuracy@2%` as the tolerance that the control names."""
    return f"τ = {metric.partition('@')[2].replace('%', ' %')}"


def show(runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Draw the sections, of which only the open one is computed; returns the runs it draws."""
    with open_section(PAGE, SECTIONS, view["section"]):
        return draw(view["section"], runs, view)


def draw(section: str, runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Draw one section; returns the runs that it draws."""
    large = view["presentation"]
    if section == "byhand":
        explore.show(view, large)
        return []
    if section == "finetuning":
        beams.show_finetuning(runs)
        return []
    story = choose(runs, view)
    if not len(story.table):
        show_empty(runs)
    elif section == "beams":
        beams.show_beams(story.table, story.runs, large)
    else:
        parts = {"figure4": show_figure_4, "scaling": show_scaling, "checks": show_checks}
        parts[section](story, large)
    return story.runs


def show_empty(runs: Sequence[Run]) -> None:
    """Say what to do where there is nothing to draw yet."""
    if any(run.status.active for run in runs):
        st.info("The first rows are under way.", icon=":material/hourglass_top:")
        return
    run_choice.show_empty(
        "Choose the preset **smoke** at the left and press **Start**: its figures appear here "
        "within seconds. **quick** computes Figure 4 for 2 × 2 matrices."
    )


def show_figure_4(story: Story, large: bool) -> None:
    """Draw Figure 4 and what the rows say to the paper's observations."""
    of_metric = story.table[story.table["metric"] == story.metric]
    show_figure(
        runs_store.figure(story.uids, accuracy_against_pstar, story.table, metric=story.metric),
        "eigenvalues-figure4",
        seeing=SEEING_FIGURE_4,
        table=of_metric,
        runs=story.runs,
        large=large,
    )
    st.subheader("What these runs say to the paper's observations", anchor=False)
    show_claims(eigen_claims(story.table, story.metric), in_a_row=2)


def draw_scaling(table: pd.DataFrame, *, metric: str) -> go.Figure:
    """Draw the scaling curves with the sizes themselves on the axis, which lie close together."""
    fig = scaling_figure(table, metric=metric)
    sizes = sorted(table["n_samples"].dropna().unique())
    if 0 < len(sizes) <= MOST_TICKS:
        fig.update_xaxes(tickvals=sizes, ticktext=[size_text(size) for size in sizes])
    return fig


def show_scaling(story: Story, large: bool) -> None:
    """Draw accuracy against the number of selected answers."""
    show_figure(
        runs_store.figure(story.uids, draw_scaling, story.table, metric=story.metric),
        "eigenvalues-scaling",
        seeing=SEEING_SCALING,
        table=story.table[story.table["metric"] == story.metric],
        runs=story.runs,
        large=large,
    )


def show_checks(story: Story, large: bool) -> None:
    """Draw p* for each verifier and say what the checks without a solver are worth."""
    show_claims([solver_free_worth(story.table, story.metric)], in_a_row=1)
    show_figure(
        runs_store.figure(story.uids, pstar_bars, story.table),
        "eigenvalues-pstar",
        seeing=SEEING_BARS,
        table=story.table,
        runs=story.runs,
        large=large,
    )
    checks = check_table(story.table, story.metric)
    if len(checks):
        st.table(readable_checks(checks, story.metric), border="horizontal")


def readable_checks(checks: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Write the rates and results of all verifiers for people."""
    size = int(checks["n_samples"].iloc[0])
    return pd.DataFrame(
        {
            "φ: right answers kept": [percent(value) for value in checks["phi"]],
            "ψ: wrong answers kept": [percent(value) for value in checks["psi"]],
            "p*": [f"{value:.3f}" for value in checks["p_star"]],
            "Pool kept": [percent(value) for value in checks["keep_rate"]],
            f"{metric} after training on n' = {size:,}": [
                f"{percent(row.mean_)} ({percent(row.low)} to {percent(row.high)})"
                for row in checks.rename(columns={"mean": "mean_"}).itertuples()
            ],
            "Seeds": [str(count) for count in checks["n_seeds"]],
        },
        index=pd.Index([display_name(name) for name in checks["verifier"]], name="Verifier"),
    )


def percent(share: float) -> str:
    """Write a share in per cent."""
    return "not known" if pd.isna(share) else f"{100 * share:.1f} %"
