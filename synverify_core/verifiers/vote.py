"""Several models vote: an answer that most of them give is kept."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class Vote(Verifier):
    """Keeps answers that a majority of models, trained alike from other seeds, agree on.

    Lee et al. 2025: at least 0.7 of five models, so four.
    """

    name = "vote"
    title = "majority vote"
    summary = "keeps answers that most of several models give"
    kind = "model"
    needs = ("votes",)
    threshold = 0.0
    colour = "#CC79A7"

    share: float = Field(
        0.7, gt=0.5, le=1, description="Share of the models that must agree, in (0.5, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return the share that agrees above the one asked for, shape (len(batch),)."""
        # An exact share is enough; the shares of a pool are of single precision.
        return np.asarray(batch["votes"], dtype=np.float64) - self.share + 1e-6
