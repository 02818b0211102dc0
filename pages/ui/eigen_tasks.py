"""Which eigenvalue runs are repetitions of each other: those of one kind of task.

Runs that differ in seeds, sizes or verifiers share their generators and may be averaged. Runs
that differ in anything else (matrix size, encoding, model) must not be.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config
from synverify_core.experiments.eigenvalues.scoring import TOLERANCES, metric_name
from synverify_core.runs.record import Run

JOINED = ("seed", "n_seeds", "sizes", "verifiers", "selection_rates", "table_beams")
# Told first where they differ; the others follow in the Config's order.
TOLD_FIRST = ("encoding", "d_model", "start", "synthesis", "n_original", "tolerance")
POINT = ["verifier", "selection_rate", "n_samples", "seed", "metric"]


def settings_of(config: Config) -> dict[str, Any]:
    """Return what makes a kind of task."""
    return config.model_dump(mode="json", exclude=set(JOINED))


def task_key(config: Config) -> str:
    """Return the short name of a kind of task, as the page's address has it."""
    text = json.dumps(settings_of(config), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def by_task(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Group runs by their kind of task, the order of the runs kept."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(task_key(run.config), []).append(run)
    return groups


def preset_tasks() -> dict[str, str]:
    """Return the presets' kinds of task: key -> name of the preset."""
    experiment = registry.get("eigenvalues")
    return {task_key(make_config(experiment, name)): name for name in experiment.presets}


def task_labels(groups: Mapping[str, Sequence[Run]]) -> dict[str, str]:
    """Name each kind of task by its matrices and what sets it apart.

    A preset's task needs no more words; any other takes on settings, the most telling first,
    until no other task has them all.
    """
    presets = preset_tasks()
    settings = {key: settings_of(runs[0].config) for key, runs in groups.items()}
    names = {}
    for key, values in settings.items():
        parts = [f"{values['dimension']} × {values['dimension']}"]
        if key in presets:
            parts.append(f"preset {presets[key]}")
        else:
            rivals = [other for name, other in settings.items() if name != key]
            parts += [f"{name} = {values[name]}" for name in telling_fields(values, rivals)]
        names[key] = ", ".join(parts)
    return names


def telling_fields(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return settings beside the dimension that set a task apart, the most telling first."""
    told = []
    rivals = [other for other in others if other["dimension"] == values["dimension"]]
    for name in [*TOLD_FIRST, *(name for name in values if name not in TOLD_FIRST)]:
        if any(other[name] != values[name] for other in rivals):
            told.append(name)
            rivals = [other for other in rivals if other[name] == values[name]]
    return told


def default_task(groups: Mapping[str, Sequence[Run]]) -> str:
    """Return the task of a first visit: the quick preset's, else a shipped one, else the newest."""
    presets = {name: key for key, name in preset_tasks().items()}
    if presets["quick"] in groups:
        return presets["quick"]
    shipped = [key for key, runs in groups.items() if any(run.reference for run in runs)]
    smallest = sorted(shipped, key=lambda key: settings_of(groups[key][0].config)["dimension"])
    return next(iter([*smallest, *groups]), "")


def joined(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of one task as if one run had measured them: each point of a seed once.

    Runs of other sizes share the generator of their seed, whose rows would otherwise count twice.
    """
    return table.drop_duplicates(POINT).assign(uid="task") if len(table) else table


def metrics_of(table: pd.DataFrame) -> list[str]:
    """Return the accuracies that were measured, the largest tolerance first."""
    measured = set(table["metric"].dropna()) if len(table) else set()
    return [name for name in map(metric_name, TOLERANCES) if name in measured]


def own_metric(config: Config, measured: Sequence[str]) -> str:
    """Return the accuracy at the task's own tolerance, or at the nearest one that is measured."""
    tolerance = settings_of(config)["tolerance"]
    nearest = sorted(TOLERANCES, key=lambda other: abs(other - tolerance))
    return next((name for name in map(metric_name, nearest) if name in measured), "")
