"""A check that needs no model: a summary speaks of what its article begins with."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synverify_core.verifiers.base import Batch, Kind, Need, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.text import words


@register
class LeadOverlap(Verifier):
    """Ranks summaries by the share of their words that the beginning of the article has too.

    The first sentences of a news article are the usual baseline of summarization. Distinct words
    count, so that a repeated word earns nothing.
    """

    name: ClassVar[str] = "lead_overlap"
    summary: ClassVar[str] = "prefers summaries whose words the beginning of the article has too"
    kind: ClassVar[Kind] = "check"
    needs: ClassVar[tuple[Need, ...]] = ("articles", "summaries")
    colour: ClassVar[str] = "#C9A227"

    n_words: int = Field(
        60, ge=1, le=10**6, description="Length of the article's beginning (words)."
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return the share in [0, 1], 0 for a summary without words, shape (len(batch),)."""
        pairs = zip(batch["summaries"], batch["articles"], strict=True)
        return np.array([self._overlap(*pair) for pair in pairs], dtype=np.float64)

    def _overlap(self, summary: str, article: str) -> float:
        said = set(words(summary))
        return len(said.intersection(words(article, self.n_words))) / max(len(said), 1)
