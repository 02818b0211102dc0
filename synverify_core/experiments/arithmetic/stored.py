"""Models on disk that can be tried by hand, as chains of rounds; read without torch."""

import json
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from synverify_core.experiments.arithmetic.experiment import MODEL_NAME, Arithmetic
from synverify_core.experiments.arithmetic.shape import Shape
from synverify_core.experiments.catalogue import Stored, list_stored, read_header, reading

_SHAPE: TypeAdapter[Shape] = TypeAdapter(Shape)


class Chains(NamedTuple):
    """Models by seed and filter, from the generator on, and one message for each damaged folder.

    by_filter : (seed, verifier) -> models of rounds 0, 1, ...; as far as they are on disk.
    """

    by_filter: dict[tuple[int, str], list[Stored[Shape]]]
    problems: list[str]


def list_chains(artifacts: Path, reference_artifacts: Path, task: str) -> Chains:
    """List the chains of one task, shipped ones before the user's own."""

    def read(folder: Path) -> tuple[Path, Shape]:
        path = folder / MODEL_NAME.format(0)
        return path, read_shape(path)

    listing = list_stored(
        Arithmetic.name, artifacts, reference_artifacts, read, "generator", "model"
    )
    own = [one for one in listing.found if one.origin.settings.get("task") == task]
    starts = [one for one in own if not one.origin.steps]
    found: dict[tuple[int, str], list[Stored[Shape]]] = {}
    # Rounds come in their order, so that each finds the chain that it goes on.
    for model in sorted(own, key=lambda one: len(one.origin.steps)):
        steps = model.origin.steps
        if not steps:
            continue
        key = model.origin.seed, steps[-1].verifier
        chain = found.setdefault(key, [one for one in starts if _begins(one, model)][:1])
        before = chain[-1].origin if chain else None
        # Runs of other settings may have chains with the same steps.
        alike = len(steps) == 1 or (before and before.settings == model.origin.settings)
        if before and alike and before.steps == steps[:-1] and len(chain) == len(steps):
            chain.append(model)
    return Chains({key: chain for key, chain in found.items() if len(chain) > 1}, listing.problems)


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
        return _SHAPE.validate_json(json.dumps(known), strict=True)


def _begins(start: Stored[Shape], model: Stored[Shape]) -> bool:
    """Tell whether a generator is the one that a model's chain began with."""
    return start.origin.seed == model.origin.seed and start.origin.agrees(
        model.origin.settings, model.origin.identity
    )
