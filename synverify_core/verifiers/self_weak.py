"""The generator and another trained model together, each by the rank that it gives."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from synverify_core.verifiers.base import Batch, Kind, Need, Verifier
from synverify_core.verifiers.registry import register
from synverify_core.verifiers.weak import WEAK_FIELDS, weak_distance


@register
class SelfAndWeak(Verifier):
    """Ranks answers by the sum of their ranks under `self` and under `weak`.

    Ranks need no common scale: probabilities of two models, and distances, cannot be added.
    """

    name: ClassVar[str] = "self_weak"
    summary: ClassVar[str] = "prefers answers that generator and another trained model both like"
    kind: ClassVar[Kind] = "model"
    needs: ClassVar[tuple[Need, ...]] = ("log_probability", WEAK_FIELDS)
    colour: ClassVar[str] = "#8A8D0F"

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return the mean of both ranks over their number, in (0, 1], shape (len(batch),).

        The worst answer has rank 1, and equal answers share the mean of their ranks.
        """
        own = rankdata(np.asarray(batch["log_probability"], dtype=np.float64), nan_policy="omit")
        other = rankdata(-weak_distance(batch), nan_policy="omit")
        return np.asarray((own + other) / (2.0 * len(own)))
