"""Labels and scores in a file of the user's own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synverify_core.errors import InputError

Numbers = NDArray[np.float64]


class Scores(NamedTuple):
    """How right each sample is, in [0, 1], and each verifier's scores; all of shape (n,)."""

    similarity: Numbers
    scores: dict[str, Numbers]


def read_scores(path: Path, label: str, scores: Sequence[str]) -> Scores:
    """Read the column of labels and those of scores from a CSV, JSON lines, JSON or parquet file.

    Raises
    ------
    InputError
        If the file is missing, unreadable or empty, lacks a column, or holds a value that is
        missing or no number, a label outside [0, 1], or labels that are all right or all wrong.
    """
    table = _read(path, [label, *scores])
    similarity = _column(table, label)
    outside = (similarity < 0) | (similarity > 1)
    if outside.any():
        where = int(np.argmax(outside))
        raise InputError(
            f"{label} = {similarity[where]:g} in row {where + 1} is refused: it must lie in [0, 1]"
        )
    if similarity.min() == similarity.max() and similarity[0] in (0, 1):
        kind = "right" if similarity[0] else "wrong"
        raise InputError(f"{label}: every label is {kind}, so that phi or psi has no meaning")
    return Scores(similarity, {name: _column(table, name) for name in scores})


def _read(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": pd.read_csv,
        ".jsonl": lambda file: pd.read_json(file, lines=True),
        ".json": pd.read_json,
        ".parquet": pd.read_parquet,
    }
    if path.suffix not in readers:
        raise InputError(f"FILE = {path} is refused: it must end in {', '.join(readers)}")
    try:
        table = readers[path.suffix](path)
    except (OSError, ValueError) as error:  # parser errors of pandas and pyarrow are ValueErrors
        raise InputError(f"FILE = {path} cannot be read: {error}") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        known = ", ".join(map(str, table.columns))
        raise InputError(f"{path} has no column {', '.join(missing)}; columns: {known}")
    if table.empty:
        raise InputError(f"{path} has no rows")
    return table


def _column(table: pd.DataFrame, name: str) -> Numbers:
    column = table[name]
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~np.isfinite(numbers)
    if bad.any():
        where = int(np.argmax(bad))
        raise InputError(
            f"{name} = {column.iloc[where]!r} in row {where + 1} is refused: it must be a finite "
            "number"
        )
    return np.asarray(numbers, dtype=np.float64)
