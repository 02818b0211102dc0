"""What there is on disk of an experiment: models and pools, shipped ones and the user's own.

Read without torch, by the page process. What an experiment knows of its own files stands in its
`stored.py`.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, create_model
from safetensors import safe_open

from synverify_core.errors import StoreError
from synverify_core.experiments import registry
from synverify_core.experiments.artifacts import SETTINGS_NAME
from synverify_core.experiments.lineage import Step
from synverify_core.experiments.refusals import first_fault

Kind = Literal["base", "generator", "helper", "model", "pool"]
KINDS: tuple[Kind, ...] = ("base", "generator", "helper", "model", "pool")
F = TypeVar("F")
_PREFIXES: dict[Kind, str] = {
    "base": "fresh-",
    "helper": "helper-",
    "model": "model-",
    "pool": "pool-",
}


class Origin(BaseModel):
    """What determined an artifact, as the settings beside it say.

    identity : what its corpus and its base were made of, if it depends on files.
    judges : the same of the helper models that scored a pool.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    settings: dict[str, JsonValue]
    seed: int = Field(ge=0, lt=2**32)
    steps: tuple[Step, ...] = ()
    helper: str | None = None
    identity: dict[str, JsonValue] = {}
    judges: dict[str, dict[str, JsonValue]] = {}

    @property
    def words(self) -> str:
        """Seed and rounds for people: `seed 0, round 2 after oracle 2,048`."""
        if not self.steps:
            return f"seed {self.seed}"
        verifier, rate, size, _ = self.steps[-1]
        share = "" if rate is None else f" at {100 * rate:g} %"
        return f"seed {self.seed}, round {len(self.steps)} after {verifier} {size:,}{share}"

    def agrees(self, settings: Mapping[str, Any], identity: Mapping[str, Any]) -> bool:
        """Tell whether nothing that both know is different."""
        pairs = ((self.settings, settings), (self.identity, identity))
        return all(own[name] == other[name] for own, other in pairs for name in own.keys() & other)


@dataclass(frozen=True)
class Stored(Generic[F]):
    """An artifact that can be loaded.

    key : name of its folder, the same for the same settings on every machine.
    path : what is to be loaded.
    facts : what the experiment reads from its files.
    modified : of its newest file, in nanoseconds; with the path it tells a file from its successor.
    """

    key: str
    kind: Kind
    path: Path
    origin: Origin
    facts: F
    shipped: bool
    modified: int

    @classmethod
    def of(
        cls, key: str, kind: Kind, origin: Origin, path: Path, facts: F, shipped: bool
    ) -> "Stored[F]":
        """Describe what lies at a path, a file or a folder of files."""
        files = path.iterdir() if path.is_dir() else [path]
        modified = max(file.stat().st_mtime_ns for file in files)
        return cls(key, kind, path, origin, facts, shipped, modified)


class Listing(NamedTuple, Generic[F]):
    """What there is to choose from, and one message for each damaged folder."""

    found: list[Stored[F]]
    problems: list[str]


def list_stored(
    experiment: str,
    artifacts: Path,
    reference_artifacts: Path,
    read: Callable[[Path], tuple[Path, F]],
    *kinds: Kind,
) -> Listing[F]:
    """List an experiment's artifacts of these kinds; damaged ones hide no others.

    Shipped ones come first, by kind, round and seed; then the user's own, by kind, and newest
    first, retrained models behind those of no round.

    Parameters
    ----------
    read : of a folder, what is to be loaded and what is known of it; any error means damage.
    """
    found: dict[str, Stored[F]] = {}
    problems = []
    for root, shipped in ((reference_artifacts, True), (artifacts, False)):
        for folder in (root / experiment).glob("*/"):
            kind = kind_of(folder)
            if kind not in kinds or folder.suffix == ".partial":
                continue  # a partial one is being written at this moment
            try:
                with reading(f"The {kind} in {folder}"):
                    origin = read_origin(folder, experiment)
                    stored = Stored.of(folder.name, kind, origin, *read(folder), shipped)
                    found.setdefault(stored.key, stored)
            except StoreError as error:
                problems.append(str(error))
    return Listing(sorted(found.values(), key=in_order), sorted(problems))


def in_order(stored: Stored[Any]) -> tuple[Any, ...]:
    """Return what a listing is sorted by."""
    rounds, place = len(stored.origin.steps), KINDS.index(stored.kind)
    age = stored.origin.seed if stored.shipped else -stored.modified
    return not stored.shipped, place, rounds, age, stored.key


def kind_of(folder: Path) -> Kind | None:
    """Tell what a folder holds by its name; None for an experiment's other files, e.g. corpora."""
    for kind, prefix in _PREFIXES.items():
        if folder.name.startswith(prefix):
            return kind
    named = re.fullmatch("[0-9a-f]{16}", folder.name) or (folder / SETTINGS_NAME).exists()
    return "generator" if named else None


def read_origin(folder: Path, experiment: str) -> Origin:
    """Read the settings beside an artifact; the values of the experiment's fields are checked.

    Raises
    ------
    StoreError
        Naming the file, and the field that is damaged.
    """
    path = folder / SETTINGS_NAME
    with reading(str(path)):
        origin = Origin.model_validate_json(regular(path).read_bytes())
        _fields(experiment).model_validate_json(json.dumps(origin.settings), strict=True)
        return origin


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a damaged file makes its readers raise into a `StoreError` that names it."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        fault = first_fault(error) if isinstance(error, ValidationError) else str(error)
        reason = " ".join(fault.split())[:300] or type(error).__name__
        raise StoreError(f"{what} cannot be read: {reason}") from error


def regular(path: Path) -> Path:
    """Return the path of a file; a pipe in its place, which a reader waits for, is refused."""
    if not path.is_file():
        raise StoreError(f"{path} is missing, or not a file")
    return path


class Header(NamedTuple):
    """What a file of weights says before the weights: its facts, and how many numbers it has."""

    facts: dict[str, str]
    parameters: int


def read_header(path: Path) -> Header:
    """Read the header of a safetensors file; one that is cut off, or of another kind, is refused.

    Raises
    ------
    StoreError
        Naming the file.
    """
    with reading(str(path)), safe_open(regular(path), framework="numpy") as file:
        shapes = [file.get_slice(name).get_shape() for name in file.keys()]
        return Header(file.metadata() or {}, sum(map(math.prod, shapes)))


@cache
def _fields(experiment: str) -> type[BaseModel]:
    """Return the experiment's fields as a model of which every one may be missing."""
    fields = registry.get(experiment).config_type.model_fields
    checked: Any = {
        name: (Annotated[field.annotation, "as in a run", *field.metadata], None)
        for name, field in fields.items()
    }
    return create_model("Settings", **checked)
