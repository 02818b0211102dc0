"""What the summarization page shows: one kind of task, section by section."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from pages.ui.shared import run_choice
from pages.ui.shared import store as runs_store
from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.export import show_figure
from pages.ui.shared.sections import open_section
from pages.ui.shared.task_kinds import joined, run_label
from pages.ui.summarization import byhand, read
from pages.ui.summarization.corpus import of_one_corpus, show_corpus, warn_if_mixed
from pages.ui.summarization.form import PAGE
from pages.ui.summarization.tasks import TASKS
from pages.ui.summarization.view import SECTIONS
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.rates import rates_figure
from synverify_core.figures.summary_claims import pstar_orders, summary_claims
from synverify_core.runs.record import Run

METRICS = {"rouge1": "Rouge-1", "words": "Words", "empty": "Empty"}
"""What is measured of the summaries, the paper's measure first, and its name on the control."""
FIRST = "rouge1"
SEEING_FIGURE_5 = (
    "Each point is the base model fine-tuned on n' summaries that one verifier kept of the "
    "generator's. Left to right: the best 12.5 %, 25 % and so on of the pool. Dashes: the "
    "generator; below them, training on its summaries made things worse. Blue: the same articles "
    "with human summaries. The axis is cut to where the curves are."
)
SEEING_BARS = (
    "p* = 1/(1 + ψ/φ) from the pool alone, before any retraining: φ and ψ are the shares of right "
    "and of wrong that a verifier keeps, where a summary of Rouge-1 s is right by s and wrong by "
    "1 - s. Random selection has 1/2 but for chance."
)
SEEING_SCATTER = (
    "The same p* against what came of it: Rouge-1 after training on all that the verifier kept. "
    "A higher rate keeps more summaries of lower p*, so compare markers of one shape: the title's "
    "correlation is over all markers, the card's within each rate."
)
INTERVALS = (
    "Intervals: 95 %, Student's t over the seeds' differences. Another set of test articles is "
    "not in them."
)
ONE_TASK = (
    "Runs are averaged only if they differ in seeds, sizes, verifiers or rates and in nothing "
    "else: one corpus, model and recipe is shown at a time."
)


class Story(NamedTuple):
    """What the viewer chose to see."""

    runs: list[Run]
    table: pd.DataFrame
    metric: str

    @property
    def uids(self) -> list[str]:
        """Names of the drawn runs."""
        return [run.uid for run in self.runs]

    @property
    def of_metric(self) -> pd.DataFrame:
        """Rows of the chosen metric."""
        return self.table[self.table["metric"] == self.metric]


def show(runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Draw the sections, of which only the open one is computed; returns the runs it draws."""
    with open_section(PAGE, SECTIONS, view["section"]):
        return draw(view["section"], runs, view)


def draw(section: str, runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Draw one section; returns the runs that it draws."""
    large = view["presentation"]
    if section in ("read", "byhand"):
        (read if section == "read" else byhand).show(view, large)
        return []
    story = choose(runs, view)
    if not len(story.table):
        show_empty(runs)
    elif section == "prediction":
        show_prediction(story, large)
    else:
        show_figure_5(story, large)
    return story.runs


def choose(runs: Sequence[Run], view: Mapping[str, Any]) -> Story:
    """Let the viewer choose task, runs and, in Figure 5, metric; the address has all three."""
    groups = TASKS.by_task(sorted(runs, key=lambda run: (run.config.seed, run.uid)))
    if not groups:
        return Story([], pd.DataFrame(), FIRST)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        same = groups[TASKS.choose(PAGE, groups, view["task"], ONE_TASK, width=440)]
        with st.popover("Runs drawn", icon=":material/stacks:"):
            drawn = run_choice.choose_runs(
                PAGE,
                same,
                view["runs"],
                default=of_one_corpus(same),
                label=run_label,
                placeholder="all runs of this task",
            )
        table = joined(run_choice.rows_of(drawn))
        metric = choose_metric(table, view) if view["section"] == "figure5" else FIRST
    warn_if_mixed(drawn, same)
    return Story(drawn, table, metric)


def choose_metric(table: pd.DataFrame, view: Mapping[str, Any]) -> str:
    """Let the viewer choose what is measured of the summaries."""
    measured = set(table["metric"].dropna()) if len(table) else set()
    metrics = [name for name in METRICS if name in measured]
    if not metrics:
        return FIRST
    return run_choice.choose_metric(
        PAGE,
        metrics,
        view["metric"],
        default=FIRST,
        label="Measured",
        name=METRICS.__getitem__,
    )


def show_empty(runs: Sequence[Run]) -> None:
    """Say what to do where there is nothing to draw yet."""
    if any(run.status.active for run in runs):
        st.info("The first rows are under way.", icon=":material/hourglass_top:")
        return
    run_choice.show_empty(
        "Choose the preset **smoke** at the left and press **Start**: its figures appear here "
        "within a minute. **quick** computes Figure 5 for a small model and docstrings."
    )


def show_figure_5(story: Story, large: bool) -> None:
    """Draw Figure 5 and what the rows say to the paper's observations."""
    show_figure(
        runs_store.figure(story.uids, rates_figure, story.table, metric=story.metric),
        "summarization-figure5",
        seeing=SEEING_FIGURE_5,
        table=story.of_metric,
        runs=story.runs,
        large=large,
    )
    show_corpus(story.runs)
    st.subheader("What these runs say to the paper's observations", anchor=False)
    st.caption(INTERVALS)
    show_claims(summary_claims(story.table), in_a_row=2)


def show_prediction(story: Story, large: bool) -> None:
    """Draw p* for each verifier and rate, and how well it foretells Rouge-1."""
    measured = story.table[story.table["p_star"].notna()]
    show_figure(
        runs_store.figure(story.uids, pstar_bars, story.table, facet="selection_rate"),
        "summarization-pstar",
        seeing=SEEING_BARS,
        table=measured,
        runs=story.runs,
        large=large,
    )
    show_figure(
        runs_store.figure(
            story.uids, pstar_scatter, story.table, metric=story.metric, by=("selection_rate",)
        ),
        "summarization-rank",
        seeing=SEEING_SCATTER,
        table=story.of_metric,
        runs=story.runs,
        large=large,
    )
    show_claims([pstar_orders(story.table)], in_a_row=1)
    st.caption(INTERVALS)
