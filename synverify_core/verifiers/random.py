"""Random selection: the baseline that any verifier has to beat."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synverify_core.verifiers.base import Batch, Kind, Verifier
from synverify_core.verifiers.registry import register


@register
class RandomSelection(Verifier):
    """Keeps each sample with the same probability: phi = psi = keep_rate, p_star = 1/2."""

    name: ClassVar[str] = "random"
    summary: ClassVar[str] = "keeps samples at random, without looking at them"
    kind: ClassVar[Kind] = "blind"
    needs: ClassVar[tuple[str, ...]] = ()
    threshold: ClassVar[float | None] = 0.0
    paper: ClassVar[str] = "4.2"
    colour: ClassVar[str] = "#D55E00"
    place: ClassVar[int] = 100

    keep_rate: float = Field(
        0.5, gt=0, le=1, description="Probability of keeping a sample, in (0, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return keep_rate - u with u uniform in [0, 1), shape (len(batch),)."""
        return self.keep_rate - rng.random(len(batch))
