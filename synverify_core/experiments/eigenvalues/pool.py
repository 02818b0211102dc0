"""Matrices with the generator's answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.data import to_matrices
from synverify_core.experiments.eigenvalues.scoring import relative_error

FIELDS = (
    "x",
    "matrix",
    "y_true",
    "y_synth",
    "similarity",
    "relative_error",
    "log_probability",
    "trace",
    "frobenius_squared",
    "weak_error",
)


POOL_NAME = "pool.npz"
COLUMNS = ("x", "y_true", "y_synth", "log_probability", "weak_error")


@dataclass(frozen=True)
class EigenPool:
    """Synthesized samples.

    x : upper triangles of the matrices, (n, dimension * (dimension + 1) / 2), float32.
    y_true, y_synth : (n, dimension), rounded to the encoding's digits; a bad model answers 1e60,
        too, which float32 cannot hold.
    log_probability : (n,), of y_synth under the generator, natural logarithm.
    tolerance : relative L1 error below which an answer counts as right (Section 6.1).
    weak_error : (n,), relative L1 distance from the answer of a smaller model, if there is one.
    """

    x: NDArray[np.float32]
    y_true: NDArray[np.float64]
    y_synth: NDArray[np.float64]
    log_probability: NDArray[np.float32]
    tolerance: float
    weak_error: NDArray[np.float32] | None = None

    @cached_property
    def relative_error(self) -> NDArray[np.float64]:
        """Relative L1 error of each answer, (n,)."""
        return relative_error(self.y_synth, self.y_true)

    @property
    def similarity(self) -> NDArray[np.float64]:
        """1 where the answer is within the tolerance and 0 elsewhere, (n,)."""
        return (self.relative_error < self.tolerance).astype(np.float64)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The symmetric matrices, (n, dimension, dimension)."""
        return to_matrices(self.x.astype(np.float64), self.y_true.shape[1])

    @property
    def trace(self) -> NDArray[np.float64]:
        """Sum of each matrix's diagonal, (n,)."""
        return np.asarray(self.x[:, self._diagonal].sum(axis=1, dtype=np.float64))

    @property
    def frobenius_squared(self) -> NDArray[np.float64]:
        """Sum of each matrix's squared entries, (n,)."""
        squares = self.x.astype(np.float64) ** 2
        return np.asarray(2 * squares.sum(axis=1) - squares[:, self._diagonal].sum(axis=1))

    @property
    def _diagonal(self) -> NDArray[np.bool_]:
        rows, columns = np.triu_indices(self.y_true.shape[1])
        return np.asarray(rows == columns)

    def __getitem__(self, field: str) -> Any:
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise InputError(f"{field} is not a field of these samples; they have {known}")
        values = getattr(self, field)
        if values is None:
            raise InputError(f"{field} was not computed for these samples")
        return values

    def __len__(self) -> int:
        return len(self.x)

    def take(self, indices: NDArray[np.intp]) -> "EigenPool":
        """Return the samples at `indices`."""
        taken: dict[str, Any] = {name: values[indices] for name, values in self.columns().items()}
        return replace(self, **taken)

    def join(self, others: Sequence["EigenPool"]) -> "EigenPool":
        """Return these samples, followed by those of the others."""
        pools = [pool.columns() for pool in (self, *others)]
        shared = [name for name in COLUMNS if all(name in pool for pool in pools)]
        joined = {name: np.concatenate([pool[name] for pool in pools]) for name in shared}
        return EigenPool(**joined, tolerance=self.tolerance)

    def save(self, folder: Path) -> None:
        """Write what is known of each sample."""
        known: dict[str, Any] = self.columns()
        np.savez(folder / POOL_NAME, **known)

    @classmethod
    def load(cls, folder: Path, tolerance: float) -> "EigenPool":
        """Read what `save` wrote."""
        with (folder / POOL_NAME).open("rb") as file, np.load(file) as stored:
            return cls(**{name: stored[name] for name in stored.files}, tolerance=tolerance)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return what is known of each sample, by name."""
        known = {name: getattr(self, name) for name in COLUMNS}
        return {name: column for name, column in known.items() if column is not None}
