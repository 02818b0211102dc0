"""Which eigenvalue runs are repetitions of each other, and which accuracy is drawn."""

from collections.abc import Sequence

import pandas as pd

from pages.ui.shared.task_kinds import TaskKinds, joined
from synverify_core.experiments.base import Config
from synverify_core.experiments.eigenvalues.scoring import TOLERANCES, metric_name

__all__ = [
    "TASKS",
    "by_task",
    "default_task",
    "joined",
    "metrics_of",
    "own_metric",
    "preset_tasks",
    "settings_of",
    "task_key",
    "task_labels",
]

TASKS = TaskKinds(
    experiment="eigenvalues",
    joined=("seed", "n_seeds", "sizes", "verifiers", "selection_rates", "table_beams"),
    told_first=("encoding", "d_model", "start", "synthesis", "n_original", "tolerance"),
    subject=lambda values: f"{values['dimension']} × {values['dimension']}",
    rank=lambda values: values["dimension"],
)
settings_of = TASKS.settings_of
task_key = TASKS.key
by_task = TASKS.by_task
preset_tasks = TASKS.presets
task_labels = TASKS.labels
default_task = TASKS.default


def metrics_of(table: pd.DataFrame) -> list[str]:
    """Return the accuracies that were measured, the largest tolerance first."""
    measured = set(table["metric"].dropna()) if len(table) else set()
    return [name for name in map(metric_name, TOLERANCES) if name in measured]


def own_metric(config: Config, measured: Sequence[str]) -> str:
    """Return the accuracy at the task's own tolerance, or at the nearest one that is measured."""
    tolerance = settings_of(config)["tolerance"]
    nearest = sorted(TOLERANCES, key=lambda other: abs(other - tolerance))
    return next((name for name in map(metric_name, nearest) if name in measured), "")
