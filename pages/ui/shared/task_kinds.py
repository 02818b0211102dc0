"""Which runs are repetitions of each other: those of one kind of task, on every page alike.

Runs that differ only in seeds, sizes and the like share their generators and may be averaged. Runs
that differ in anything else must not be.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pages.ui.shared.choices import choose
from pages.ui.shared.run_names import short_title, source_text
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config
from synverify_core.runs.record import Run
from synverify_core.runs.uid import changed_fields

POINT = ("seed", "round", "verifier", "selection_rate", "n_samples", "metric")
"""Columns of `Row.key`: what tells a point from all others of its run."""
ADDED_LATER = ("n_rounds", "policy", "real_fraction", "held_out")
"""Not in the name of a task where they have their defaults: older links name the same task."""
Settings = Mapping[str, Any]
Groups = Mapping[str, Sequence[Run]]


@dataclass(frozen=True)
class TaskKinds:
    """How one experiment's runs fall into kinds of task.

    experiment : registry name.
    joined : settings in which the runs of one kind may differ.
    told_first : settings that are told first where two kinds differ; the others follow in the
        Config's order.
    subject : the first words of a kind's name, from its settings.
    width : of the control, in pixels.
    rank : orders shipped kinds; the first is what a visitor sees where no quick one is there.
    """

    experiment: str
    joined: tuple[str, ...]
    told_first: tuple[str, ...]
    subject: Callable[[Settings], str]
    width: int = 360
    rank: Callable[[Settings], Any] = lambda settings: 0

    def settings_of(self, config: Config) -> dict[str, Any]:
        """Return what makes a kind of task."""
        return config.model_dump(mode="json", exclude=set(self.joined))

    def key(self, config: Config) -> str:
        """Return the short name of a kind of task, as the page's address has it."""
        settings = self.settings_of(config)
        for name in set(ADDED_LATER) - changed_fields(config).keys():
            settings.pop(name, None)
        text = json.dumps(settings, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def by_task(self, runs: Sequence[Run]) -> dict[str, list[Run]]:
        """Group runs by their kind of task, the order of the runs kept."""
        groups: dict[str, list[Run]] = {}
        for run in runs:
            groups.setdefault(self.key(run.config), []).append(run)
        return groups

    def presets(self) -> dict[str, str]:
        """Return the presets' kinds of task: key -> name of the preset."""
        experiment = registry.get(self.experiment)
        return {self.key(make_config(experiment, name)): name for name in experiment.presets}

    def labels(self, groups: Groups) -> dict[str, str]:
        """Name each kind of task by its subject and what sets it apart.

        A preset's task needs no more words; any other takes on settings, the most telling first,
        until no other task has them all.
        """
        presets = self.presets()
        settings = {key: self.settings_of(runs[0].config) for key, runs in groups.items()}
        names = {}
        for key, values in settings.items():
            parts = [self.subject(values)]
            if key in presets:
                parts.append(f"preset {presets[key]}")
            else:
                rivals = [other for name, other in settings.items() if name != key]
                parts += [f"{name} = {values[name]}" for name in self.telling(values, rivals)]
            names[key] = ", ".join(parts)
        return names

    def telling(self, values: Settings, others: Sequence[Settings]) -> list[str]:
        """Return settings beside the subject that set a task apart, the most telling first."""
        told = []
        rivals = [other for other in others if self.subject(other) == self.subject(values)]
        rest = (name for name in values if name not in self.told_first)
        for name in [*self.told_first, *rest]:
            if any(other[name] != values[name] for other in rivals):
                told.append(name)
                rivals = [other for other in rivals if other[name] == values[name]]
        return told

    def default(self, groups: Groups) -> str:
        """Return the task of a first visit: the quick preset's, else a shipped, else the newest."""
        quick = [key for key, name in self.presets().items() if name == "quick" and key in groups]
        shipped = [key for key, runs in groups.items() if any(run.reference for run in runs)]
        ordered = sorted(
            shipped, key=lambda key: self.rank(self.settings_of(groups[key][0].config))
        )
        return next(iter([*quick, *ordered, *groups]), "")

    def choose(self, groups: Groups, explained: str) -> str:
        """Let the viewer choose the kind of task; kinds that differ are never averaged.

        `explained` is the control's help text.
        """
        return choose(
            self.experiment,
            "task",
            "Task",
            self.labels(groups),
            default=self.default(groups),
            along={"runs": (), "metric": ""},
            explained=explained,
            width=self.width,
        )


def joined(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of one task as if one run had measured them: each point of a seed once.

    Runs of other sizes share the generator of their seed, whose rows would otherwise count twice.
    """
    return table.drop_duplicates(list(POINT)).assign(uid="task") if len(table) else table


def run_label(run: Run) -> str:
    """Return a run's name with its seeds and where it comes from."""
    seeds = run.config.seeds
    which = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    return f"{run.name or short_title(run)}, {which} ({source_text(run)})"
