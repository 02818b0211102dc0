"""Trace and Frobenius norm together; for 2 x 2 matrices they determine the spectrum."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synverify_core.verifiers.base import Batch, Kind, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.spectrum import frobenius_deviation, trace_deviation


@register
class TraceFrobenius(Verifier):
    """Keeps answers that respect both invariants, up to a relative tolerance.

    For 2 x 2 matrices sum and sum of squares leave no freedom: there this is an oracle that
    needs no solver. From 3 x 3 on it is a check among others.
    """

    name: ClassVar[str] = "trace_frobenius"
    summary: ClassVar[str] = "keeps spectra that fit both the trace and the Frobenius norm"
    kind: ClassVar[Kind] = "check"
    needs: ClassVar[tuple[str, ...]] = ("y_synth", "trace", "frobenius_squared")
    threshold: ClassVar[float | None] = 0.0
    colour: ClassVar[str] = "#B0413E"

    tolerance: float = Field(
        0.01, gt=0, le=1, description="Allowed relative deviation of both, in (0, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return tolerance - the larger relative deviation, shape (len(batch),)."""
        return self.tolerance - np.maximum(trace_deviation(batch), frobenius_deviation(batch))
