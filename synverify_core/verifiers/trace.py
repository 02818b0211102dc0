"""A check that needs no solver: eigenvalues add up to the trace."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.spectrum import trace_deviation


@register
class Trace(Verifier):
    """Keeps answers whose sum is the trace of the matrix, up to a relative tolerance."""

    name = "trace"
    title = "trace check"
    summary = "keeps spectra that add up to the trace of their matrix"
    kind = "check"
    needs = ("y_synth", "trace")
    threshold = 0.0
    colour = "#AA4499"

    tolerance: float = Field(
        0.01, gt=0, le=1, description="Allowed |sum(y) - trace| / sum|y|, in (0, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return tolerance - relative deviation, shape (len(batch),)."""
        return self.tolerance - trace_deviation(batch)
