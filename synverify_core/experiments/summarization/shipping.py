"""Models in half the space, for files that travel with the project."""

import json
import shutil
from pathlib import Path

from synverify_core.experiments.summarization.models import load, save
from synverify_core.experiments.summarization.pretrain import PROVENANCE_NAME

STORED_AS = "float16"
"""Eleven significant bits: log-probabilities change in the fourth digit, greedy texts hardly."""


def ship_model(source: Path, target: Path) -> None:
    """Write a model's weights as float16; whoever loads them names the dtype to compute in.

    Raises
    ------
    StoreError
        If the model cannot be read, or cannot be written.
    """
    save(load(str(source), STORED_AS), target)


def ship_base(source: Path, target: Path) -> None:
    """Write a base as float16, and say so in its provenance."""
    ship_model(source, target)
    facts = json.loads((source / PROVENANCE_NAME).read_text(encoding="utf8"))
    text = json.dumps(facts | {"stored_as": STORED_AS}, indent=1, sort_keys=True)
    (target / PROVENANCE_NAME).write_text(f"{text}\n", encoding="utf8")


def ship(source: Path, target: Path) -> None:
    """Write the model in a folder as float16, the other files as they are."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.is_dir():
            ship_model(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)
