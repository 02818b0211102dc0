"""A check that needs no solver: squared eigenvalues add up to the squared Frobenius norm."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.spectrum import frobenius_deviation


@register
class Frobenius(Verifier):
    """Keeps answers whose squares add up to those of the matrix, up to a relative tolerance."""

    name = "frobenius"
    title = "norm check"
    summary = "keeps spectra whose squares add up to the squared Frobenius norm"
    kind = "check"
    needs = ("y_synth", "frobenius_squared")
    threshold = 0.0
    colour = "#E69F00"

    tolerance: float = Field(
        0.01,
        gt=0,
        le=1,
        description="Allowed |sum(y^2) - |A|_F^2| / (2 max|y| sum|y|), in (0, 1].",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return tolerance - relative deviation, shape (len(batch),)."""
        return self.tolerance - frobenius_deviation(batch)
