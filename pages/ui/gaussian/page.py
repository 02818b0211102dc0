"""What the Gaussian page shows: Figure 3, p* against the outcome, the paper's claims."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.gaussian.form import FORM
from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.experiment_page import ExperimentPage, Metrics, Section, Story
from pages.ui.shared.run_names import source_text
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run
from synverify_core.stats.gaussian import paper_claims

FACET = "n_original"
SEEING_CURVES = (
    "Each curve is a downstream model trained on n' samples that one verifier kept, out of a pool "
    "that the generator labelled. A curve that keeps falling still learns from synthesized data; "
    "a flat one has learned the generator's and the verifier's mistakes. Dashed grey: the "
    "generator itself. *clean*: the same samples with true labels. Relative error is "
    "1 - accuracy / Bayes accuracy."
)
SEEING_BARS = (
    "Odds φ/ψ that a verifier keeps a right label rather than a wrong one, on a logarithmic axis, "
    "measured on the pool before any retraining. p* = 1/(1 + ψ/φ), in brackets, is the largest "
    "error rate of the generator that this verifier can put right in the limit of infinite data. "
    "Random selection has odds of 1 and p* = 1/2."
)
SEEING_SCATTER = (
    "One marker for each verifier and N₀, its place measured before any retraining. If p* predicts "
    "what retraining brings, the markers fall or rise in order. The p value permutes verifiers, "
    "each with all its seeds and N₀: markers that share a verifier are not independent."
)


def n_original(run: Run) -> Any:
    """Return a run's N0, by which its panel is found."""
    return run.config.model_dump()[FACET]


def default_runs(runs: Sequence[Run]) -> list[Run]:
    """Return what a first visit sees: the shipped records, else the newest own run for each N0."""
    shipped = [run for run in runs if run.reference]
    newest: dict[int, Run] = {}
    for run in runs:
        if run.record is not None:
            newest.setdefault(n_original(run), run)
    return shipped or list(newest.values())


def run_label(run: Run) -> str:
    """Return a run's name, or its N0 and the hash of its settings, with where it comes from."""
    name = run.name or f"N₀ = {n_original(run)}, {run.uid.rpartition('-')[2]}"
    return f"{name} ({source_text(run)})"


def show_story(story: Story) -> None:
    """Draw Figure 3 and what follows from it."""
    table, metric = story.table, story.metric
    several = table.groupby(FACET)["uid"].nunique().max() > 1
    group = "run" if several else "verifier"
    story.figure(
        scaling_figure,
        "gaussian-scaling",
        SEEING_CURVES,
        metric=metric,
        facet=FACET,
        group_by=group,
    )
    story.figure(pstar_bars, "gaussian-pstar", SEEING_BARS, table=table, facet=FACET)
    st.subheader("What these runs say to the paper's observations", anchor=False)
    show_claims(paper_claims(table), story.runs, in_a_row=2)
    story.figure(pstar_scatter, "gaussian-rank", SEEING_SCATTER, metric=metric, by=(FACET,))


GAUSSIAN = ExperimentPage(
    title="Learning from verified synthesized data",
    caption="A generator trained on N₀ samples labels a pool, a verifier keeps a part of it, and "
    "a new model learns from n' kept samples (Section 5 of Feng et al., Figure 3).",
    form=FORM,
    sections={"figure3": Section("Figure 3", show_story)},
    metrics=Metrics(
        order=lambda measured: sorted(map(str, measured), reverse=True),
        default=lambda config, measured: "relative_error" if measured else "",
    ),
    empty="Choose the preset **smoke** at the left and press **Start**: its curves appear here "
    "within seconds. **quick** computes the whole of Figure 3.",
    order=n_original,
    default_runs=default_runs,
    placeholder="the shipped records",
    label=run_label,
)
