"""A statement of the paper against the rows: one rule for verdicts, and comparisons seed by seed.

Two models are compared seed by seed: what a seed does to both of them cancels out.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from synverify_core.stats.names import BASELINES, order, size_text, split_label, value_label
from synverify_core.stats.tables import seed_interval

ROUGE = "rouge1"
LITTLE = "too little data"
ONE_SEED = "(one seed: no interval)"


class Claim(NamedTuple):
    """A statement of the paper and what these rows say to it; `verdict` as `verdict_of` has it."""

    paper: str
    verdict: str
    found: str


def verdict_of(hits: int, total: int, against: int | None = None) -> str:
    """Return the verdict on a statement that held in `hits` of `total` comparisons.

    holds, in part, not here, or too little data. Where intervals decide, `against` counts those
    that lie on the other side, and not here is told apart: contradicted, or not shown.
    """
    if total == 0:
        return LITTLE
    if hits:
        return "holds" if hits == total else "in part"
    return "not here" if against is None else "contradicted" if against else "not shown"


def first_present(rows: pd.DataFrame, *names: str) -> str | None:
    """Return the first verifier, by registry name, that the rows have."""
    families = {split_label(name)[0]: name for name in reversed(order(rows["verifier"].dropna()))}
    return next((families[name] for name in names if name in families), None)


class Gap(NamedTuple):
    """Two models' Rouge-1 at one selection rate: their means, and their mean difference.

    place : rate and size in words; low, high : 95 % interval of the difference, NaN for one seed.
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
        """Which of the two is clearly better: 1, -1, or 0 where the interval holds 0."""
        return int(self.low > 0) - int(self.high < 0)

    def told(self, one: str, two: str) -> str:
        """Write both means, their difference and its interval."""
        ends = f"[{signed(self.low)}, {signed(self.high)}]"
        values = (
            f"{one} {number(self.one)}, {two} {number(self.two)}; difference "
            f"{signed(self.difference)} {ONE_SEED if np.isnan(self.low) else ends}"
        )
        return f"{self.place}: {values}" if self.place else values


def judged(gaps: Sequence[Gap], sign: int = 1) -> str:
    """Return the verdict on "the first is better" (`sign` -1: worse) from all comparisons."""
    known = [gap.favours * sign for gap in gaps if gap.n_seeds > 1]
    return verdict_of(known.count(1), len(gaps) if known else 0, known.count(-1))


def by_seed(rows: pd.DataFrame, verifier: str | None, rate: float | None) -> pd.DataFrame:
    """Return Rouge-1 with one row a seed and one column a size; a level has the column -1."""
    part = rows[(rows["metric"] == ROUGE) & (rows["verifier"] == verifier)]
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
    both = two not in BASELINES
    first, second = by_seed(rows, one, rate), by_seed(rows, two, rate if both else None)
    if first.empty or second.empty:
        return None
    size = last_size(first, second.columns.astype(float).tolist() if both else None)
    other = size if both else last_size(second)
    if np.isnan(size) or np.isnan(other):
        return None
    pairs = pd.concat({"one": first[size], "two": second[other]}, axis=1).dropna()
    if pairs.empty:
        return None
    low, high = seed_interval(pairs["one"] - pairs["two"])
    place = "" if rate is None else f"{value_label('selection_rate', rate)}, "
    place += f"n' = {size_text(size)}" if size > 0 else ""
    means = pairs.mean()
    return Gap(place, float(means["one"]), float(means["two"]), low, high, len(pairs))


def rates_of(rows: pd.DataFrame) -> list[float]:
    """Return the selection rates in increasing order."""
    rates = rows.loc[~rows["verifier"].isin(BASELINES), "selection_rate"].dropna()
    return sorted(float(rate) for rate in rates.unique())


def at_all_rates(rows: pd.DataFrame, one: str | None, two: str | None) -> list[Gap]:
    """Compare two models at every selection rate."""
    gaps = [compare(rows, one, two, rate) for rate in rates_of(rows)] if one and two else []
    return [gap for gap in gaps if gap is not None]


def listed(gaps: Sequence[Gap], one: str, two: str) -> str:
    """Write one line a comparison."""
    return "".join(f"\n- {gap.told(one, two)}" for gap in gaps)


def number(value: float) -> str:
    """Write a Rouge-1."""
    return f"{value:.4f}"


def signed(value: float) -> str:
    """Write a difference of two Rouge-1; one that rounds to nothing has no sign."""
    return f"{value:+.4f}" if round(value, 4) else number(0.0)
