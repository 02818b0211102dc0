"""Where a model comes from: its seed and the rounds that made it."""

import hashlib
import json
from typing import NamedTuple

import numpy as np

from synverify_core.experiments.seeding import Part, unit_rng


class Step(NamedTuple):
    """One round: what a verifier kept of the pool at a rate, and how much of it was trained on."""

    verifier: str
    selection_rate: float | None
    size: int


class Lineage(NamedTuple):
    """A seed and the steps that made a model; without steps it is the generator of the seed."""

    seed: int
    steps: tuple[Step, ...] = ()

    @property
    def round(self) -> int:
        """Rounds behind the model (count)."""
        return len(self.steps)

    def then(self, verifier: str, selection_rate: float | None, size: int) -> "Lineage":
        """Return the lineage of the model that one more round makes."""
        return Lineage(self.seed, (*self.steps, Step(verifier, selection_rate, size)))

    def rng(self, *parts: Part) -> np.random.Generator:
        """Return the randomness of one unit of work with this model.

        It depends on nothing else: neither on other verifiers nor on what ran before.
        """
        return unit_rng(self.seed, *self._path, *parts)

    def folder(self, *parts: Part) -> str:
        """Return a short folder name for one unit of work with this model."""
        text = json.dumps([self.seed, *self._path, *parts])
        return f"{parts[0]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def _path(self) -> list[Part]:
        return [part for step in self.steps for part in step]
