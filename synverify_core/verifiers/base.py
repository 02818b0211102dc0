"""What a verifier is: scores for a batch, and its own rule for what to keep."""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from synverify_core.verifiers.spec import format_spec


class Batch(Protocol):
    """Named fields of synthesized samples; asking for a missing one is an `InputError`."""

    def __getitem__(self, field: str) -> NDArray[np.floating]: ...

    def __len__(self) -> int: ...


class Verifier(BaseModel, ABC):
    """A frozen setting of one verifier; higher scores are kept first.

    Its fields are its settings, so that `noisy(p_noise=0.1)` names it on every page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    summary: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    threshold: ClassVar[float | None] = None
    """Scores above it are kept when no selection rate is asked for; None: a rate is needed."""

    @abstractmethod
    def score(self, batch: Batch, rng: np.random.Generator) -> NDArray[np.floating]:
        """Score every sample, shape (len(batch),)."""

    def label(self) -> str:
        """Registry name and settings, as rows and pages show it; `parse` reads it back exactly.

        A setting that has its default value is left out: `random`, `random(keep_rate=0.25)`.
        """
        return format_spec(self.name, self.model_dump(exclude_defaults=True))
