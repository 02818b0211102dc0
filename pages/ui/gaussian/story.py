"""What the Gaussian page shows: Figure 3, p* against the outcome, the paper's claims."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui.gaussian.form import PAGE
from pages.ui.shared import run_choice
from pages.ui.shared import store as runs_store
from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.export import show_figure
from pages.ui.shared.run_choice import source_text
from synverify_core.figures.claims import paper_claims
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run

FACET = "n_original"
SEEING_CURVES = (
    "Each curve is a downstream model trained on n' samples that one verifier kept, out of a pool "
    "that the generator labelled. A curve that keeps falling still learns from synthesized data; "
    "a flat one has learned the generator's and the verifier's mistakes. Dashed grey: the "
    "generator itself. *clean*: the same samples with true labels. Relative error is "
    "1 - accuracy / Bayes accuracy."
)
SEEING_BARS = (
    "p* = 1/(1 + ψ/φ), measured on the pool before any retraining: the largest error rate of the "
    "generator that this verifier can put right in the limit of infinite data. Random selection "
    "has 1/2."
)
SEEING_SCATTER = (
    "One marker for each verifier and N₀. If p* predicts what retraining brings, the markers fall "
    "or rise in order. The interval is a 95 % bootstrap over the markers; markers that share a "
    "generator are not independent of each other, so it is rather too narrow."
)


def by_n_original(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with the smallest N0 first; runs of the same N0 keep their order."""
    return sorted(runs, key=lambda run: run.config.model_dump()[FACET])


def default_runs(runs: Sequence[Run]) -> list[Run]:
    """Return what a first visit sees: the shipped records, else the newest own run for each N0."""
    shipped = [run for run in runs if run.reference]
    if shipped:
        return shipped
    newest: dict[int, Run] = {}
    for run in runs:
        if run.record is not None:
            newest.setdefault(run.config.model_dump()[FACET], run)
    return list(newest.values())


def choose_runs(runs: Sequence[Run], chosen: Sequence[str]) -> list[Run]:
    """Let the viewer choose which runs are drawn."""
    return run_choice.choose_runs(
        PAGE,
        runs,
        chosen,
        default=default_runs(runs),
        label=run_label,
        placeholder="the shipped records",
    )


def run_label(run: Run) -> str:
    """Return a run's name, or its N0 and the hash of its settings, with where it comes from."""
    source = source_text(run)
    if run.name:
        return f"{run.name} ({source})"
    n_original = run.config.model_dump()[FACET]
    return f"N₀ = {n_original}, {run.uid.rpartition('-')[2]} ({source})"


def choose_metric(table: pd.DataFrame, metric: str) -> str:
    """Let the viewer choose the metric, the paper's first."""
    metrics = sorted((str(name) for name in table["metric"].dropna().unique()), reverse=True)
    return run_choice.choose_metric(PAGE, metrics, metric, default="relative_error")


def show_story(table: pd.DataFrame, runs: Sequence[Run], metric: str, large: bool) -> None:
    """Draw Figure 3 and what follows from it."""
    several = table.groupby(FACET)["uid"].nunique().max() > 1
    uids = [run.uid for run in runs]
    group = "run" if several else "verifier"
    show_figure(
        runs_store.figure(uids, scaling_figure, table, metric=metric, facet=FACET, group_by=group),
        "gaussian-scaling",
        seeing=SEEING_CURVES,
        table=table[table["metric"] == metric],
        runs=runs,
        large=large,
    )
    show_figure(
        runs_store.figure(uids, pstar_bars, table, facet=FACET),
        "gaussian-pstar",
        seeing=SEEING_BARS,
        table=table,
        runs=runs,
        large=large,
    )
    st.subheader("What these runs say to the paper's observations", anchor=False)
    show_claims(paper_claims(table))
    show_figure(
        runs_store.figure(uids, pstar_scatter, table, metric=metric, by=(FACET,)),
        "gaussian-rank",
        seeing=SEEING_SCATTER,
        table=table[table["metric"] == metric],
        runs=runs,
        large=large,
    )


def show_empty() -> None:
    """Say what to do where there is nothing to draw yet."""
    run_choice.show_empty(
        "Choose the preset **smoke** at the left and press **Start**: its curves appear here "
        "within seconds. **quick** computes the whole of Figure 3."
    )


def panels_for(runs: Sequence[Run], drawn: Sequence[Run]) -> list[Run]:
    """Return runs that want attention, the smallest N0 first among the active ones."""
    return run_choice.panels_for(by_n_original(runs), by_n_original(drawn))
