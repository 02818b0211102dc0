"""Which eigenvalue runs are repetitions of each other, and which accuracy is drawn."""

from collections.abc import Collection, Sequence

from pages.ui.shared.task_kinds import TaskKinds
from synverify_core.experiments.base import Config
from synverify_core.experiments.eigenvalues.scoring import (
    TOLERANCES,
    metric_name,
    nearest_metric,
)

TASKS = TaskKinds(
    experiment="eigenvalues",
    joined=(
        "seed",
        "n_seeds",
        "sizes",
        "verifiers",
        "selection_rates",
        "clean_labels",
        "table_beams",
    ),
    told_first=("encoding", "d_model", "start", "synthesis", "n_original", "tolerance"),
    rank=lambda values: values["dimension"],
)


def metrics_of(measured: Collection[str]) -> list[str]:
    """Return the accuracies that were measured, the largest tolerance first."""
    return [name for name in map(metric_name, TOLERANCES) if name in measured]


def own_metric(config: Config, measured: Sequence[str]) -> str:
    """Return the accuracy at the task's own tolerance, or at the nearest one that is measured."""
    return nearest_metric(TASKS.settings_of(config)["tolerance"], measured)
