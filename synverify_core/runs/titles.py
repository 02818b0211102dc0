"""What runs are called: by what they are about and what sets them apart, never by their uid."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from synverify_core.experiments.base import AnyExperiment, make_config
from synverify_core.experiments.config import Config
from synverify_core.runs.record import Run
from synverify_core.runs.uid import changed_fields

REPEATED = ("seed", "n_seeds")
"""Settings in which repetitions may differ."""
LONGEST_VALUE = 24
"""Characters of a setting's value inside a name."""

Settings = Mapping[str, Any]


class Group(NamedTuple):
    """Runs of the same settings, which differ in their seeds at most.

    key : short name that an address can have.
    name : what sets it apart from the other groups it was made with.
    """

    key: str
    name: str
    runs: tuple[Run, ...]

    @property
    def seeds(self) -> list[int]:
        """All seeds of all its runs, each once."""
        return sorted({seed for run in self.runs for seed in run.config.seeds})

    @property
    def uids(self) -> tuple[str, ...]:
        """Of its runs."""
        return tuple(run.uid for run in self.runs)


def grouped(runs: Sequence[Run]) -> list[Group]:
    """Put runs of the same settings together, in the order in which each first occurs."""
    found: dict[str, dict[str, Run]] = {}
    for run in runs:
        found.setdefault(_key(run), {})[run.uid] = run
    members = [sorted(same.values(), key=lambda run: run.config.seed) for same in found.values()]
    names = short_names([same[0].config for same in members], _given(members))
    groups = []
    for key, name, same in zip(found, names, members, strict=True):
        # Only the version of the code, or nothing that a config says, sets them apart.
        unique = name if names.count(name) == 1 else f"{name} ({key.rpartition('-')[2]})"
        groups.append(Group(key, unique, tuple(same)))
    return groups


def _key(run: Run) -> str:
    changed = {k: v for k, v in changed_fields(run.config).items() if k not in REPEATED}
    text = json.dumps([run.experiment, run.outdated, changed], sort_keys=True)
    return f"{run.experiment}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _given(members: Sequence[Sequence[Run]]) -> list[str]:
    """Return the names that a user gave: a group has one if all its named runs share it."""
    named = [{run.name for run in same if run.name} for same in members]
    return [next(iter(names)) if len(names) == 1 else "" for names in named]


def short_names(configs: Sequence[Config], given: Sequence[str] = ()) -> list[str]:
    """Name configs by subject, largest size and verifiers; those alike by what else differs.

    Parameters
    ----------
    given : names that a user chose, empty where there is none.
    """
    first = list(given) or [""] * len(configs)
    names = [name or plain_name(one) for name, one in zip(first, configs, strict=True)]
    settings = [settings_of(config) for config in configs]
    told = []
    for place, name in enumerate(names):
        rivals = [s for at, s in enumerate(settings) if names[at] == name and at != place]
        parts = [setting_text(f, settings[place][f]) for f in telling(settings[place], rivals)]
        told.append(", ".join([name, *parts]))
    return told


def plain_name(config: Config) -> str:
    """Write e.g. "2 × 2, 260,000, 8 verifiers": subject, largest size, verifiers, rounds."""
    parts = [config.subject, f"{config.sizes[-1]:,}"]
    many = len(config.verifiers) > 1
    parts.append(f"{len(config.verifiers)} verifiers" if many else config.verifiers[0])
    parts += [f"{config.n_rounds} rounds"] * (config.n_rounds > 1)
    return ", ".join(filter(None, parts))


def run_name(run: Run) -> str:
    """Return the name given by the user, else one from the settings."""
    return run.name or plain_name(run.config)


def seeds_of(config: Config) -> str:
    """Write the seeds of one run: `seed 3`, `seeds 0 to 4`."""
    first, last = config.seeds[0], config.seeds[-1]
    return f"seed {first}" if first == last else f"seeds {first} to {last}"


def settings_of(config: Config) -> dict[str, Any]:
    """Return the settings that repetitions share, as JSON values."""
    return config.model_dump(mode="json", exclude=set(REPEATED))


def telling(own: Settings, rivals: Sequence[Settings], first: Sequence[str] = ()) -> list[str]:
    """Return settings that together set one apart from all rivals that differ in any.

    `first` are asked first, the others follow in their own order.
    """
    told: list[str] = []
    left = list(rivals)
    for name in dict.fromkeys([*first, *own]):
        if name in own and any(other.get(name) != own[name] for other in left):
            told.append(name)
            left = [other for other in left if other.get(name) == own[name]]
    return told


def setting_text(name: str, value: Any) -> str:
    """Write one setting in few words: n_original = 6,500; a long list is cut."""
    if isinstance(value, list):
        text = ", ".join("own rule" if one is None else _number(one) for one in value)
    else:
        text = _number(value)
    return f"{name} = {text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + '…'}"


def _number(value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if whole else "none" if value is None else str(value)


class Nearest(NamedTuple):
    """The preset that a config is nearest to, and the settings, first seed apart, that differ."""

    preset: str
    differing: dict[str, Any]

    def text(self, at_most: int = 3) -> str:
        """Write e.g. `preset quick, pool_size = 5,000`, so many settings at most; not the seeds."""
        told = {name: value for name, value in self.differing.items() if name != "n_seeds"}
        parts = [setting_text(name, value) for name, value in told.items()]
        more = len(parts) - at_most
        shown = [*parts[:at_most], *([f"{more} more"] if more > 0 else [])]
        return ", ".join([f"preset {self.preset}", *shown])


def nearest_preset(experiment: type[AnyExperiment], config: Config) -> Nearest:
    """Return the preset from which a config differs in the fewest settings."""
    values = config.model_dump(mode="json", exclude={"seed"})
    found = []
    for preset, other in _presets(experiment).items():
        differing = {name: value for name, value in values.items() if value != other[name]}
        found.append(Nearest(preset, differing))
    return min(found, key=lambda one: len(one.differing))


@lru_cache
def _presets(experiment: type[AnyExperiment]) -> dict[str, dict[str, Any]]:
    names = experiment.presets
    return {name: make_config(experiment, name).model_dump(mode="json") for name in names}
