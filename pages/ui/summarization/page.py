"""What the summarization page shows of one kind of task, section by section."""

import streamlit as st

from pages.ui.shared.claim_cards import show_claims
from pages.ui.shared.experiment_page import ExperimentPage, Metrics, Section, Story
from pages.ui.shared.strata import show_strata
from pages.ui.summarization import byhand, read
from pages.ui.summarization.address import FIELDS
from pages.ui.summarization.corpus import of_one_corpus, show_corpus, warn_if_mixed
from pages.ui.summarization.form import FORM
from pages.ui.summarization.tasks import TASKS
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.rates import rates_figure
from synverify_core.stats.names import blind_text
from synverify_core.stats.summaries import summary_claims

METRICS = {"rouge1": "Rouge-1", "words": "Words", "empty": "Empty"}
"""What is measured of the summaries, the paper's measure first, and its name on the control."""
FIRST = "rouge1"
SEEING_FIGURE_5 = (
    "Each point is the base model fine-tuned on n' summaries that one verifier kept of the "
    "generator's: the best 12.5 %, 25 % and so on. Dashes: the generator. Blue: human summaries of "
    "the same articles. The axis is cut to where the curves are."
)
SEEING_BARS = (
    "p* = 1/(1 + ψ/φ) from the pool alone, before any retraining: φ and ψ are the shares of right "
    "and of wrong that a verifier keeps, where a summary of Rouge-1 s is right by s and wrong by "
    "1 - s."
)
SEEING_SCATTER = (
    "p* against what came of it: training on all that the verifier kept. "
    "A higher rate keeps more summaries of lower p*, so compare markers of one shape, as the "
    "correlation does: it is taken within each rate and seed, and verifiers are permuted."
)
ONE_TASK = (
    "Runs are averaged only if they differ in seeds, sizes, verifiers or rates and in nothing "
    "else: one corpus, model and recipe is shown at a time."
)


DIFFERENCES = """
- Each text is a training example of its own, its article cut where it is too long; the paper's
  script (run_clm) joins texts and packs them into blocks of 1,024 tokens.
- The small presets learn the summary alone, with one recipe for all models; `paper` learns the
  whole example, and gives the generator its own learning rate, as Appendix D does.
- A summary that was cut at the longest length is learnt without an end.
- Docstrings are articles and their first sentences are summaries, where the paper has news; the
  embedded model has 4 million weights, where the paper has 7 billion.
"""


def show_figure_5(story: Story) -> None:
    """Draw Figure 5."""
    seeing = f"{SEEING_FIGURE_5} {blind_text(story.table['verifier'])}"
    story.figure(rates_figure, "summarization-figure5", seeing, metric=story.metric)
    with story.aside():
        show_corpus(story.runs)


def show_paper(story: Story) -> None:
    """Judge the paper's statements by the rows; what verifiers keep is folded, and what differs."""
    show_claims(summary_claims(story.table), story.runs)
    show_strata(story.table)
    with st.expander("What differs from the paper's experiment", icon=":material/difference:"):
        st.markdown(DIFFERENCES)


def show_prediction(story: Story) -> None:
    """Draw p* for each verifier and rate."""
    measured = story.table[story.table["p_star"].notna()]
    story.figure(
        pstar_bars, "summarization-pstar", SEEING_BARS, table=measured, facet="selection_rate"
    )


def show_order(story: Story) -> None:
    """Draw what came of each verifier's choice against its p*."""
    by_rate = ("selection_rate",)
    story.figure(
        pstar_scatter, "summarization-rank", SEEING_SCATTER, metric=story.metric, by=by_rate
    )


SUMMARIZATION = ExperimentPage(
    title="Summarization by language models",
    caption="A model writes summaries, a {verifier} keeps a part, the base model learns from "
    "{n_selected} of them (Feng et al., Section 6.2).",
    form=FORM,
    sections={
        "figure5": Section("Figure 5", show_figure_5),
        "prediction": Section("p* before training", show_prediction, choose_metric=False),
        "order": Section("p* and outcome", show_order),
        "paper": Section("What the paper says", show_paper, choose_metric=False),
        "read": Section("Read the summaries", of_runs=read.show),
        "byhand": Section("Summarize a text", of_runs=byhand.show),
    },
    metrics=Metrics(
        order=lambda measured: [name for name in METRICS if name in measured],
        default=lambda config, measured: FIRST,
        label="Measured",
        title=METRICS.__getitem__,
    ),
    empty="Choose the preset **smoke** at the left and press **Start**: its figures appear here "
    "within a minute. **quick** computes Figure 5 for a small model and docstrings.",
    tasks=TASKS,
    one_task=ONE_TASK,
    fields=FIELDS,
    default_runs=of_one_corpus,
    remark=warn_if_mixed,
)
