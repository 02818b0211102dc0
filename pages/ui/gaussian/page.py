"""What the Gaussian page shows, section by section."""

from collections.abc import Sequence
from typing import Any

from pages.ui.gaussian.form import FORM
from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.experiment_page import ExperimentPage, Metrics, Section, Story
from pages.ui.shared.run_names import source_text
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run
from synverify_core.stats.gaussian import paper_claims
from synverify_core.stats.names import blind_text

FACET = "n_original"
SEEING_CURVES = (
    "Each curve is a model trained on n' samples that one verifier kept. A curve that keeps "
    "falling still learns from synthesized data; a flat one has learned the generator's and the "
    "verifier's mistakes. Dashes: the generator. Relative error: 1 - accuracy / Bayes accuracy."
)
SEEING_BARS = (
    "Odds φ/ψ that a verifier keeps a right label rather than a wrong one, measured on the pool "
    "before any retraining. p* = 1/(1 + ψ/φ) is the largest error rate of the generator that this "
    "verifier can put right, given enough data."
)
SEEING_SCATTER = (
    "One marker for each verifier and N₀, its place measured before any retraining. If p* predicts "
    "what retraining brings, the markers fall or rise in order. The p value permutes verifiers: "
    "markers that share one are not independent."
)


def n_original(run: Run) -> Any:
    """Return a run's N0, by which its panel is found."""
    return run.config.model_dump()[FACET]


def default_runs(runs: Sequence[Run]) -> list[Run]:
    """Return what a first visit sees: the shipped records, else the newest own run for each N0.

    Chains of several rounds are drawn with the generations.
    """
    one_round = [run for run in runs if run.config.n_rounds == 1]
    shipped = [run for run in one_round if run.reference]
    newest: dict[int, Run] = {}
    for run in one_round or runs:
        if run.record is not None:
            newest.setdefault(n_original(run), run)
    return shipped or list(newest.values())


def run_label(run: Run) -> str:
    """Return a run's name, or its N0 and the hash of its settings, with where it comes from."""
    name = run.name or f"N₀ = {n_original(run)}, {run.uid.rpartition('-')[2]}"
    return f"{name} ({source_text(run)})"


def show_story(story: Story) -> None:
    """Draw Figure 3."""
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


def show_bars(story: Story) -> None:
    """Draw p* of each verifier."""
    seeing = f"{SEEING_BARS} {blind_text(story.table['verifier'])}"
    story.figure(pstar_bars, "gaussian-pstar", seeing, table=story.table, facet=FACET)


def show_order(story: Story) -> None:
    """Draw what came of each verifier's choice against its p*."""
    story.figure(pstar_scatter, "gaussian-rank", SEEING_SCATTER, metric=story.metric, by=(FACET,))


def show_paper(story: Story) -> None:
    """Judge the paper's statements by the rows."""
    show_claims(paper_claims(story.table), story.runs)


GAUSSIAN = ExperimentPage(
    title="Learning from verified synthesized data",
    caption="A {generator} labels a pool, a {verifier} keeps a part of it, a new model learns from "
    "{n_selected} kept samples (Feng et al., Section 5).",
    form=FORM,
    sections={
        "figure3": Section("Figure 3", show_story),
        "pstar": Section("p* of each verifier", show_bars, choose_metric=False),
        "order": Section("p* and outcome", show_order),
        "paper": Section("What the paper says", show_paper, choose_metric=False),
    },
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
