"""From measured rows to curves: means and bands over seeds.

A table has one row a measured point: the columns of `experiments.row.Row`, one column a config
field, and `run`, the display name of the run.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from synverify_core.errors import InputError
from synverify_core.experiments.described import DESCRIBED
from synverify_core.experiments.row import RATES, Row
from synverify_core.stats.names import text

ROW_COLUMNS = tuple(Row.model_fields)
NUMBERS = (
    "selection_rate",
    "n_samples",
    "round",
    "value",
    *RATES,
    "kept",
    "pool_size",
    "difficulty",
)

POINT = ("seed", "round", "verifier", "selection_rate", "n_samples", "metric")
"""Columns of `Row.key`: what tells a point from all others of its run."""
VALIDATION = "validation"
MEANS = ("p_star", "coverage", "distinct", "kept")
FAR = 1.8
FAR_TEXT = "true labels lie far above: click in the legend"


def ready(table: pd.DataFrame, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Return a copy of the first round with every row column present and numbers as numbers.

    Every statistic and figure is of one round, but for those of `stats.rounds`.

    Raises
    ------
    InputError
        If a column that was asked for is not in a table that has rows.
    """
    rows = every_round(table, columns)
    first: pd.DataFrame = rows[~(rows["round"] > 1)]
    return first


def every_round(table: pd.DataFrame, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Return a copy with every row column present and numbers as numbers.

    Runs that were measured on the validation side to choose settings are left out.

    Raises
    ------
    InputError
        If a column that was asked for is not in a table that has rows.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing and len(table):
        known = ", ".join(map(str, table.columns))
        raise InputError(f"column = {missing[0]!r} is not in the table; columns: {known}")
    table = table.reindex(columns=list(dict.fromkeys([*table.columns, *ROW_COLUMNS, *columns])))
    for name in NUMBERS:
        table[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
    return table[table["held_out"] != VALIDATION] if "held_out" in table else table


def to_judge(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, as `ready` has them, that a verdict may rest on: none of a trial."""
    rows = ready(table)
    known = np.isfinite(rows["value"])
    if "trial" in rows:
        known &= ~rows["trial"].eq(True)
    judged: pd.DataFrame = rows[known]
    return judged


def joined(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of one task as if one run had measured them: each point of a seed once.

    Runs of other sizes share the generator of their seed, whose rows would otherwise count twice.
    """
    return table.drop_duplicates(list(POINT)).assign(uid="task") if len(table) else table


def with_training(subtitle: str, table: pd.DataFrame) -> str:
    """Add to a subtitle, in a line of its own, how generator and retrained models were trained."""
    lines = set(table["training"].dropna()) - {""} if "training" in table else set()
    line = "Runs differ in how their models were trained" if len(lines) > 1 else "".join(lines)
    return f"{subtitle}<br>{line}" if line else subtitle


def aggregate(table: pd.DataFrame, metric: str, by: Sequence[str]) -> pd.DataFrame:
    """Mean, smallest and largest value over seeds for each group and each n_samples.

    Returns
    -------
    DataFrame
        Columns `by`, n_samples (NaN: a level that does not depend on it), mean, low, high,
        n_seeds (distinct seeds of distinct runs), and means of p_star, coverage, distinct (NaN
        where not measured) and kept.
    """
    by = list(dict.fromkeys(by))
    rows = ready(table, by)
    rows = rows[(rows["metric"] == metric) & np.isfinite(rows["value"])]
    columns = [*by, "n_samples", "mean", "low", "high", "n_seeds", *MEANS]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rows = rows.assign(repeat=rows["uid"].astype(str) + "/" + rows["seed"].astype(str))
    groups = rows.groupby([*by, "n_samples"], dropna=False, sort=True)
    curves: pd.DataFrame = groups.agg(
        mean=("value", "mean"),
        low=("value", "min"),
        high=("value", "max"),
        n_seeds=("repeat", "nunique"),
        **{name: (name, "mean") for name in MEANS},
    ).reset_index()
    return curves[columns]


def clean_is_far(curves: pd.DataFrame) -> bool:
    """Whether clean labels rise so far above all else that they would flatten the rest."""
    clean = curves["verifier"] == "clean"
    others = curves[~clean & (curves["verifier"] != "bayes")]
    if not clean.any() or others.empty:
        return False
    return bool(curves.loc[clean, "mean"].max() > FAR * others["high"].max())


def hidden_differences(table: pd.DataFrame, shown: Sequence[str]) -> list[str]:
    """Config fields that differ between the runs of one curve, and are therefore averaged over."""
    rows = table[table["n_samples"].notna()] if "n_samples" in table else table
    skip = {*ROW_COLUMNS, *DESCRIBED, "run", "n_seeds", "sizes", "verifiers", "selection_rates"}
    skip |= set(shown)
    shown = [name for name in shown if name in rows.columns]
    if rows.empty:
        return []
    groups = rows.groupby(shown, dropna=False) if shown else [((), rows)]
    candidates = [name for name in rows.columns if name not in skip]
    return [
        str(name)
        for name in candidates
        if any(group[name].map(text).nunique() > 1 for _, group in groups)
    ]


def records(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in points.to_dict("records")]


def seed_interval(
    values: "Sequence[float] | pd.Series[Any]", comparisons: int = 1
) -> tuple[float, float]:
    """Return the 95 % interval of a mean over seeds (Student's t); NaN ends for one seed.

    comparisons : made at a time (count), by Bonferroni.
    """
    numbers = np.asarray(values, dtype=float)
    if len(numbers) < 2:
        return np.nan, np.nan
    half = float(
        t.ppf(1 - 0.025 / comparisons, len(numbers) - 1)
        * numbers.std(ddof=1)
        / np.sqrt(len(numbers))
    )
    return float(numbers.mean()) - half, float(numbers.mean()) + half
