"""The generator as its own verifier: how likely it found its own answer."""

import numpy as np
from pydantic import Field
from scipy.stats import rankdata

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class SelfConfidence(Verifier):
    """Keeps the answers of lowest perplexity under the model that gave them.

    `log_probability` is natural: of the whole answer where all have the same form, and the mean
    over tokens for texts, whose lengths differ.
    """

    name = "self"
    title = "its own confidence"
    summary = "keeps the answers that the generator itself found most likely"
    kind = "model"
    needs = ("log_probability",)
    threshold = 0.0
    paper = "6.2"
    colour = "#6A7FDB"

    keep_rate: float = Field(
        0.25, gt=0, le=1, description="Share of the samples that its own rule keeps, in (0, 1]."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return keep_rate - the share of answers that are likelier, shape (len(batch),)."""
        confidence = np.asarray(batch["log_probability"], dtype=np.float64)
        better = rankdata(-confidence, method="min", nan_policy="omit") - 1.0
        return self.keep_rate - better / len(confidence)
