"""Problems with the answers of a model, and what checks can know of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError

FIELDS = (
    "prompts",
    "y_true",
    "y_synth",
    "similarity",
    "difficulty",
    "log_probability",
    "votes",
    "returned",
    "answer_sizes",
    "longest_answers",
)
POOL_NAME = "pool.npz"


@dataclass(frozen=True)
class ArithmeticPool:
    """Columns of shape (n,).

    prompts, y_true, y_synth : byte texts; the label y_synth is the answer that most of the models
        give, the first model's where none leads.
    difficulty : of each problem (what the task counts).
    log_probability : of the first model's answer, natural logarithm.
    votes : share of the models that give the label.
    returned : 1 where the question back gives what the label says it must.
    answer_sizes, longest_answers : of the label, and of the longest answer that can be right (what
        the task's length check counts).
    """

    prompts: NDArray[np.bytes_]
    y_true: NDArray[np.bytes_]
    y_synth: NDArray[np.bytes_]
    difficulty: NDArray[np.int32]
    log_probability: NDArray[np.float32]
    votes: NDArray[np.float32]
    returned: NDArray[np.float32]
    answer_sizes: NDArray[np.int32]
    longest_answers: NDArray[np.int32]

    @property
    def similarity(self) -> NDArray[np.float64]:
        """1 where the label is the right answer, character by character, and 0 elsewhere."""
        return np.asarray(self.y_synth == self.y_true, dtype=np.float64)

    def __getitem__(self, field: str) -> Any:
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise InputError(f"{field} is not a field of these samples; they have {known}")
        return getattr(self, field)

    def __len__(self) -> int:
        return len(self.prompts)

    def take(self, indices: NDArray[np.intp]) -> "ArithmeticPool":
        """Return the samples at `indices`."""
        taken: dict[str, Any] = {name: values[indices] for name, values in self.columns().items()}
        return replace(self, **taken)

    def join(self, others: Sequence["ArithmeticPool"]) -> "ArithmeticPool":
        """Return these samples, followed by those of the others."""
        pools = [pool.columns() for pool in (self, *others)]
        return ArithmeticPool(
            **{name: np.concatenate([p[name] for p in pools]) for name in pools[0]}
        )

    def save(self, folder: Path) -> None:
        """Write all columns."""
        known: dict[str, Any] = self.columns()
        np.savez_compressed(folder / POOL_NAME, **known)

    @classmethod
    def load(cls, folder: Path) -> "ArithmeticPool":
        """Read what `save` wrote."""
        with (folder / POOL_NAME).open("rb") as file, np.load(file) as stored:
            return cls(**{name: stored[name] for name in stored.files})

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return all columns by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
