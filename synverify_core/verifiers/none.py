"""No verification."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.verifiers.base import Batch, Kind, Verifier
from synverify_core.verifiers.registry import register


@register
class NoVerifier(Verifier):
    """Keeps everything: phi = psi = 1, p_star = 1/2 (Feng et al. 2024, Section 4.2)."""

    name: ClassVar[str] = "none"
    summary: ClassVar[str] = "keeps every sample"
    kind: ClassVar[Kind] = "blind"
    needs: ClassVar[tuple[str, ...]] = ()
    threshold: ClassVar[float | None] = 0.0
    ranks: ClassVar[bool] = False
    paper: ClassVar[str] = "4.2"
    colour: ClassVar[str] = "#A66A2C"
    place: ClassVar[int] = 101

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return one for every sample, shape (len(batch),)."""
        return np.ones(len(batch))
