"""A check that needs no solver: an answer is about as long as a right one can be."""

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class AnswerLength(Verifier):
    """Keeps answers that are not longer than a right one can be, and hardly shorter.

    Lengths are what the task counts, e.g. digits (Lee et al. 2025: the second place from the end
    must be written where `lacking` is 2).
    """

    name = "answer_length"
    title = "length check"
    summary = "keeps answers that are as long as a right one can be"
    kind = "check"
    needs = ("answer_sizes", "longest_answers")
    threshold = 0.0
    ranks = False
    colour = "#B0413E"

    lacking: int = Field(
        1,
        ge=1,
        le=1000,
        description="Answers that lack so much of the longest right one, or more, are dropped "
        "(count, at least 1).",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return what is left of `lacking`, -1 for what is too long, shape (len(batch),)."""
        short = np.asarray(batch["longest_answers"], dtype=np.float64) - batch["answer_sizes"]
        return np.where(short < 0, -1.0, self.lacking - short)
