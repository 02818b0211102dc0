"""Which summarization runs are repetitions of each other: one corpus, model and recipe."""

from collections.abc import Mapping
from typing import Any

from pages.ui.shared.task_kinds import TaskKinds
from synverify_core.experiments.summarization.corpora.spec import check_spec
from synverify_core.experiments.summarization.stored import corpus_words, model_words


def subject(values: Mapping[str, Any]) -> str:
    """Name a task by its corpus and its model, without their folders."""
    packages = check_spec(values["corpus"]).target.split(",")
    docstrings = values["corpus"].startswith("docstrings:")
    many = docstrings and len(packages) > 1
    corpus = f"docstrings of {len(packages)} packages" if many else corpus_words(values["corpus"])
    return f"{corpus}, {model_words(values['model'])}"


TASKS = TaskKinds(
    experiment="summarization",
    joined=("seed", "n_seeds", "sizes", "verifiers", "selection_rates", "clean_labels"),
    told_first=("corpus", "model", "max_train", "weak_model", "loss", "learning_rate", "epochs"),
    subject=subject,
    width=440,
)
