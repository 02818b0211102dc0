"""Which summarization runs are repetitions of each other: one corpus, model and recipe."""

from pages.ui.shared.task_kinds import TaskKinds

TASKS = TaskKinds(
    experiment="summarization",
    joined=("seed", "n_seeds", "sizes", "verifiers", "selection_rates", "clean_labels"),
    told_first=("corpus", "model", "max_train", "weak_model", "loss", "learning_rate", "epochs"),
    width=440,
)
