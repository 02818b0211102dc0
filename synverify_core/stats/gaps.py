"""Two models compared seed by seed: what a seed does to both of them cancels out."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from synverify_core.stats.claims import FEWEST_SEEDS
from synverify_core.stats.names import BASELINES, display_name, percent, size_text, value_label
from synverify_core.stats.tables import seed_interval

ROUGE = "rouge1"
TEST_ERROR = "test error"
"""Metric `rouge1 test error`: standard error of a mean over the test articles."""
COUNTED = re.compile(r"(accuracy|base|weak|beam \d+, (any|best))@[\d.]+%")
"""Shares of a test set: their sampling error follows from its size."""
RELATIVE = ("accuracy", "relative_error")
"""Shares that are computed exactly, over many powers of ten."""
ONE_SEED = "(one seed: no interval)"
Z = float(ndtri(0.975))


class Gap(NamedTuple):
    """Two models at one place: their means, and their mean difference.

    place : rate and size in words; low, high : 95 % interval of the difference, NaN for one seed.
    """

    metric: str
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
        """Whether the first is clearly higher: 1, -1, or 0 where the interval holds 0."""
        clear = int(self.low > 0) - int(self.high < 0)
        return clear if self.n_seeds >= FEWEST_SEEDS else 0

    @property
    def ends(self) -> str:
        """The interval in words."""
        if math.isnan(self.low):
            return f"{unit(self.metric)} {ONE_SEED}".strip()
        low, high = (signed(end, self.metric) for end in (self.low, self.high))
        return f"[{low}, {high}]{unit(self.metric)}"

    def told(self, one: str, two: str) -> str:
        """Write both means, their difference and its interval."""
        values = (
            f"{display_name(one)} {number(self.one, self.metric)}, "
            f"{display_name(two)} {number(self.two, self.metric)}; "
            f"difference {signed(self.difference, self.metric)} {self.ends}"
        )
        return f"{self.place}: {values}" if self.place else values


def by_seed(
    rows: pd.DataFrame, metric: str, verifier: str | None, rate: float | None = None
) -> pd.DataFrame:
    """Return a metric with one row a seed and one column a size; a level has the column -1."""
    part = rows[(rows["metric"] == metric) & (rows["verifier"] == verifier)]
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
    rows: pd.DataFrame,
    metric: str,
    one: str | None,
    two: str | None,
    rate: float | None = None,
    *,
    same_size: bool = False,
) -> Gap | None:
    """Compare two models: at a size of both, or with a baseline each at its own largest size.

    same_size : compare with a baseline, too, at a size of both.
    """
    paired = same_size or two not in BASELINES
    first = by_seed(rows, metric, one, rate)
    second = by_seed(rows, metric, two, rate if two not in BASELINES else None)
    if first.empty or second.empty:
        return None
    common = first.index.intersection(second.index)
    first, second = first.loc[common], second.loc[common]
    if first.empty:
        return None
    shared = [float(size) for size in second.columns[second.notna().all()]]
    size = last_size(first, shared if paired else None)
    other = size if paired else last_size(second)
    if np.isnan(size) or np.isnan(other):
        return None
    values = pd.DataFrame({"one": first[size], "two": second[other]})
    place = "" if rate is None else f"{value_label('selection_rate', rate)}, "
    place += f"n' = {size_text(size)}" if size > 0 else ""
    test = [
        test_variance(rows, metric, name, float(values[side].mean()))
        for side, name in (("one", one), ("two", two))
    ]
    return gap_of(values, metric, place, sum(test))


def gap_of(
    values: pd.DataFrame, metric: str, place: str, variance: float = 0.0, comparisons: int = 1
) -> Gap:
    """Return the gap of columns one and two, one row a seed.

    variance : of the difference by the choice of the test set, the same for all seeds. It is
        added to that over seeds; as if models erred independently, which is rather too much.
    comparisons : made at a time (count), all of which the interval is to hold for.
    """
    low, high = seed_interval(values["one"] - values["two"], comparisons)
    means = values.mean()
    middle = float(means["one"] - means["two"])
    half = math.hypot((high - low) / 2, Z * math.sqrt(variance))
    ends = (middle - half, middle + half)
    return Gap(metric, place, float(means["one"]), float(means["two"]), *ends, len(values))


def test_variance(rows: pd.DataFrame, metric: str, verifier: str | None, mean: float) -> float:
    """Return the variance of a model's mean by the choice of the test set; 0 if not known."""
    if COUNTED.fullmatch(metric):
        column = "n_table" if metric.startswith("beam") else "n_test"
        sizes = rows[column].dropna() if column in rows else pd.Series(dtype=float)
        size = float(sizes.mean()) if len(sizes) else 0.0
        return mean * (1 - mean) / size if size > 0 else 0.0
    own = rows[(rows["verifier"] == verifier) & (rows["metric"] == f"{metric} {TEST_ERROR}")]
    return float((own["value"] ** 2).mean()) if len(own) else 0.0


def at_all_rates(rows: pd.DataFrame, metric: str, one: str | None, two: str | None) -> list[Gap]:
    """Compare two models at every selection rate; where there is none, by their own rules."""
    if not (one and two):
        return []
    gaps = [compare(rows, metric, one, two, rate) for rate in places_of(rows)]
    return [gap for gap in gaps if gap is not None]


def rates_of(rows: pd.DataFrame) -> list[float]:
    """Return the selection rates in increasing order."""
    rates = rows.loc[~rows["verifier"].isin(BASELINES), "selection_rate"].dropna()
    return sorted(float(rate) for rate in rates.unique())


def places_of(rows: pd.DataFrame) -> Sequence[float | None]:
    """Return the selection rates, or None alone where verifiers keep by their own rules."""
    return rates_of(rows) or [None]


def listed(gaps: Sequence[Gap], one: str, two: str) -> str:
    """Write one line a comparison."""
    return "".join(f"\n- {gap.told(one, two)}" for gap in gaps)


def number(value: float, metric: str = ROUGE) -> str:
    """Write a mean: a share in percent, a Rouge-1 with four digits."""
    return percent(value) if is_share(metric) else f"{value:.4f}"


def signed(value: float, metric: str = ROUGE) -> str:
    """Write a difference, of shares in points; one that rounds to nothing has no sign."""
    if metric in RELATIVE:
        return f"{100 * value:+.2g}" if value else "0"
    digits, scale = (2, 100) if is_share(metric) else (4, 1)
    rounded = round(scale * value, digits)
    return f"{rounded:+.{digits}f}" if rounded else f"{0:.{digits}f}"


def unit(metric: str) -> str:
    """Return the unit of a difference."""
    return " points" if is_share(metric) else ""


def is_share(metric: str) -> bool:
    """Whether a metric is a share of a test set or of an ideal accuracy."""
    return bool(COUNTED.fullmatch(metric)) or metric in RELATIVE
