"""Tables of scores: reading them, and measuring every score as a verifier."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synverify_core.errors import InputError
from synverify_core.theory import beta_interval, bootstrap_interval, katz_interval, measure
from synverify_core.theory.intervals import Interval
from synverify_core.verifiers.selection import top_fraction

Numbers = NDArray[np.float64]


class Ranked(NamedTuple):
    """One score at one rate; `kept` counts samples, `note` says what to beware of."""

    verifier: str
    selection_rate: float
    p_star: float
    p_star_low: float
    p_star_high: float
    phi: float
    psi: float
    keep_rate: float
    precision_kept: float
    kept: int
    recovers: bool | None
    note: str


class Ranking(NamedTuple):
    """Error rate of the labels, and the verifiers, best first."""

    p: float
    n_samples: int
    verifiers: list[Ranked]


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read the named columns of a CSV, JSON lines, JSON or parquet file.

    Raises
    ------
    InputError
        If the file is missing, unreadable or empty, or lacks a column.
    """
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


def rank_scores(
    table: pd.DataFrame,
    *,
    label: str,
    scores: Sequence[str],
    rates: Sequence[float],
    seed: int = 0,
) -> Ranking:
    """Measure every score column at every rate and order them by p_star.

    Raises
    ------
    InputError
        For a value that is missing or no number, a label outside [0, 1], labels that are all
        right or all wrong, or a rate outside (0, 1].
    """
    for rate in rates:
        if not 0 < rate <= 1:
            raise InputError(f"rate = {rate} is refused: it must lie in (0, 1]")
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
    columns = {name: _column(table, name) for name in dict.fromkeys(scores)}
    verifiers = [
        _measure(similarity, name, values, rate, seed)
        for name, values in columns.items()
        for rate in dict.fromkeys(rates)
    ]
    best_first = sorted(verifiers, key=lambda one: (-one.p_star, -one.phi, -one.selection_rate))
    return Ranking(float(1 - similarity.mean()), len(similarity), best_first)


def _measure(similarity: Numbers, name: str, scores: Numbers, rate: float, seed: int) -> Ranked:
    keep = top_fraction(scores, rate, np.random.default_rng(seed))
    found = measure(similarity, keep)
    low, high = _interval(similarity, keep, seed)
    return Ranked(
        verifier=name,
        selection_rate=rate,
        p_star=found.p_star,
        p_star_low=low,
        p_star_high=high,
        phi=found.phi,
        psi=found.psi,
        keep_rate=found.keep_rate,
        precision_kept=found.precision_kept,
        kept=found.kept,
        recovers=None if math.isnan(found.p_star) else found.p < found.p_star,
        note=_note(scores, keep, seed),
    )


def _interval(similarity: Numbers, keep: NDArray[np.bool_], seed: int) -> Interval:
    """Katz from counts, the posterior where a count is 0, the bootstrap for similarities."""
    if not np.isin(similarity, (0.0, 1.0)).all():
        return bootstrap_interval(similarity, keep, rng=np.random.default_rng(seed))
    right = similarity == 1
    counts = (
        int((keep & right).sum()),
        int(right.sum()),
        int((keep & ~right).sum()),
        int((~right).sum()),
    )
    low, high = katz_interval(*counts)
    return beta_interval(*counts) if math.isnan(low) else Interval(low, high)


def _note(scores: Numbers, keep: NDArray[np.bool_], seed: int) -> str:
    """Say where the order of the scores did not decide what is kept."""
    if scores.min() == scores.max():
        return "constant score: this is random selection"
    tied = scores == scores[keep].min()
    if tied.sum() == (tied & keep).sum():
        return ""
    return f"{int((tied & keep).sum())} of {int(tied.sum())} tied at the cut drawn, seed {seed}"


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
