"""A check that needs no model: a summary speaks of what its article begins with."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.text import words


@register
class LeadOverlap(Verifier):
    """Ranks summaries by the share of their words that the beginning of the article has too.

    The first sentences of a news article are the usual baseline of summarization. Distinct words
    count, so that a repeated word earns nothing.
    """

    name = "lead_overlap"
    title = "words of the opening"
    summary = "prefers summaries whose words the beginning of the article has too"
    kind = "check"
    needs = ("articles", "summaries")
    colour = "#C9A227"

    n_words: int = Field(
        60, ge=1, le=10**6, description="Length of the article's beginning (words)."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return the share in [0, 1], 0 for a summary without words, shape (len(batch),)."""
        pairs = zip(batch["summaries"], batch["articles"], strict=True)
        return np.array([self._overlap(*pair) for pair in pairs], dtype=np.float64)

    def _overlap(self, summary: str, article: str) -> float:
        said = set(words(summary))
        return len(said.intersection(words(article, self.n_words))) / max(len(said), 1)
