"""Which runs are repetitions of each other: those of one kind of task, on every page alike.

Runs that differ only in seeds, sizes and the like share their generators and may be averaged. Runs
that differ in anything else must not be.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.ui.shared.choices import choose
from pages.ui.shared.run_names import source_text
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config
from synverify_core.runs.record import Run
from synverify_core.runs.titles import run_name, seeds_of, telling
from synverify_core.runs.uid import changed_fields

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
    width : of the control, in pixels.
    rank : orders shipped kinds; the first is what a visitor sees where no quick one is there.
    """

    experiment: str
    joined: tuple[str, ...]
    told_first: tuple[str, ...]
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
        """Name each kind of task by its config's subject and what sets it apart.

        A preset's task needs no more words; any other takes on settings, the most telling first,
        until no other task has them all.
        """
        presets = self.presets()
        settings = {key: self.settings_of(runs[0].config) for key, runs in groups.items()}
        subjects = {key: runs[0].config.subject for key, runs in groups.items()}
        names = {}
        for key, values in settings.items():
            parts = [subjects[key]]
            if key in presets:
                parts.append(f"preset {presets[key]}")
            else:
                rivals = [
                    other
                    for name, other in settings.items()
                    if name != key and subjects[name] == subjects[key]
                ]
                told = telling(values, rivals, self.told_first)
                parts += [f"{name} = {values[name]}" for name in told]
            names[key] = ", ".join(parts)
        return names

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


def run_label(run: Run) -> str:
    """Return a run's name with its seeds and where it comes from."""
    return f"{run_name(run)}, {seeds_of(run.config)} ({source_text(run)})"
