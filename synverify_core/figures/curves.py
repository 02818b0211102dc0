"""From measured rows to curves: means and bands over seeds; no drawing here.

A table has one row a measured point: the columns of `experiments.base.Row`, one column a config
field, and `run`, the display name of the run.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from synverify_core.errors import InputError

# Spelled out because figures stand beside experiments, not above them; a test compares them.
ROW_COLUMNS = (
    "experiment",
    "uid",
    "verifier",
    "selection_rate",
    "n_samples",
    "seed",
    "metric",
    "value",
    "p",
    "phi",
    "psi",
    "p_star",
    "kept",
    "pool_size",
)
NUMBERS = ("selection_rate", "n_samples", "value", "p", "phi", "psi", "p_star", "kept")

# Name on screen with its unit, and whether the paper draws it on a log axis.
METRICS = {
    "relative_error": ("Relative error to Bayes (share)", True),
    "accuracy": ("Accuracy (share)", False),
    "error": ("Error rate (share)", True),
    "rouge1": ("Rouge-1 F (mean, 0 to 1)", False),
    "words": ("Words in a summary (mean)", False),
    "empty": ("Empty summaries (share)", False),
}
SHORT = {"rouge1": "Rouge-1", "words": "number of words", "empty": "share of empty summaries"}

FAR = 1.8
FAR_TEXT = "clean labels lie far above: click in the legend"


def metric_name(metric: str) -> str:
    """Return a metric's axis name with its unit."""
    return METRICS[metric][0] if metric in METRICS else metric.replace("_", " ").capitalize()


def short_name(metric: str) -> str:
    """Return a metric's name inside a sentence."""
    return SHORT.get(metric, metric.replace("_", " "))


def is_error(metric: str) -> bool:
    """Whether lower values are better."""
    return "error" in metric or "loss" in metric or metric == "empty"


def ready(table: pd.DataFrame, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Return a copy with every row column present and numbers as numbers.

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
    return table


def aggregate(table: pd.DataFrame, metric: str, by: Sequence[str]) -> pd.DataFrame:
    """Mean, smallest and largest value over seeds for each group and each n_samples.

    Returns
    -------
    DataFrame
        Columns `by`, n_samples (NaN: a level that does not depend on it), mean, low, high,
        n_seeds (distinct seeds of distinct runs), p_star (mean, NaN where not measured) and kept.
    """
    by = list(dict.fromkeys(by))
    rows = ready(table, by)
    rows = rows[(rows["metric"] == metric) & np.isfinite(rows["value"])]
    columns = [*by, "n_samples", "mean", "low", "high", "n_seeds", "p_star", "kept"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rows = rows.assign(repeat=rows["uid"].astype(str) + "/" + rows["seed"].astype(str))
    groups = rows.groupby([*by, "n_samples"], dropna=False, sort=True)
    curves: pd.DataFrame = groups.agg(
        mean=("value", "mean"),
        low=("value", "min"),
        high=("value", "max"),
        n_seeds=("repeat", "nunique"),
        p_star=("p_star", "mean"),
        kept=("kept", "mean"),
    ).reset_index()
    return curves[columns]


def clean_is_far(curves: pd.DataFrame) -> bool:
    """Whether clean labels rise so far above all else that they would flatten the rest."""
    clean = curves["verifier"] == "clean"
    others = curves[~clean & (curves["verifier"] != "bayes")]
    if not clean.any() or others.empty:
        return False
    return bool(curves.loc[clean, "mean"].max() > FAR * others["high"].max())


def order(verifiers: Iterable[str]) -> list[str]:
    """Order verifiers for a legend: baselines last, families together by their setting."""
    from synverify_core.figures.theme import split_label

    first = ("oracle", "linear", "noisy")
    last = ("random", "none", "clean", "generator", "base", "bayes")

    def rank(label: str) -> tuple[int, str, tuple[float, ...], str]:
        name, settings = split_label(label)
        place = first.index(name) if name in first else 50
        place = 100 + last.index(name) if name in last else place
        return place, name, tuple(settings.values()), label

    return sorted(dict.fromkeys(verifiers), key=rank)


def hidden_differences(table: pd.DataFrame, shown: Sequence[str]) -> list[str]:
    """Config fields that differ between the runs of one curve, and are therefore averaged over."""
    rows = table[table["n_samples"].notna()] if "n_samples" in table else table
    skip = {*ROW_COLUMNS, "run", "n_seeds", "sizes", "verifiers", "selection_rates", *shown}
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


def text(value: object) -> str:
    """Return a value as text; all ways to write a missing one are the same."""
    missing = value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
    return "not set" if missing else str(value)


def records(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in points.to_dict("records")]


def seeds_text(counts: Sequence[int]) -> str:
    """Say the number of seeds: `5 seeds`, `3 to 5 seeds`."""
    if len(counts) == 0:
        return "no seeds"
    low, high = int(min(counts)), int(max(counts))
    return f"{high} seed{'s' if high != 1 else ''}" if low == high else f"{low} to {high} seeds"


def size_text(n_samples: float) -> str:
    """Write a sample count as people read it: 500, 10,000, 10⁶."""
    exponent = np.log10(n_samples) if n_samples > 0 else np.nan
    if n_samples >= 1e5 and float(exponent).is_integer():
        return "10" + str(int(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{n_samples:,.0f}"


def seed_interval(values: "Sequence[float] | pd.Series[Any]") -> tuple[float, float]:
    """Return the 95 % interval of a mean over seeds (Student's t); NaN ends for one seed."""
    numbers = np.asarray(values, dtype=float)
    if len(numbers) < 2:
        return np.nan, np.nan
    half = float(t.ppf(0.975, len(numbers) - 1) * numbers.std(ddof=1) / np.sqrt(len(numbers)))
    return float(numbers.mean()) - half, float(numbers.mean()) + half


def value_text(value: float, metric: str) -> str:
    """Write a share in percent, anything else with three digits."""
    share = metric == "empty" or any(word in metric for word in ("accuracy", "error", "rate"))
    return f"{100 * value:.3g} %" if share else f"{value:.3g}"
