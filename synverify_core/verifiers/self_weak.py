"""The generator and another trained model together, each by the rank that it gives."""

import numpy as np
from scipy.stats import rankdata

from synverify_core.verifiers.base import Batch, Scores, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.weak import WEAK_FIELDS, weak_distance


@register
class SelfAndWeak(Verifier):
    """Ranks answers by the sum of their ranks under `self` and under `weak`.

    Ranks need no common scale: probabilities of two models, and distances, cannot be added.
    """

    name = "self_weak"
    title = "its own and a second model"
    summary = "prefers answers that generator and another trained model both like"
    kind = "model"
    needs = ("log_probability", WEAK_FIELDS)
    colour = "#8A8D0F"

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return the mean of both ranks over their number, in (0, 1], shape (len(batch),).

        The worst answer has rank 1, and equal answers share the mean of their ranks.
        """
        own = rankdata(np.asarray(batch["log_probability"], dtype=np.float64), nan_policy="omit")
        other = rankdata(-weak_distance(batch), nan_policy="omit")
        return np.asarray((own + other) / (2.0 * len(own)))
