"""Two models' Rouge-1 compared seed by seed: what a seed does to both of them cancels out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from synverify_core.figures import curves as stats
from synverify_core.figures import words

METRIC = "rouge1"
LITTLE = "too little data"
ONE_SEED = "(one seed: no interval)"


class Gap(NamedTuple):
    """Two models at one selection rate: their means, and their mean difference with interval.

    place : rate and size in words; favours : 1 where the interval lies above 0, -1 below, 0 else.
    """

    place: str
    one: float
    two: float
    low: float
    high: float
    n_seeds: int

    @property
    def difference(self) -> float:
        """Mean of `one` minus mean of `two`."""
        return self.one - self.two

    @property
    def favours(self) -> int:
        """Which of the two is clearly better."""
        return int(self.low > 0) - int(self.high < 0)


def by_seed(rows: pd.DataFrame, verifier: str | None, rate: float | None) -> pd.DataFrame:
    """Return Rouge-1 with one row a seed and one column a size; a level has the column -1."""
    part = rows[(rows["metric"] == METRIC) & (rows["verifier"] == verifier)]
    if rate is not None:
        part = part[part["selection_rate"] == rate]
    keyed = part.assign(n_samples=part["n_samples"].fillna(-1))
    return keyed.pivot_table(index=["uid", "seed"], columns="n_samples", values="value")


def last_size(values: pd.DataFrame, among: Sequence[float] | None = None) -> float:
    """Return the largest size that every seed reached, or NaN."""
    reached = values.columns[values.notna().all()]
    sizes = [float(size) for size in reached if among is None or float(size) in among]
    return max(sizes, default=np.nan)


def compare(
    rows: pd.DataFrame, one: str | None, two: str | None, rate: float | None = None
) -> Gap | None:
    """Compare two models, each at its own largest size, or two verifiers at a size of both."""
    first = by_seed(rows, one, rate)
    second = by_seed(rows, two, rate if two not in words.BASELINES else None)
    if first.empty or second.empty:
        return None
    both = two not in words.BASELINES
    size = last_size(first, second.columns.astype(float).tolist() if both else None)
    other = size if both else last_size(second)
    if np.isnan(size) or np.isnan(other):
        return None
    pairs = pd.concat({"one": first[size], "two": second[other]}, axis=1).dropna()
    if pairs.empty:
        return None
    low, high = stats.seed_interval(pairs["one"] - pairs["two"])
    place = "" if rate is None else f"{words.value_label('selection_rate', rate)}, "
    place += f"n' = {stats.size_text(size)}" if size > 0 else ""
    means = pairs.mean()
    return Gap(place, float(means["one"]), float(means["two"]), low, high, len(pairs))


def rates_of(rows: pd.DataFrame) -> list[float]:
    """Return the selection rates in increasing order."""
    rates = rows.loc[~rows["verifier"].isin(words.BASELINES), "selection_rate"].dropna()
    return sorted(float(rate) for rate in rates.unique())


def at_all_rates(rows: pd.DataFrame, one: str | None, two: str | None) -> list[Gap]:
    """Compare two models at every selection rate."""
    gaps = [compare(rows, one, two, rate) for rate in rates_of(rows)] if one and two else []
    return [gap for gap in gaps if gap is not None]


def judged(gaps: Sequence[Gap], sign: int = 1) -> str:
    """Return the verdict on "the first is better" (`sign` -1: worse) from all comparisons."""
    known = [gap for gap in gaps if gap.n_seeds > 1]
    if not known:
        return LITTLE
    hits = sum(gap.favours == sign for gap in known)
    if hits == len(gaps):
        return "holds"
    if hits:
        return "in part"
    return "contradicted" if any(gap.favours == -sign for gap in known) else "not shown"


def gap_text(gap: Gap, one: str, two: str) -> str:
    """Write both means, their difference and its interval."""
    values = (
        f"{one} {number(gap.one)}, {two} {number(gap.two)}; difference "
        f"{signed(gap.difference)} {interval_text(gap.low, gap.high)}"
    )
    return f"{gap.place}: {values}" if gap.place else values


def number(value: float) -> str:
    """Write a Rouge-1."""
    return f"{value:.4f}"


def signed(value: float) -> str:
    """Write a difference of two Rouge-1; one that rounds to nothing has no sign."""
    return f"{value:+.4f}" if round(value, 4) else number(0.0)


def interval_text(low: float, high: float) -> str:
    """Write an interval; one seed has none."""
    return ONE_SEED if np.isnan(low) else f"[{signed(low)}, {signed(high)}]"


def listed(gaps: Sequence[Gap], one: str, two: str) -> str:
    """Write one line a comparison."""
    return "".join(f"\n- {gap_text(gap, one, two)}" for gap in gaps)
