"""A smaller trained model as verifier."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synverify_core.verifiers.base import Batch, Verifier
from synverify_core.verifiers.registry import register


@register
class WeakModel(Verifier):
    """Keeps the answers that lie near those of a smaller model trained on original data."""

    name: ClassVar[str] = "weak"
    summary: ClassVar[str] = "keeps answers on which a smaller trained model agrees"
    needs: ClassVar[tuple[str, ...]] = ("weak_error",)
    threshold: ClassVar[float | None] = 0.0

    tolerance: float = Field(
        0.05,
        gt=0,
        le=1,
        description="Allowed relative L1 distance from the smaller model's answer, in (0, 1].",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Return tolerance - distance, shape (len(batch),)."""
        return self.tolerance - np.asarray(batch["weak_error"], dtype=np.float64)
