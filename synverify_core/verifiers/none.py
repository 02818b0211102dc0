"""No verification."""

import numpy as np

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class NoVerifier(Verifier):
    """Keeps everything: phi = psi = 1, p_star = 1/2 (Feng et al. 2024, Section 4.2)."""

    name = "none"
    title = "no check"
    summary = "keeps every sample"
    kind = "blind"
    needs = ()
    threshold = 0.0
    ranks = False
    paper = "4.2"
    colour = "#A66A2C"
    place = 101

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return one for every sample, shape (len(batch),)."""
        return np.ones(len(batch))
