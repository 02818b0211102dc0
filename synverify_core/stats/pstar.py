"""The proxy p*: how sure it is, and how it ranks verifiers against what retraining gives."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synverify_core.stats.claims import FEWEST_SEEDS, LITTLE, Claim, few_seeds, verdict_of
from synverify_core.stats.names import seeds_text, short_metric, size_text, value_label
from synverify_core.stats.tables import aggregate, ready
from synverify_core.theory import rank_correlation

FEWEST_POINTS = 4
LEVEL = 0.05
LOW, HIGH = "p_star low", "p_star high"
SPREAD = "smallest to largest value"
BOOTSTRAP = "95 % bootstrap interval over the pool"


class Bars(NamedTuple):
    """Means of p* with the ends of their whiskers, and what the whiskers are (empty: none)."""

    bars: pd.DataFrame
    whiskers: str


class Ranking(NamedTuple):
    """How a quantity ranks verifiers against how they perform, as a mean over repetitions.

    rho, low, high, p_value : Spearman's, NaN where there are too few verifiers; the p value is of
        permuted verifiers, each with all its seeds and places, and two-sided.
    places : values of what tells repetitions of a seed apart (a rate, a size) -> their mean rho.
    """

    rho: float
    low: float
    high: float
    p_value: float
    n_verifiers: int
    n_seeds: int
    places: "pd.Series[float]"

    @property
    def favours(self) -> int:
        """Whether more of it clearly goes with a higher metric: 1, with a lower: -1, else 0."""
        if self.n_seeds < FEWEST_SEEDS or not self.p_value < LEVEL:
            return 0
        return int(self.low > 0) - int(self.high < 0)


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
    points = at_common_size(curves, by)
    return points, sorted(points["n_samples"].unique().tolist())


def at_common_size(points: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the largest size that all verifiers of a group reached."""
    groups = list(points.groupby(list(by), dropna=False)) if by else [((), points)]
    kept = []
    for _, group in groups:
        reached = group.groupby(["verifier", "selection_rate"], dropna=False)["n_samples"].max()
        kept.append(group[group["n_samples"] == reached.min()])
    at_end: pd.DataFrame = pd.concat(kept, ignore_index=True)
    return at_end


def ranking(
    table: pd.DataFrame,
    metric: str,
    by: Sequence[str] = (),
    *,
    every_size: bool = False,
    quantity: str = "p_star",
    seed: int = 0,
) -> Ranking:
    """Rank verifiers by a quantity and by what training on their choice gives, seed by seed.

    Parameters
    ----------
    by : columns whose values are places of their own, e.g. selection_rate: one correlation each.
    every_size : take all sizes as places; else the largest one that all verifiers of a place
        reached.
    quantity : column that ranks verifiers, p_star or one made of it.
    """
    rows = ready(table, by)
    known = np.isfinite(rows["value"]) & rows[quantity].notna() & rows["n_samples"].notna()
    rows = rows[(rows["metric"] == metric) & known]
    places = [*by, "n_samples"] if every_size else list(by)
    nothing = Ranking(np.nan, np.nan, np.nan, np.nan, 0, 0, pd.Series(dtype=float))
    if rows.empty:
        return nothing
    rows = rows if every_size else at_common_size(rows, by)
    unit = rows["verifier"] if "selection_rate" in by else _unit(rows)
    keyed = rows.assign(unit=unit, **{name: rows[name].fillna(-1) for name in places})
    keys = [*places, "uid", "seed"]
    x, y = (
        keyed.pivot_table(index=keys, columns="unit", values=name) for name in (quantity, "value")
    )
    x = _largest_block(x.where(y.notna()))
    y = y.loc[x.index, x.columns]
    if len(x.columns) < FEWEST_POINTS:
        return nothing._replace(n_verifiers=len(x.columns))
    found = rank_correlation(x, y, rng=np.random.default_rng(seed))
    each = x.rank(axis=1).corrwith(y.rank(axis=1), axis=1)
    in_a_place = x.groupby(level=places).size() if places else [len(x)]
    return Ranking(
        found.rho,
        found.low,
        found.high,
        found.p_value,
        len(x.columns),
        int(max(in_a_place)),
        each.groupby(level=places).mean() if places else pd.Series(dtype=float),
    )


def _unit(rows: pd.DataFrame) -> "pd.Series[str]":
    rate = rows["selection_rate"].map(lambda one: "" if pd.isna(one) else f" {one:g}")
    return rows["verifier"] + rate


def _largest_block(values: pd.DataFrame) -> pd.DataFrame:
    """Return a part without gaps: the verifiers and repetitions that make the most numbers."""
    there = values.notna()
    sets = {tuple(values.columns[row]) for row in there.to_numpy()}
    blocks = [values.loc[there[list(names)].all(axis=1), list(names)] for names in sets if names]
    return max(blocks, key=lambda block: (block.size, len(block.columns)), default=values)


def order_title(found: Ranking, metric: str, name: str = "p*") -> str:
    """Say whether p* ranks verifiers as their results do; titles and cards both say this."""
    what = short_metric(metric)
    if np.isnan(found.rho):
        return f"{name} and {what} of {found.n_verifiers} verifiers: too few to rank"
    if few_seeds(found.n_seeds):
        order = f"{name} and {what}, too few seeds to judge"
    elif found.favours:
        order = f"Higher {name}, {'higher' if found.favours > 0 else 'lower'} {what}"
    else:
        order = f"No clear order of {name} and {what}"
    return f"{order}: Spearman {found.rho:+.2f}, p = {found.p_value:.2g}"


def order_text(found: Ranking) -> str:
    """Say what a title's p value is of."""
    if np.isnan(found.rho):
        return ""
    return f"p: permutation of {found.n_verifiers} verifiers, {seeds_text([found.n_seeds])}"


def order_claim(paper: str, found: Ranking, metric: str, sign: int = 1) -> Claim:
    """Judge the statement that a higher p* goes with a higher metric (`sign` -1: a lower one)."""
    if np.isnan(found.rho):
        needed = f"It takes {FEWEST_POINTS} verifiers with different p* and {short_metric(metric)}."
        return Claim(paper, LITTLE, needed)
    places = f" and {len(found.places)} places" if len(found.places) > 1 else ""
    text = (
        f"Spearman's correlation of p* and {short_metric(metric)} among "
        f"{found.n_verifiers} verifiers, mean over {seeds_text([found.n_seeds])}"
        f"{places}: {found.rho:+.2f}, 95 % interval "
        f"[{found.low:+.2f}, {found.high:+.2f}] (Fisher), p = {found.p_value:.2g} (verifiers "
        "permuted, two-sided)."
    )
    if len(found.places) > 1:
        text += "".join(
            f"\n- {place_text(found, key)}: {rho:+.2f}" for key, rho in found.places.items()
        )
    least = 2 / math.factorial(found.n_verifiers)
    if least > LEVEL:
        text += f"\n\nOf {found.n_verifiers} verifiers no order has a p below {least:.2g}."
    return Claim(paper, verdict_of([found], sign), text)


def place_text(found: Ranking, key: Any) -> str:
    """Write what tells a place apart."""
    parts = key if isinstance(key, tuple) else (key,)
    named = zip(found.places.index.names, parts, strict=True)
    return ", ".join(
        f"n' = {size_text(value)}" if name == "n_samples" else value_label(str(name), value)
        for name, value in named
    )
