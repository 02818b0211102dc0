"""The noisy oracle of Section 6: lets a share of the wrong samples through."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Ramp, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class NoisyOracle(Verifier):
    """Keeps all correct samples, and wrong ones with probability p_noise.

    phi = 1, psi = p_noise, p_star = 1/(1 + p_noise) (Feng et al. 2024, Section 6).
    """

    name = "noisy"
    title = "checker missing {p_noise}"
    summary = "keeps every right sample and a share of the wrong ones"
    kind = "truth"
    needs = ("similarity",)
    threshold = 0.5
    ranks = False
    paper = "6.1"
    colour = Ramp(
        "p_noise", ((0.0, "#009E73"), (0.25, "#8FA31E"), (0.5, "#E69F00"), (1.0, "#D55E00"))
    )
    place = 2

    p_noise: float = Field(
        ...,
        ge=0,
        le=1,
        examples=[0.1, 0.3],
        description="Probability of keeping a wrong sample, in [0, 1].",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return 1 where the sample is right or let through and 0 elsewhere, (len(batch),)."""
        let_through = rng.random(len(batch)) < self.p_noise
        right = np.asarray(batch["similarity"]) >= 1.0
        return (right | let_through).astype(np.float64)
