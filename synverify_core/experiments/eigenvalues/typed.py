"""Symmetric matrices that a person types, pastes or asks for."""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.data import (
    BOUND,
    LARGEST_DIMENSION,
    Floats,
    check_matrix,
)
from synverify_core.experiments.eigenvalues.rounding import round_values

PAPER_EXAMPLE = ((2.3, 0.6035), (0.6035, -3.141))
"""The matrix of Appendix B of Feng et al. 2024."""
FIRST_EXAMPLE = ((6.0, -2.0), (-2.0, 3.0))
"""Its eigenvalues are 5 and -5: anybody can check an answer."""


def parse_matrix(text: str, dimension: int) -> Floats:
    """Read a pasted matrix: a row a line (or between brackets or semicolons).

    Parameters
    ----------
    text : entries with spaces, tabs or commas between them, e.g. `2 1; 1 -3`.
    dimension : number of rows and columns that are expected.

    Returns
    -------
    matrix : ndarray, shape (dimension, dimension), symmetric.

    Raises
    ------
    InputError
        Naming the entry, its value and what is allowed; or the size that was found.
    """
    lines = (re.findall(r"[^\s,\[\]()]+", line) for line in re.split(r"[;\n\]]", text))
    rows = [words for words in lines if words]
    if not rows:
        raise InputError(f"the matrix is empty: {dimension} rows of {dimension} numbers are needed")
    lengths = {len(row) for row in rows}
    if len(rows) != dimension or lengths != {dimension}:
        found = f"{len(rows)} rows of {' or '.join(map(str, sorted(lengths)))} numbers"
        raise InputError(
            f"the matrix has {found}: this model reads {dimension} rows of {dimension}"
        )
    values = np.array(
        [[entry_value(word, (i, j)) for j, word in enumerate(row)] for i, row in enumerate(rows)]
    )
    check_matrix(values, dimension)
    return values


def entry_value(text: str | float, place: tuple[int, int]) -> float:
    """Read one entry; `place` is its row and column, counted from 0.

    Raises
    ------
    InputError
        If it is no finite number in [-10, 10], where the models were trained.
    """
    allowed = f"it must be a number from -{BOUND:g} to {BOUND:g}"
    name = f"entry ({place[0] + 1}, {place[1] + 1})"
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{name} = {str(text)[:20]!r} is refused: {allowed}") from None
    if not abs(value) <= BOUND:
        raise InputError(f"{name} = {value:g} is refused: {allowed}")
    return value + 0.0  # no negative zero


def example(dimension: int) -> Floats:
    """Return the matrix that is shown first, always the same one."""
    if dimension == len(FIRST_EXAMPLE):
        return np.array(FIRST_EXAMPLE)
    return random_matrix(dimension, np.random.default_rng(dimension))


def random_matrix(dimension: int, rng: np.random.Generator) -> Floats:
    """Draw entries as the training data have them, U[-10, 10]."""
    return _tidy(_symmetric(rng.uniform(-BOUND, BOUND, (dimension, dimension))))


def nearly_degenerate(dimension: int, rng: np.random.Generator) -> Floats:
    """Draw a matrix whose eigenvalues all but coincide: a multiple of 1 and a small rest."""
    level = rng.uniform(-0.8 * BOUND, 0.8 * BOUND)
    rest = _symmetric(rng.uniform(-0.1, 0.1, (dimension, dimension)))
    return _tidy(level * np.eye(dimension) + rest)


def diagonal(dimension: int, rng: np.random.Generator) -> Floats:
    """Draw a diagonal matrix: its eigenvalues can be read off."""
    return _tidy(np.diag(rng.uniform(-BOUND, BOUND, dimension)))


def zero_trace(dimension: int, rng: np.random.Generator) -> Floats:
    """Draw a matrix whose eigenvalues add up to zero exactly, with entries of two decimals."""
    matrix = _symmetric(rng.uniform(-BOUND, BOUND, (dimension, dimension)))
    # In hundredths, so that the sum is zero after rounding, too.
    steps = np.rint(np.diag(matrix) * 100 / dimension).astype(np.int64)
    steps[-1] = -steps[:-1].sum()
    np.fill_diagonal(matrix, steps / 100)
    return _tidy(matrix)


KINDS: dict[str, Callable[[int, np.random.Generator], Floats]] = {
    "random": random_matrix,
    "nearly_degenerate": nearly_degenerate,
    "diagonal": diagonal,
    "zero_trace": zero_trace,
}


def check_dimension(count: int) -> int:
    """Return the dimension of a symmetric matrix with so many free entries.

    Raises
    ------
    InputError
        If there is none up to 12.
    """
    for dimension in range(1, LARGEST_DIMENSION + 1):
        if dimension * (dimension + 1) // 2 == count:
            return dimension
    raise InputError(f"{count} numbers are no upper triangle of a matrix up to 12 x 12")


def _symmetric(square: NDArray[np.float64]) -> Floats:
    upper = np.triu(square)
    return np.asarray(upper + np.triu(square, 1).T)


def _tidy(matrix: Floats) -> Floats:
    # What is shown is what the model reads: three significant digits.
    return round_values(matrix, 3) + 0.0
