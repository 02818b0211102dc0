"""Equation 1 over blocks of rows small enough to stay in the cache."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.arrays import (
    Array,
    asarray_like,
    in_double,
    is_numpy,
    namespace,
    to_numpy,
)

FloatArray = NDArray[np.float64]
_ELEMENTS_ON_HOST = 2**18
_ELEMENTS_ON_DEVICE = 2**22
_ROWS_PER_FEATURE = 20
_HESSIAN_ROWS_PER_FEATURE = (40, 240)


class Gradient(NamedTuple):
    """The gradient, shape (d,), and the standard error of its norm as an estimate from n rows."""

    value: FloatArray
    noise: float


class Hessian(NamedTuple):
    """The Hessian, shape (d, d), and how many rows of equal weight would be as informative."""

    value: FloatArray
    effective_rows: float


class Scratch:
    """Memory for one block that is used again: touching new pages costs more than a product."""

    def __init__(self) -> None:
        self.memory: Array = None

    def like(self, block: Array) -> Array:
        """Return memory of a block's shape, type and device, valid until the next call."""
        fits = self.memory is not None and self.memory.dtype == block.dtype
        if not fits or len(self.memory) < len(block):
            self.memory = namespace(block).empty_like(block)
        return self.memory[: len(block)]


class Objective:
    """L(w) = mean_i loss(sigmoid(x_i.w), y_i) + penalty/2 |w|^2, through its derivatives.

    w and all results are float64 on the host; sums over a block have the precision of x, sums
    over blocks are float64.
    """

    def __init__(
        self,
        blocks: list[tuple[Array, Array]],
        penalty: float,
        mean_square: float,
        *,
        double: bool = False,
        scratch: "Scratch | None" = None,
    ) -> None:
        self.scratch = scratch or Scratch()
        self.blocks = blocks
        self.penalty = penalty
        self.mean_square = mean_square
        self.double = double
        self.n_rows = sum(len(y) for _, y in blocks)
        self.dimension: int = blocks[0][0].shape[1]

    @classmethod
    def make(cls, x: Array, y: Array, penalty: float) -> Self:
        """Cut the data into blocks (views, no copies); refuse shapes, types and labels."""
        if x.ndim != 2 or 0 in x.shape or len(y) != len(x):
            raise InputError(
                f"x of shape {tuple(x.shape)} and y of length {len(y)} are refused: x must have "
                "shape (n, d) with n, d >= 1, and y length n"
            )
        if str(x.dtype).removeprefix("torch.") not in ("float32", "float64"):
            raise InputError(f"x of type {x.dtype} is refused: it must be float32 or float64")
        labels = to_numpy(y)
        if not _are_bits(labels):
            raise InputError("y is refused: every label must be 0 or 1")
        targets = asarray_like(labels, x)
        elements = _ELEMENTS_ON_HOST if is_numpy(x) else _ELEMENTS_ON_DEVICE
        rows = max(64, elements // x.shape[1])
        starts = range(0, len(x), rows)
        blocks = [(x[start : start + rows], targets[start : start + rows]) for start in starts]
        first = in_double(x[:: max(1, len(x) // 256)])
        return cls(blocks, penalty, float((first * first).sum()) / len(first))

    def parts(self) -> Iterator["Objective"]:
        """Yield about 1 % and 10 % of the rows, unless too few for the number of features."""
        for stride in (100, 10):
            part = self.every(stride)
            if _ROWS_PER_FEATURE * self.dimension <= part.n_rows <= self.n_rows / 4:
                yield part

    def every(self, stride: int) -> "Objective":
        """Return the objective over each `stride`-th block: typical even for sorted data."""
        if stride <= 1:
            return self
        return self._over(self.blocks[::stride], double=self.double)

    def thinned(self) -> "Objective":
        """Return enough of the rows for a Hessian that costs less than the steps it saves."""
        least, most = (share * self.dimension for share in _HESSIAN_ROWS_PER_FEATURE)
        return self.every(round(self.n_rows / min(most, max(least, self.n_rows / 2))))

    def in_double_precision(self) -> "Objective":
        """Return the same objective with every sum in float64."""
        return self._over(self.blocks, double=True)

    def _over(self, blocks: list[tuple[Array, Array]], *, double: bool) -> "Objective":
        return Objective(
            blocks, self.penalty, self.mean_square, double=double, scratch=self.scratch
        )

    def single_precision_floor(self) -> float:
        """Gradient norm below which rounding in float32 can hide the truth; 0 for float64."""
        if self.double or "64" in str(self.blocks[0][0].dtype):
            return 0.0
        return 4.0 * float(np.finfo(np.float32).eps) * math.sqrt(self.mean_square)

    def gradient(self, w: FloatArray) -> Gradient:
        """Return mean_i (sigmoid(x_i.w) - y_i) x_i + penalty w in one pass over the rows."""
        total: Any = 0.0
        squares: Any = 0.0
        weights: Any = None
        for x, y in self._cast_blocks():
            weights = asarray_like(w, x) if weights is None else weights
            residual = _sigmoid(x @ weights)
            residual -= y
            total = total + in_double(residual @ x)
            squares = squares + residual @ residual
        value = to_numpy(total) / self.n_rows + self.penalty * w
        if not np.isfinite(value).all():
            raise InputError("x is refused: it holds values that are not finite, or too large")
        variance = float(squares) / self.n_rows * self.mean_square
        return Gradient(value, (variance / self.n_rows) ** 0.5)

    def hessian(self, w: FloatArray) -> Hessian:
        """Return mean_i s_i (1 - s_i) x_i x_i^T + penalty I with s_i = sigmoid(x_i.w)."""
        total: Any = 0.0
        sums: Any = 0.0
        squares: Any = 0.0
        for x, _ in self._cast_blocks():
            probability = _sigmoid(x @ asarray_like(w, x))
            weight = probability * (1 - probability)
            sums, squares = sums + weight.sum(), squares + weight @ weight
            scaled = self.scratch.like(x)
            namespace(x).multiply(x, (weight**0.5)[:, None], out=scaled)
            total = total + in_double(scaled.T @ scaled)
        value = to_numpy(total) / self.n_rows + self.penalty * np.eye(self.dimension)
        effective_rows = float(sums) ** 2 / float(squares) if float(squares) > 0 else 0.0
        return Hessian(np.asarray(value), effective_rows)

    def _cast_blocks(self) -> Iterator[tuple[Array, Array]]:
        for x, y in self.blocks:
            yield (in_double(x), in_double(y)) if self.double else (x, y)


def _are_bits(labels: NDArray[Any]) -> bool:
    if labels.dtype.kind in "biu":
        return bool(labels.min() >= 0 and labels.max() <= 1)
    return bool(((labels == 0) | (labels == 1)).all())


def _sigmoid(z: Array) -> Array:
    """Overwrite z with sigmoid(z)."""
    if not is_numpy(z):
        return z.sigmoid_()
    with np.errstate(over="ignore"):  # exp(-z) = inf gives the right limit, 0
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1
        return np.reciprocal(z, out=z)
