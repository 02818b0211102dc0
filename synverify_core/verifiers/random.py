"""Random selection: the baseline that any verifier has to beat."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class RandomSelection(Verifier):
    """Keeps each sample with the same probability: phi = psi = keep_rate, p_star = 1/2."""

    name = "random"
    title = "random pick"
    summary = "keeps samples at random, without looking at them"
    kind = "blind"
    needs = ()
    threshold = 0.0
    paper = "4.2"
    colour = "#D55E00"
    place = 100

    keep_rate: float = Field(
        0.5, gt=0, le=1, description="Probability of keeping a sample, in (0, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return keep_rate - u with u uniform in [0, 1), shape (len(batch),)."""
        return self.keep_rate - rng.random(len(batch))
