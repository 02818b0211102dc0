"""A check that needs neither article nor model: a summary has the usual length."""

import numpy as np

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.text import words


@register
class TypicalLength(Verifier):
    """Ranks summaries by how near their number of words is to the median of all summaries.

    A generator fails by stopping at once or by never stopping; both are far from the median.
    """

    name = "length"
    title = "usual length"
    summary = "prefers summaries about as long as most of the others"
    kind = "check"
    needs = ("summaries",)
    colour = "#7A6A58"

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return -|log((1 + words) / (1 + median))|, at most 0, shape (len(batch),).

        The logarithm makes half as long and twice as long equally far.
        """
        sizes = np.log1p([len(words(summary)) for summary in batch["summaries"]])
        return np.asarray(-np.abs(sizes - np.median(sizes)))
