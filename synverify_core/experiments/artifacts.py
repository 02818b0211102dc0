"""Generators and pools on disk: made once, shared by every later run with the same settings."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from synverify_core.errors import StoreError
from synverify_core.experiments.base import Experiment

AnyExperiment = Experiment[Any, Any, Any, Any]
T = TypeVar("T")

SETTINGS_NAME = "settings.json"


def generator_folder(experiment: AnyExperiment, artifacts: Path, seed: int) -> Path:
    """Return where the generator of this seed lives: one folder for everything that made it."""
    identity = _identity(experiment, seed, experiment.generator_fields)
    return artifacts / experiment.name / _key(identity)


def pool_folder(experiment: AnyExperiment, artifacts: Path, seed: int) -> Path:
    """Return where the pool of this seed's generator lives, if the experiment stores pools."""
    fields = (*experiment.generator_fields, *experiment.pool_fields)
    return artifacts / experiment.name / f"pool-{_key(_identity(experiment, seed, fields))}"


def cached_generator(
    experiment: AnyExperiment, artifacts: Path, seed: int, train: Callable[[], Any]
) -> Any:
    """Load the generator of this seed, or train and save it in one atomic step.

    Raises
    ------
    StoreError
        If its folder is there but cannot be read, or cannot be written.
    """
    identity = _identity(experiment, seed, experiment.generator_fields)
    folder = generator_folder(experiment, artifacts, seed)
    return _cached(
        "generator", folder, identity, experiment.load_generator, train, experiment.save_generator
    )


def cached_pool(
    experiment: AnyExperiment,
    artifacts: Path,
    seed: int,
    generator: Any,
    synthesize: Callable[[], Any],
) -> Any:
    """Load the pool of this seed's generator, or synthesize and save it in one atomic step.

    An experiment whose pool is cheaper to draw again than to read has `stores_pool = False`.

    Raises
    ------
    StoreError
        If its folder is there but cannot be read, or cannot be written.
    """
    if not experiment.stores_pool:
        return synthesize()
    fields = (*experiment.generator_fields, *experiment.pool_fields)
    return _cached(
        "pool",
        pool_folder(experiment, artifacts, seed),
        _identity(experiment, seed, fields),
        lambda there: experiment.load_pool(there, generator),
        synthesize,
        experiment.save_pool,
    )


def _identity(experiment: AnyExperiment, seed: int, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """Everything that determines an artifact."""
    own = experiment.identity()
    return {
        "experiment": experiment.name,
        "version": experiment.version,
        "settings": experiment.config.model_dump(mode="json", include=set(fields)),
        "seed": seed,
        **({"identity": own} if own else {}),
    }


def _key(identity: Mapping[str, Any]) -> str:
    text = json.dumps(list(identity.values()), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _cached(
    kind: str,
    folder: Path,
    identity: Mapping[str, Any],
    load: Callable[[Path], T],
    make: Callable[[], T],
    save: Callable[[T, Path], None],
) -> T:
    if folder.is_dir():
        try:
            return load(folder)
        except Exception as error:
            raise StoreError(
                f"The {kind} in {folder} cannot be read ({error}). "
                "Delete this folder to make it again."
            ) from error
    made = make()
    partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        partial.mkdir(parents=True)
        (partial / SETTINGS_NAME).write_text(json.dumps(identity, indent=1), encoding="utf8")
        save(made, partial)
        partial.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else another run with the same settings was first
            raise StoreError(f"The {kind} cannot be written to {folder}: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return made
