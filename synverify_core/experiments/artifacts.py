"""Models and pools on disk: made once, shared by every later run with the same settings."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from synverify_core.errors import StoreError
from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.lineage import Lineage
from synverify_core.files import whole_folder, write_json

T = TypeVar("T")

SETTINGS_NAME = "settings.json"
# They do not change what a chain's model is: its steps say which verifier, rate and size made it.
_OF_THE_RUN = {"seed", "n_seeds", "verifiers", "selection_rates", "n_rounds"}


class Artifact(NamedTuple):
    """Something that is made once: where it lies, what determines it, and what kind it is."""

    kind: str
    folder: Path
    identity: Mapping[str, Any]


def model_artifact(experiment: AnyExperiment, artifacts: Path, lineage: Lineage) -> Artifact:
    """Name a model: the generator of a seed, or the one that a chain goes on with."""
    if not lineage.steps:
        facts = _facts(experiment, "generator", lineage, experiment.generator_fields)
        return _artifact(experiment, artifacts, facts)
    names = set(type(experiment.config).model_fields) - _OF_THE_RUN
    return _artifact(experiment, artifacts, _facts(experiment, "model", lineage, names), "model-")


def helper_artifact(experiment: AnyExperiment, artifacts: Path, seed: int, name: str) -> Artifact:
    """Name a model that is trained beside the generator of a seed."""
    facts = _facts(experiment, "helper", Lineage(seed), experiment.helper_fields[name], name)
    return _artifact(experiment, artifacts, facts, f"helper-{name}-")


def pool_artifact(experiment: AnyExperiment, artifacts: Path, lineage: Lineage) -> Artifact:
    """Name the pool that a model labels, and that helpers judge."""
    judges = [name for name in experiment.helpers if name != experiment.starts_from]
    names = {
        *model_artifact(experiment, artifacts, lineage).identity["settings"],
        *experiment.pool_fields,
        *(field for name in judges for field in experiment.helper_fields[name]),
    }
    facts = _facts(experiment, "pool", lineage, names)
    if lineage.difficulty is not None:
        facts["difficulty"] = lineage.difficulty
    if found := {name: own for name in judges if (own := experiment.identity(name))}:
        facts["judges"] = found
    return _artifact(experiment, artifacts, facts, "pool-")


def cached(
    artifact: Artifact,
    load: Callable[[Path], T],
    make: Callable[[], T],
    save: Callable[[T, Path], None],
) -> T:
    """Load an artifact, or make and save it in one atomic step.

    Raises
    ------
    StoreError
        If its folder is there but cannot be read, or cannot be written.
    """
    if artifact.folder.is_dir():
        try:
            return load(artifact.folder)
        except Exception as error:
            raise StoreError(
                f"The {artifact.kind} in {artifact.folder} cannot be read ({error}). "
                "Delete this folder to make it again."
            ) from error
    made = make()
    keep(artifact, made, save)
    return made


def keep(artifact: Artifact, made: T, save: Callable[[T, Path], None]) -> None:
    """Save what was made, unless it is there already.

    Raises
    ------
    StoreError
        If its folder cannot be written.
    """
    if artifact.folder.is_dir():
        return
    with whole_folder(artifact.folder) as folder:
        write_json(folder / SETTINGS_NAME, artifact.identity, durable=False)
        save(made, folder)


def _facts(
    experiment: AnyExperiment,
    kind: str,
    lineage: Lineage,
    fields: Iterable[str],
    helper: str | None = None,
) -> dict[str, Any]:
    """Everything that determines an artifact."""
    own = experiment.identity(helper)
    return {
        "kind": kind,
        "experiment": experiment.name,
        "version": experiment.version,
        "settings": experiment.config.model_dump(mode="json", include=set(fields)),
        "seed": lineage.seed,
        "steps": [step.parts for step in lineage.steps],
        "helper": helper,
        **({"identity": own} if own else {}),
    }


def _artifact(
    experiment: AnyExperiment, artifacts: Path, facts: dict[str, Any], prefix: str = ""
) -> Artifact:
    text = json.dumps(facts, sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Artifact(facts["kind"], artifacts / experiment.name / f"{prefix}{key}", facts)
