"""A smaller trained model as verifier."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier, first_of
from synverify_core.verifiers.registry import register

WEAK_FIELDS = ("weak_error", "weak_log_probability")


def weak_distance(batch: Batch) -> NDArray[np.float64]:
    """Distance of each answer from the supervisor's own, at least 0, shape (len(batch),).

    For numbers the relative L1 distance; for texts 1 - 1/perplexity in [0, 1], which orders them
    by their perplexity under the supervisor and is 0 where it is certain of every token.
    """
    field, values = first_of(batch, *WEAK_FIELDS)
    numbers = np.asarray(values, dtype=np.float64)
    return np.asarray(numbers if field == "weak_error" else -np.expm1(numbers))


@register
class WeakModel(Verifier):
    """Keeps the answers that lie near those of a smaller model trained on original data.

    For texts: those of lowest perplexity under a supervisor (Feng et al. 2024, Section 6.2).
    """

    name = "weak"
    title = "a second model"
    summary = "keeps answers on which another trained model agrees"
    kind = "model"
    needs = (WEAK_FIELDS,)
    threshold = 0.0
    paper = "6.2"
    colour = "#CC79A7"

    tolerance: float = Field(
        0.05,
        gt=0,
        le=1,
        description="Allowed relative L1 distance from the other model's answer, for texts 1 - "
        "1/perplexity under that model, in (0, 1].",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return tolerance - distance, shape (len(batch),)."""
        return self.tolerance - weak_distance(batch)
