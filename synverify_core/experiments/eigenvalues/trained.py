"""Generators on disk that can be tried by hand: the user's own and those shipped; without torch."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.errors import StoreError
from synverify_core.experiments.artifacts import SETTINGS_NAME
from synverify_core.experiments.eigenvalues.experiment import MODEL_NAME, Eigenvalues
from synverify_core.experiments.eigenvalues.shape import Shape

_LARGEST_HEADER = 100_000_000
"""Bytes, as the safetensors format has it."""


class TrainedModel(NamedTuple):
    """A generator that can be loaded.

    key : name of its folder, the same for the same settings on every machine.
    modified : of the weights, in nanoseconds; with the path it tells one file from its successor.
    settings : what determined it, and `seed`; empty where that was not written down.
    """

    key: str
    path: Path
    shape: Shape
    shipped: bool
    modified: int
    settings: Mapping[str, Any]

    @property
    def seed(self) -> int | None:
        """Seed of the generator; None if it is not known."""
        seed = self.settings.get("seed")
        return seed if isinstance(seed, int) else None

    @property
    def name(self) -> str:
        """Name for people: `2x2, P1000, 10,000 originals, seed 0 (shipped)`."""
        size = self.shape.dimension
        parts = [f"{size}x{size}", self.shape.encoding]
        if "n_original" in self.settings:
            parts.append(f"{self.settings['n_original']:,} originals")
        parts.append(f"seed {self.seed}" if self.seed is not None else "settings unknown")
        return ", ".join(parts) + (" (shipped)" if self.shipped else "")


class Listing(NamedTuple):
    """Models to choose from, shipped ones first, and one message for each damaged folder."""

    models: list[TrainedModel]
    problems: list[str]


def list_models(artifacts: Path, reference_artifacts: Path) -> Listing:
    """Look for generators in both folders of artifacts; damaged ones hide no others.

    Shipped models come first, smaller matrices first; then the user's own, newest first.
    """
    models: dict[str, TrainedModel] = {}
    problems: list[str] = []
    for root, shipped in ((reference_artifacts, True), (artifacts, False)):
        found = []
        for path in (root / Eigenvalues.name).glob(f"*/{MODEL_NAME}"):
            if path.parent.name.endswith(".partial"):
                continue  # being written at this moment
            try:
                found.append(read_model(path, shipped=shipped))
            except StoreError as error:
                problems.append(str(error))
        found.sort(key=_shipped_order if shipped else lambda model: -model.modified)
        for model in found:
            models.setdefault(model.key, model)
    return Listing(list(models.values()), sorted(problems))


def read_model(path: Path, *, shipped: bool = False) -> TrainedModel:
    """Read what a file of weights says of itself, and the settings beside it.

    Raises
    ------
    StoreError
        Naming the file that is damaged or of another kind.
    """
    shape = read_shape(path)
    settings: dict[str, Any] = {}
    beside = path.parent / SETTINGS_NAME
    try:
        modified = path.stat().st_mtime_ns
        if beside.exists():
            stored = json.loads(beside.read_text(encoding="utf8"))
            settings = {**stored["settings"], "seed": stored["seed"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{beside} cannot be read as settings of a generator: {error}") from error
    return TrainedModel(path.parent.name, path, shape, shipped, modified, settings)


def read_shape(path: Path) -> Shape:
    """Read the sizes of a model from the header of its file, without its weights.

    Raises
    ------
    StoreError
        If the file is missing, truncated, or holds something else.
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > _LARGEST_HEADER:
                raise ValueError("its header is too long")
            header = json.loads(file.read(length))
        facts = json.loads(header["__metadata__"]["facts"])
        shape = Shape(**facts["shape"])
        end = 8 + length + max(entry["data_offsets"][1] for entry in _tensors(header))
        if path.stat().st_size != end:
            raise ValueError(f"it has {path.stat().st_size:,} bytes instead of {end:,}")
        shape.slots  # noqa: B018  an encoding of another program is named here
    except (OSError, struct.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read as a trained model: {error}") from error
    return shape


def _tensors(header: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for name, entry in header.items() if name != "__metadata__"]


def _shipped_order(model: TrainedModel) -> tuple[int, int, int]:
    return model.shape.dimension, model.shape.d_model, model.seed or 0
