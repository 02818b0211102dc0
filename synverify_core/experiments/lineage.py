"""Where a model comes from: its seed and the rounds that made it."""

import hashlib
import json
from typing import NamedTuple

import numpy as np

from synverify_core.experiments.seeding import Part, unit_rng


class Step(NamedTuple):
    """One round: what a verifier kept of the pool at a rate, and how much of it was trained on.

    difficulty : of that pool; None where pools know none.
    """

    verifier: str
    selection_rate: float | None
    size: int
    difficulty: int | None = None

    @property
    def parts(self) -> list[Part]:
        """What names the step; a difficulty that is none is left out, as before there were any."""
        return list(self if self.difficulty is not None else self[:3])


class Lineage(NamedTuple):
    """A seed and the steps that made a model; without steps it is the generator of the seed.

    difficulty : of the pool that the model labels next; None where pools know none.
    """

    seed: int
    steps: tuple[Step, ...] = ()
    difficulty: int | None = None

    @property
    def round(self) -> int:
        """Rounds behind the model (count)."""
        return len(self.steps)

    @property
    def parent(self) -> "Lineage":
        """The lineage of the model that labelled what the last step kept."""
        return Lineage(self.seed, self.steps[:-1], self.steps[-1].difficulty)

    def then(
        self,
        verifier: str,
        selection_rate: float | None,
        size: int,
        difficulty: int | None = None,
    ) -> "Lineage":
        """Return the lineage of the model that one more round makes, and what it labels next."""
        step = Step(verifier, selection_rate, size, self.difficulty)
        return Lineage(self.seed, (*self.steps, step), difficulty)

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
        return [part for step in self.steps for part in step.parts]
