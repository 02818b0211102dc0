"""The Trainer's checkpoints: which is whole, and whether it belongs to this training."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synverify_core.errors import InputError, StoreError
from synverify_core.files import write_json

IDENTITY_NAME = "training.json"
# The Trainer writes this file last: a checkpoint without it was cut off by an interruption.
_LAST_WRITTEN = "trainer_state.json"


def last_checkpoint(workspace: Path) -> Path | None:
    """Return the newest whole checkpoint; those that were cut off are removed."""
    whole = []
    for folder in workspace.glob("checkpoint-*"):
        try:
            json.loads((folder / _LAST_WRITTEN).read_text(encoding="utf8"))
            whole.append(folder)
        except (OSError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)
    return max(whole, key=lambda folder: int(folder.name.split("-")[1]), default=None)


def remove_checkpoints(workspace: Path) -> None:
    """Remove what a finished training no longer needs."""
    for folder in workspace.glob("checkpoint-*"):
        shutil.rmtree(folder, ignore_errors=True)
    (workspace / IDENTITY_NAME).unlink(missing_ok=True)


def require_identity(workspace: Path, identity: Mapping[str, Any]) -> None:
    """Mark a workspace as this training's, or refuse one that is another's.

    Raises
    ------
    InputError
        Naming every setting that differs, with both values.
    StoreError
        If the mark cannot be read or written.
    """
    path = workspace / IDENTITY_NAME
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_json(path, identity, durable=False)
            return
        found = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be used: {error}") from error
    differing = [
        f"{name} = {found.get(name)!r} (needed: {identity.get(name)!r})"
        for name in sorted({*found, *identity})
        if found.get(name) != identity.get(name)
    ]
    if differing:
        raise InputError(f"{path} was made with other settings: {', '.join(differing)}")


def loss_history(workspace: Path) -> list[tuple[int, float]]:
    """Read (step, loss) pairs of the last checkpoint, for a look at a training that runs."""
    checkpoint = last_checkpoint(workspace)
    if checkpoint is None:
        return []
    state = json.loads((checkpoint / _LAST_WRITTEN).read_text(encoding="utf8"))
    return [(line["step"], line["loss"]) for line in state["log_history"] if "loss" in line]
