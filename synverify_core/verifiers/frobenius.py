"""A check that needs no solver: squared eigenvalues add up to the squared Frobenius norm."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synverify_core.verifiers.base import Batch, Kind, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.spectrum import frobenius_deviation


@register
class Frobenius(Verifier):
    """Keeps answers whose squares add up to those of the matrix, up to a relative tolerance."""

    name: ClassVar[str] = "frobenius"
    summary: ClassVar[str] = "keeps spectra whose squares add up to the squared Frobenius norm"
    kind: ClassVar[Kind] = "check"
    needs: ClassVar[tuple[str, ...]] = ("y_synth", "frobenius_squared")
    threshold: ClassVar[float | None] = 0.0
    colour: ClassVar[str] = "#E69F00"

    tolerance: float = Field(
        0.01,
        gt=0,
        le=1,
        description="Allowed |sum(y^2) - |A|_F^2| / (2 max|y| sum|y|), in (0, 1].",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return tolerance - relative deviation, shape (len(batch),)."""
        return self.tolerance - frobenius_deviation(batch)
