"""A check that asks the generator back: the answer must lead to what the question says."""

import numpy as np

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class Cycle(Verifier):
    """Keeps answers from which the model gets back to the question.

    Reversed digits, reversed again, are the digits; a + b is b + a. Ours, not of Lee et al. 2025.
    """

    name = "cycle"
    title = "way back"
    summary = "keeps answers from which the generator finds back to the question"
    kind = "model"
    needs = ("returned",)
    threshold = 0.5
    ranks = False
    colour = "#6A7FDB"

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return 1 where the way back is right and 0 elsewhere, shape (len(batch),)."""
        return np.asarray(batch["returned"], dtype=np.float64)
