"""How sure a p* is: its spread over seeds, or for one seed the bootstrap interval of its pool."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

LOW, HIGH = "p_star low", "p_star high"
SPREAD = "smallest to largest value"
BOOTSTRAP = "95 % bootstrap interval over the pool"


class Bars(NamedTuple):
    """Means of p* with the ends of their whiskers, and what the whiskers are (empty: none)."""

    bars: pd.DataFrame
    whiskers: str


def with_whiskers(rows: pd.DataFrame, by: Sequence[str]) -> Bars:
    """Return columns `by`, mean, low, high, n_seeds of rows that have a p*.

    Whiskers span all seeds; where every group has one seed, and the rows hold the bootstrap
    interval of its pool, they span that.
    """
    by = list(by)
    per_seed = rows.drop_duplicates([*by, "uid", "seed"])
    bars = (
        per_seed.groupby(by, dropna=False)
        .agg(
            mean=("p_star", "mean"),
            low=("p_star", "min"),
            high=("p_star", "max"),
            n_seeds=("seed", "count"),
        )
        .reset_index()
    )
    if bars["n_seeds"].max() > 1:
        return Bars(bars, SPREAD)
    ends = rows[rows["metric"].isin((LOW, HIGH))]
    if set(ends["metric"]) != {LOW, HIGH}:
        return Bars(bars, "")
    for name, metric in (("low", LOW), ("high", HIGH)):
        found = ends[ends["metric"] == metric].groupby(by, dropna=False)["value"].mean()
        joined = bars.merge(found.reset_index(), on=by, how="left")
        bars[name] = joined["value"].fillna(bars[name]).to_numpy()
    return Bars(bars, BOOTSTRAP)
