"""The proxy p*: how sure it is, and how it ranks verifiers against what retraining gives."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from synverify_core.stats.tables import aggregate
from synverify_core.theory import rank_correlation

FEWEST_POINTS = 4
LOW, HIGH = "p_star low", "p_star high"
SPREAD = "smallest to largest value"
BOOTSTRAP = "95 % bootstrap interval over the pool"


class Bars(NamedTuple):
    """Means of p* with the ends of their whiskers, and what the whiskers are (empty: none)."""

    bars: pd.DataFrame
    whiskers: str


class Ranking(NamedTuple):
    """How p* ranks verifiers against how they perform; NaN where there are too few points."""

    rho: float
    low: float
    high: float
    n_points: int


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


def final_points(
    table: pd.DataFrame, metric: str, by: Sequence[str]
) -> tuple[pd.DataFrame, list[float]]:
    """Mean p* and mean metric of each verifier at the largest size that all of a group reached.

    Returns
    -------
    points : DataFrame
        One row a group and verifier: p_star, mean, low, high, n_seeds, n_samples.
    sizes : list of float
        The sizes that were used, one or more.
    """
    keys = [*by, "verifier", "selection_rate"]
    curves = aggregate(table, metric, keys)
    curves = curves[curves["n_samples"].notna() & curves["p_star"].notna()]
    if curves.empty:
        return curves, []
    groups = list(curves.groupby(list(by), dropna=False)) if by else [((), curves)]
    kept = []
    for _, group in groups:
        reached = group.groupby(["verifier", "selection_rate"], dropna=False)["n_samples"].max()
        kept.append(group[group["n_samples"] == reached.min()])
    points = pd.concat(kept, ignore_index=True)
    return points, sorted(points["n_samples"].unique().tolist())


def ranking(points: pd.DataFrame, seed: int = 0) -> Ranking:
    """Spearman's rank correlation of p* and metric with its bootstrap interval (95 %)."""
    n_points = len(points)
    distinct = min(points["p_star"].nunique(), points["mean"].nunique()) if n_points else 0
    if n_points < FEWEST_POINTS or distinct < 2:
        return Ranking(np.nan, np.nan, np.nan, n_points)
    found = rank_correlation(
        points["p_star"].to_numpy(), points["mean"].to_numpy(), rng=np.random.default_rng(seed)
    )
    return Ranking(float(found.rho), float(found.low), float(found.high), n_points)
