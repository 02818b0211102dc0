"""Symmetric matrices, their eigenvalues and both as tokens, in whole batches."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.encodings import Encoding, Tokens
from synverify_core.experiments.eigenvalues.rounding import Parts, parts_to_values, round_parts

Entries = Literal["uniform", "gaussian"]
Layout = Literal["full", "upper"]
Floats = NDArray[np.float64]

BOUND = 10.0
LARGEST_DIMENSION = 12
_CHUNK = 4096

R = TypeVar("R")


class Problems(NamedTuple):
    """Matrices and their spectra, both rounded to the encoding's significant digits.

    entries : shape (n, dimension * (dimension + 1) / 2), the upper triangle row by row.
    eigenvalues : shape (n, dimension), in decreasing order.
    """

    entries: Floats
    eigenvalues: Floats


class Examples(NamedTuple):
    """Problems as tokens: what the model reads, (n, input_length), and what it should write."""

    source: Tokens
    target: Tokens


def triangle_size(dimension: int) -> int:
    """Return the number of free entries of a symmetric matrix."""
    return dimension * (dimension + 1) // 2


def symmetric_index(dimension: int) -> NDArray[np.intp]:
    """Return where each entry of the whole matrix stands in the upper triangle, (dim, dim)."""
    index = np.zeros((dimension, dimension), dtype=np.intp)
    rows, columns = np.triu_indices(dimension)
    index[rows, columns] = index[columns, rows] = np.arange(len(rows))
    return index


def to_matrices(entries: ArrayLike, dimension: int) -> Floats:
    """Unfold upper triangles, (n, triangle_size), into matrices, (n, dimension, dimension)."""
    return np.asarray(np.take(np.asarray(entries), symmetric_index(dimension), axis=-1))


def spectrum(entries: Floats, dimension: int) -> Floats:
    """Eigenvalues in decreasing order, (n, dimension), of matrices given by upper triangles."""
    if dimension == 1:
        return entries.copy()
    if dimension == 2:
        a, b, c = entries.T
        middle, radius = (a + c) / 2, np.hypot((a - c) / 2, b)
        return np.stack([middle + radius, middle - radius], axis=-1)
    return np.asarray(np.linalg.eigvalsh(to_matrices(entries, dimension))[..., ::-1])


def sample_problems(
    rng: np.random.Generator, n: int, *, dimension: int, encoding: Encoding, entries: Entries
) -> Problems:
    """Draw matrices with iid entries and solve them.

    Entries are U[-10, 10], or normal with the same variance (Charton 2022). The eigenvalues are
    those of the rounded matrix, so that the answer is a function of what the model reads (project
    choice; the paper does not say).
    """
    parts = _parallel(rng, n, lambda r, m: _draw(r, m, dimension, encoding, entries))
    return Problems(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def sample_examples(
    rng: np.random.Generator,
    n: int,
    *,
    dimension: int,
    encoding: Encoding,
    entries: Entries = "uniform",
    layout: Layout = "full",
) -> Examples:
    """Draw matrices, solve them and write both as tokens."""

    def work(chunk_rng: np.random.Generator, count: int) -> Examples:
        triangle, solution = _draw_parts(chunk_rng, count, dimension, encoding, entries)
        source = encoding.encode_parts(triangle)
        return Examples(
            _unfold(source, dimension, encoding, layout), encoding.encode_parts(solution)
        )

    parts = _parallel(rng, n, work)
    return Examples(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def encode_source(
    entries: ArrayLike, *, dimension: int, encoding: Encoding, layout: Layout
) -> Tokens:
    """Write matrices given by upper triangles, (n, triangle_size), as the model reads them."""
    return _unfold(encoding.encode(entries), dimension, encoding, layout)


def source_length(dimension: int, encoding: Encoding, layout: Layout) -> int:
    """Return the number of tokens of one matrix."""
    numbers = dimension**2 if layout == "full" else triangle_size(dimension)
    return numbers * encoding.tokens_per_number


def check_matrix(matrix: ArrayLike, dimension: int) -> Floats:
    """Return the upper triangle, (triangle_size,), of one matrix typed by hand.

    Raises
    ------
    InputError
        If it has another size, is not finite, not symmetric, or has an entry beyond 10 in
        magnitude, where the model was never trained.
    """
    try:
        if np.iscomplexobj(matrix):
            raise TypeError("it has complex entries")  # which asarray would cut to real ones
        values = np.asarray(matrix, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"matrix cannot be read as numbers: {error}") from None
    if values.shape != (dimension, dimension):
        raise InputError(
            f"matrix has shape {values.shape}: this model reads {dimension} x {dimension}"
        )
    if not np.isfinite(values).all():
        raise InputError("matrix has an entry that is not finite: entries must be numbers")
    if not np.array_equal(values, values.T):
        row, column = np.argwhere(values != values.T)[0]
        raise InputError(
            f"matrix is not symmetric: entry ({row + 1}, {column + 1}) = {values[row, column]:g} "
            f"but ({column + 1}, {row + 1}) = {values[column, row]:g}"
        )
    if np.abs(values).max() > BOUND:
        worst = values.flat[np.abs(values).argmax()]
        raise InputError(
            f"matrix has the entry {worst:g}: the models were trained on entries in "
            f"[-{BOUND:g}, {BOUND:g}]"
        )
    return np.asarray(values[np.triu_indices(dimension)])


def _draw(
    rng: np.random.Generator, n: int, dimension: int, encoding: Encoding, entries: Entries
) -> Problems:
    triangle, solution = _draw_parts(rng, n, dimension, encoding, entries)
    return Problems(parts_to_values(triangle), parts_to_values(solution))


def _draw_parts(
    rng: np.random.Generator, n: int, dimension: int, encoding: Encoding, entries: Entries
) -> tuple[Parts, Parts]:
    shape = (n, triangle_size(dimension))
    if entries == "uniform":
        raw = rng.random(shape)
        raw *= 2 * BOUND
        raw -= BOUND
    else:
        raw = rng.standard_normal(shape) * (BOUND / np.sqrt(3.0))
    triangle = round_parts(raw, encoding.digits)
    return triangle, round_parts(spectrum(parts_to_values(triangle), dimension), encoding.digits)


def _unfold(source: Tokens, dimension: int, encoding: Encoding, layout: Layout) -> Tokens:
    if layout == "upper":
        return source
    width = encoding.tokens_per_number
    numbers = source.reshape(len(source), -1, width)
    whole = np.take(numbers, symmetric_index(dimension).ravel(), axis=1)
    return whole.reshape(len(source), -1)


def _chunks(rng: np.random.Generator, n: int) -> Iterator[tuple[np.random.Generator, int]]:
    counts = [min(_CHUNK, n - start) for start in range(0, n, _CHUNK)]
    yield from zip(rng.spawn(len(counts)), counts, strict=True)


def _parallel(
    rng: np.random.Generator, n: int, work: Callable[[np.random.Generator, int], R]
) -> list[R]:
    """Do chunks that fit the cache, each with its own randomness, whatever number of threads."""
    if n < 1:
        raise InputError(f"n = {n} matrices is refused: it must be at least 1")
    jobs = list(_chunks(rng, n))
    workers = min(len(jobs), _threads())
    if workers == 1:
        return [work(*job) for job in jobs]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda job: work(*job), jobs))


def _threads() -> int:
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdigit() and int(asked) > 0 else os.cpu_count() or 1
