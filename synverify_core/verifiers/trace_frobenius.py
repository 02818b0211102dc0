"""Trace and Frobenius norm together; for 2 x 2 matrices they determine the spectrum."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.spectrum import frobenius_deviation, trace_deviation


@register
class TraceFrobenius(Verifier):
    """Keeps answers that respect both invariants, up to a relative tolerance.

    For 2 x 2 matrices sum and sum of squares leave no freedom: there this is an oracle that
    needs no solver. From 3 x 3 on it is a check among others.
    """

    name = "trace_frobenius"
    title = "trace and norm check"
    summary = "keeps spectra that fit both the trace and the Frobenius norm"
    kind = "check"
    needs = ("y_synth", "trace", "frobenius_squared")
    threshold = 0.0
    colour = "#B0413E"

    tolerance: float = Field(
        0.01, gt=0, le=1, description="Allowed relative deviation of both, in (0, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return tolerance - the larger relative deviation, shape (len(batch),)."""
        return self.tolerance - np.maximum(trace_deviation(batch), frobenius_deviation(batch))
