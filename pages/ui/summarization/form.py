"""The form that starts runs of the summarization experiment, one run for each seed."""

from collections.abc import Sequence

from pages.ui.shared.form_spec import RunForm
from synverify_core.experiments.base import Config
from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.memory_plan import plan_text
from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH

PRESETS = {
    "smoke": "seconds, to see that it works; so small a model learns next to nothing",
    "class": "docstrings of two packages, one seed, in about a minute: the best eighth of a bad "
    "generator's summaries by three verifiers",
    "quick": "docstrings of the installed packages and the small embedded model: Figure 5 in "
    "minutes on two CPU cores",
    "rounds": "three rounds on the same articles, each summarized by the model of the round before",
    "dense": "quick with 8,000 articles, 2,000 test articles and five seeds: hours",
    "gpu": "docstrings and SmolLM2-135M from the hub, for a data-centre GPU",
    "paper": "XL-Sum and Llama-2-7B from the hub, with the paper's own numbers: days on several "
    "large GPUs",
}
LABELS = {
    "corpus": "Corpus",
    "sizes": "Selected summaries n'",
    "selection_rates": "Selection rates",
    "max_train": "Training articles",
    "n_test": "Test articles",
    "model": "Model",
    "weak_model": "Model of the weak supervisor",
    "article_column": "Column of the articles",
    "summary_column": "Column of the summaries",
    "generator_share": "Human summaries of the generator (share)",
    "learning_rate": "Learning rate",
    "generator_learning_rate": "Learning rate of the generator alone",
    "weak_learning_rate": "Learning rate of the supervisor",
    "epochs": "Epochs",
    "weak_epochs": "Epochs of the supervisor",
    "block_size": "Prompt and summary (tokens)",
    "max_new_tokens": "Longest summary (tokens)",
    "dtype": "Number format",
    "loss": "Tokens that are learnt",
    "held_out": "Measured on",
}


def memory_plan(configs: Sequence[Config]) -> list[str]:
    """Say what models from a hub or a folder need; all runs have the same ones."""
    config = configs[0]
    if not isinstance(config, SummarizationConfig) or config.model in (EMBEDDED, FRESH):
        return []
    return plan_text(config)


FORM = RunForm(
    experiment="summarization",
    presets=PRESETS,
    main_fields=("seed", "corpus", "model"),
    settings=(
        "verifiers",
        "selection_rates",
        "sizes",
        "max_train",
        "n_test",
        "weak_model",
        "article_column",
        "summary_column",
        "learning_rate",
        "epochs",
    ),
    labels=LABELS,
    notes=memory_plan,
)
