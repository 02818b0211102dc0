"""Models on disk that can be tried by hand: bases, generators, supervisors; without torch."""

import json
import math
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.errors import StoreError
from synverify_core.experiments.summarization.experiment import MODEL_NAME
from synverify_core.experiments.summarization.folders import (
    Made,
    corpus_words,
    model_words,
    read_made,
)
from synverify_core.experiments.summarization.pools import EXPERIMENT_NAME, StoredPool
from synverify_core.experiments.summarization.sources import EMBEDDED, embedded_folder

_CONFIG, _WEIGHTS, _PARTS = "config.json", "model.safetensors", "model.safetensors.index.json"
_LARGEST_HEADER = 100_000_000
"""Bytes, as the safetensors format has it."""
_ROLES = {MODEL_NAME: "generator", "weak": "supervisor"}
_ORDER = ("base", "generator", "supervisor")


class TrainedModel(NamedTuple):
    """A model that can be loaded.

    key : `embedded`, name of a fresh base, or name of a generator's folder and the model in it.
    role : base, generator or supervisor.
    parameters : how many weights it has; 0 where its files do not say so.
    modified : of the weights, in nanoseconds.
    """

    key: str
    path: Path
    role: str
    made: Made
    parameters: int
    shipped: bool
    modified: int


class Models(NamedTuple):
    """Models to choose from, shipped ones first, and one message for each damaged folder."""

    models: list[TrainedModel]
    problems: list[str]


class Judges(NamedTuple):
    """The models that scored a pool, as far as they are still on disk."""

    generator: TrainedModel | None
    supervisor: TrainedModel | None


def list_models(artifacts: Path, reference_artifacts: Path) -> Models:
    """Look for models in both folders of artifacts, and for the shipped base.

    Shipped ones come first, bases before generators before supervisors; then by seed.
    """
    models: dict[str, TrainedModel] = {}
    problems: list[str] = []
    for root, shipped in ((reference_artifacts, True), (artifacts, False)):
        found = []
        for key, role, path, beside in _places(root / EXPERIMENT_NAME, shipped):
            try:
                found.append(read_model(path, key, role, beside, shipped=shipped))
            except StoreError as error:
                problems.append(str(error))
        found.sort(key=lambda model: (_ORDER.index(model.role), model.made.seed or 0, model.key))
        for model in found:
            models.setdefault(model.key, model)
    return Models(list(models.values()), sorted(problems))


def judges_of(pool: StoredPool, models: Sequence[TrainedModel]) -> Judges:
    """Find the generator that wrote a pool and the supervisor that was trained beside it."""
    found: dict[str, TrainedModel] = {}
    for model in models:
        fields = {name: pool.made.settings.get(name) for name in model.made.settings}
        same = fields == model.made.settings and model.made.identity == pool.made.identity
        if model.made.settings and same and model.made.seed == pool.made.seed:
            found.setdefault(model.role, model)
    return Judges(found.get("generator"), found.get("supervisor"))


def short_names(models: Sequence[TrainedModel]) -> dict[str, str]:
    """Return a short name a model, by key: its role, and further facts where two are alike."""
    names = {model.key: model.role.capitalize() for model in models}
    for facts in (_seed, _corpus, _base, _size, _folder):
        often = Counter(names.values())
        names = {
            model.key: names[model.key] + (facts(model) if often[names[model.key]] > 1 else "")
            for model in models
        }
    return names


def _seed(model: TrainedModel) -> str:
    return f", seed {model.made.seed}" if model.made.seed is not None else ""


def _corpus(model: TrainedModel) -> str:
    corpus = model.made.settings.get("corpus")
    return f", {corpus_words(str(corpus))}" if corpus else ""


def _base(model: TrainedModel) -> str:
    base = model.made.settings.get("model")
    return f", {model_words(str(base))}" if base else ""


def _size(model: TrainedModel) -> str:
    return f", {model.parameters / 1e6:,.3g} million parameters"


def _folder(model: TrainedModel) -> str:
    return f", {model.key[:12]}"


def read_model(
    path: Path, key: str, role: str, beside: Path, *, shipped: bool = False
) -> TrainedModel:
    """Read what the files of a model say of themselves, without its weights.

    Parameters
    ----------
    path : folder that transformers wrote.
    beside : folder with the settings that made it.

    Raises
    ------
    StoreError
        Naming the folder that is damaged or holds something else.
    """
    made = read_made(beside)
    try:
        json.loads((path / _CONFIG).read_text(encoding="utf8"))
        single = (path / _WEIGHTS).is_file()
        weights = path / (_WEIGHTS if single else _PARTS)
        modified = weights.stat().st_mtime_ns
        parameters = _count(weights) if single else _count_parts(weights)
    except (OSError, struct.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read as a model: {error}") from error
    return TrainedModel(key, path, role, made, parameters, shipped, modified)


def _places(root: Path, shipped: bool) -> Iterator[tuple[str, str, Path, Path]]:
    """Key, role, folder and folder of the settings of everything that looks like a model."""
    if shipped and (embedded_folder() / _CONFIG).is_file():
        yield EMBEDDED, "base", embedded_folder(), embedded_folder()
    for folder in sorted(root.glob("*/")):
        if folder.name.endswith(".partial"):
            continue  # being written at this moment
        if folder.name.startswith("fresh-"):
            yield folder.name, "base", folder, folder
        for name, role in _ROLES.items():
            if (folder / name).is_dir():
                yield f"{folder.name}.{name}", role, folder / name, folder


def _count(weights: Path) -> int:
    """Count the numbers in a file of weights by its header; one that is cut off is refused."""
    with weights.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > _LARGEST_HEADER:
            raise ValueError(f"the header of {_WEIGHTS} is too long")
        header: dict[str, Any] = json.loads(file.read(length))
    header.pop("__metadata__", None)
    end = 8 + length + max(entry["data_offsets"][1] for entry in header.values())
    if weights.stat().st_size != end:
        raise ValueError(f"{_WEIGHTS} has {weights.stat().st_size:,} bytes instead of {end:,}")
    return sum(math.prod(entry["shape"]) for entry in header.values())


def _count_parts(index: Path) -> int:
    facts = json.loads(index.read_text(encoding="utf8"))["metadata"]
    return int(facts.get("total_parameters", 0))
