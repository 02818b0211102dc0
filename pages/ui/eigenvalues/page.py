"""What the eigenvalues page shows of one kind of task, section by section."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.eigenvalues import beams, best_of_beam, explore
from pages.ui.eigenvalues.deviations import show_deviations
from pages.ui.eigenvalues.form import FORM
from pages.ui.eigenvalues.tasks import TASKS, metrics_of, own_metric
from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.experiment_page import ExperimentPage, Metrics, Section, Story
from pages.ui.shared.outside import plain
from pages.ui.shared.strata import show_strata, verifier_cell
from synverify_core.figures.accuracy_pstar import accuracy_against_pstar
from synverify_core.figures.pstar import pstar_bars
from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.eigenvalues import check_table, eigen_claims, solver_free_worth
from synverify_core.stats.names import blind_text, percent, size_text

SEEING_FIGURE_4 = (
    "Each marker is a model trained on n' answers that one verifier kept. Dashes: the generator; "
    "dots: where the line crosses it."
)
SEEING_SCALING = (
    "The same models against the number n' of answers they were trained on, all for the same "
    "number of optimization steps. A verifier's curve ends where it kept no more answers."
)
SEEING_BARS = (
    "φ and ψ are the shares of right and of wrong answers that a verifier keeps. The perfect "
    "check, also one that misses errors, needs a solver. The trace check (eigenvalues add up to "
    "the trace) and the norm check (their squares to the entries' squares) need the matrix only."
)
ONE_TASK = (
    "Runs are averaged only if they differ in seeds, sizes or verifiers and in nothing else: one "
    "kind of matrix, encoding and model is shown at a time."
)

MOST_TICKS = 6


def tolerance_label(metric: str) -> str:
    """Write `accuracy@2%` as the tolerance that the control names."""
    return f"τ = {metric.partition('@')[2].replace('%', ' %')}"


def show_figure_4(story: Story) -> None:
    """Draw Figure 4."""
    seeing = f"{SEEING_FIGURE_4} {blind_text(story.table['verifier'])}"
    story.figure(accuracy_against_pstar, "eigenvalues-figure4", seeing, metric=story.metric)


def show_paper(story: Story) -> None:
    """Judge the paper's statements by the rows; what verifiers keep is folded, and what differs."""
    show_claims(eigen_claims(story.table, story.metric), story.runs, story.metric)
    show_strata(story.table)
    show_deviations()


def draw_scaling(table: pd.DataFrame, *, metric: str) -> go.Figure:
    """Draw the scaling curves with the sizes themselves on the axis, which lie close together."""
    fig = scaling_figure(table, metric=metric)
    sizes = sorted(table["n_samples"].dropna().unique())
    if 0 < len(sizes) <= MOST_TICKS:
        fig.update_xaxes(tickvals=sizes, ticktext=[size_text(size) for size in sizes])
    return fig


def show_scaling(story: Story) -> None:
    """Draw accuracy against the number of selected answers."""
    story.figure(draw_scaling, "eigenvalues-scaling", SEEING_SCALING, metric=story.metric)


def show_checks(story: Story) -> None:
    """Draw p* for each verifier and say what the checks without a solver are worth."""
    story.figure(pstar_bars, "eigenvalues-pstar", SEEING_BARS, table=story.table)
    with story.aside():
        show_claims([solver_free_worth(story.table, story.metric)], story.runs, story.metric)
        checks = check_table(story.table, story.metric)
        if len(checks):
            with st.expander("Which verifier?", icon=":material/table:"):
                st.table(readable_checks(checks, story.metric), border="horizontal")


def readable_checks(checks: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Write the rates and results of all verifiers for people."""
    size = int(checks["n_samples"].iloc[0])
    return pd.DataFrame(
        {
            "φ: right answers kept": [percent(value) for value in checks["phi"]],
            "ψ: wrong answers kept": [percent(value) for value in checks["psi"]],
            "p*": [f"{value:.3f}" for value in checks["p_star"]],
            "Coverage": [percent(value) for value in checks["coverage"]],
            "Distinct": [percent(value) for value in checks["distinct"]],
            "Pool kept": [percent(value) for value in checks["keep_rate"]],
            f"{plain(metric)} after training on n' = {size:,}": [
                f"{percent(row.mean_)} ({percent(row.low)} to {percent(row.high)})"
                for row in checks.rename(columns={"mean": "mean_"}).itertuples()
            ],
            "Seeds": [str(count) for count in checks["n_seeds"]],
        },
        index=pd.Index(map(verifier_cell, checks["verifier"]), name="Verifier"),
    )


EIGENVALUES = ExperimentPage(
    title="Eigenvalues by transformer",
    caption="A transformer predicts eigenvalues, a {verifier} keeps a part of its answers, a new "
    "model learns from {n_selected} of them (Feng et al., Sections 3, 6.1).",
    form=FORM,
    sections={
        "beams": Section("What is in a beam", beams.show_beams),
        "figure4": Section("Accuracy and p*", show_figure_4),
        "scaling": Section("Scaling curves", show_scaling),
        "checks": Section("Checks without a solver", show_checks),
        "finetuning": Section("Best of the beam", of_runs=best_of_beam.show),
        "paper": Section("What the paper says", show_paper),
        "byhand": Section("By hand", of_runs=explore.show),
    },
    metrics=Metrics(metrics_of, own_metric, label="Accuracy at", title=tolerance_label),
    empty="Choose the preset **smoke** at the left and press **Start**: its figures appear here "
    "within seconds. **quick** computes Figure 4 for 2 × 2 matrices.",
    tasks=TASKS,
    one_task=ONE_TASK,
    fields=explore.FIELDS,
)
