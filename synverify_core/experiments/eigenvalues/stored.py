"""Generators and retrained models on disk that can be tried by hand; read without torch."""

import json
from pathlib import Path

from pydantic import TypeAdapter

from synverify_core.experiments.catalogue import Listing, Stored, list_stored, read_header, reading
from synverify_core.experiments.eigenvalues.data import LARGEST_DIMENSION
from synverify_core.experiments.eigenvalues.experiment import MODEL_NAME, Eigenvalues
from synverify_core.experiments.eigenvalues.shape import Shape

_SHAPE: TypeAdapter[Shape] = TypeAdapter(Shape)


def list_models(artifacts: Path, reference_artifacts: Path) -> Listing[Shape]:
    """List models as `list_stored` does; of the shipped ones, smaller matrices come first."""

    def read(folder: Path) -> tuple[Path, Shape]:
        return folder / MODEL_NAME, read_shape(folder / MODEL_NAME)

    found, problems = list_stored(
        Eigenvalues.name, artifacts, reference_artifacts, read, "generator", "model"
    )
    found.sort(key=lambda one: (one.facts.dimension, one.facts.d_model) if one.shipped else (99, 0))
    return Listing(found, problems)


def name_of(model: Stored[Shape]) -> str:
    """Name a model for people: `2x2, P1000, 10,000 originals, seed 0 (shipped)`."""
    size, originals = model.facts.dimension, model.origin.settings.get("n_original")
    parts = [f"{size}x{size}", model.facts.encoding]
    parts += [f"{originals:,} originals"] if originals is not None else []
    return ", ".join([*parts, model.origin.words]) + (" (shipped)" if model.shipped else "")


def read_shape(path: Path) -> Shape:
    """Read the sizes of a model from the header of its file, without its weights.

    Raises
    ------
    StoreError
        If the file is missing, truncated, or holds something else.
    """
    facts = read_header(path).facts
    with reading(str(path)):
        known = json.loads(facts["facts"])["shape"]
        shape = _SHAPE.validate_json(json.dumps(known), strict=True)
        if not 1 <= shape.dimension <= LARGEST_DIMENSION:
            raise ValueError(f"dimension = {shape.dimension} is not in [1, {LARGEST_DIMENSION}]")
        shape.slots  # noqa: B018  an encoding of another program is named here
    return shape
