"""Generators on disk: trained once, shared by every later run with the same settings."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from synverify_core.errors import StoreError
from synverify_core.experiments.base import Experiment

AnyExperiment = Experiment[Any, Any, Any, Any]


def generator_folder(experiment: AnyExperiment, artifacts: Path, seed: int) -> Path:
    """Return where the generator of this seed lives: one folder for everything that made it."""
    settings = experiment.config.model_dump(mode="json", include=set(experiment.generator_fields))
    identity = json.dumps([experiment.name, experiment.version, settings, seed], sort_keys=True)
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return artifacts / experiment.name / key


def cached_generator(experiment: AnyExperiment, folder: Path, train: Callable[[], Any]) -> Any:
    """Load the generator from its folder, or train and save it there in one atomic step.

    Raises
    ------
    StoreError
        If the folder is there but cannot be read, or cannot be written.
    """
    if folder.is_dir():
        try:
            return experiment.load_generator(folder)
        except Exception as error:
            raise StoreError(
                f"The generator in {folder} cannot be read ({error}). "
                "Delete this folder to train it again."
            ) from error
    generator = train()
    partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        partial.mkdir(parents=True)
        experiment.save_generator(generator, partial)
        partial.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else another run with the same settings was first
            raise StoreError(f"The generator cannot be written to {folder}: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return generator
