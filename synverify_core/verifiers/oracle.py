"""The oracle: knows the true label."""

import math

import numpy as np

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class Oracle(Verifier):
    """Scores a sample by its similarity to the truth and keeps exactly the correct ones.

    phi = 1, psi = 0, p_star = 1 where similarity is 0 or 1 (Feng et al. 2024, Section 4.2). Where
    it is a degree, as the Rouge-1 of a text, its own rule still keeps similarity 1 only, and a
    selection rate keeps the most similar samples: an oracle's p_star is below 1 there.
    """

    name = "oracle"
    title = "perfect check"
    summary = "keeps exactly the samples whose synthesized label is right"
    kind = "truth"
    needs = ("similarity",)
    threshold = math.nextafter(1.0, 0.0)
    paper = "4.2"
    colour = "#009E73"
    place = 0

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return the similarity in [0, 1], shape (len(batch),): 1 where y_synth equals y_true."""
        return np.asarray(batch["similarity"], dtype=np.float64)
