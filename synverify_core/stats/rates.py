"""What Figure 5 draws, as means over seeds, and the axis that shows it."""

from typing import Any, NamedTuple

import pandas as pd

from synverify_core.stats.names import BASELINES, display_name, size_text
from synverify_core.stats.tables import aggregate, ready, records

ROOM = 2.2
"""A level beside the curves is on the axis if the axis need not grow beyond this factor."""


class Level(NamedTuple):
    """A horizontal line: what it is, its mean and its smallest and largest value over seeds."""

    verifier: str
    name: str
    mean: float
    low: float
    high: float


class Measured(NamedTuple):
    """What the figure draws, as means over seeds: curves of verifiers, of `clean`, and levels."""

    curves: pd.DataFrame
    clean: pd.DataFrame
    levels: list[Level]

    @property
    def rates(self) -> list[float]:
        """Selection rates in increasing order."""
        return sorted(self.curves["selection_rate"].unique())

    @property
    def sizes(self) -> list[float]:
        """Numbers of samples that were measured."""
        return sorted({*self.curves["n_samples"], *self.clean["n_samples"]})

    def at(self, rate: float) -> pd.DataFrame:
        """Return the curves of one rate."""
        return self.curves[self.curves["selection_rate"] == rate]


def measure(table: pd.DataFrame, metric: str) -> Measured:
    """Return the means over seeds of what the figure draws."""
    points = aggregate(table, metric, ["verifier", "selection_rate"])
    sized = points["n_samples"].notna()
    clean = points[sized & (points["verifier"] == "clean")].sort_values("n_samples")
    chosen = sized & points["selection_rate"].notna() & ~points["verifier"].isin(BASELINES)
    levels = [
        Level(name, display_name(name), *(float(row[key]) for key in ("mean", "low", "high")))
        for name in ("generator", "base")
        for row in records(points[~sized & (points["verifier"] == name)])
    ]
    if len(clean):
        last = records(clean)[-1]
        every = "all " if last["n_samples"] == last["kept"] or is_pool(table, last) else ""
        name = f"{every}{size_text(last['n_samples'])} human summaries"
        levels.insert(0, Level("clean", name, last["mean"], last["low"], last["high"]))
    return Measured(points[chosen].sort_values("n_samples"), clean, levels)


def is_pool(table: pd.DataFrame, row: dict[str, Any]) -> bool:
    """Whether a row's size is that of the whole pool."""
    sizes = ready(table)["pool_size"].dropna().unique()
    return len(sizes) == 1 and row["n_samples"] == sizes[0]


def y_range(measured: Measured) -> tuple[float, float]:
    """Return the ends of the axis: curves and generator, and what else is near enough."""
    core = [*measured.curves["low"], *measured.curves["high"]]
    core += [end for level in measured.levels if level.verifier == "generator" for end in level[2:]]
    low, high = min(core), max(core)
    allowed = ROOM * max(high - low, 0.02 * abs(high), 1e-6)
    beside = [level.mean for level in measured.levels] + list(measured.clean["mean"])
    for value in sorted(beside, key=lambda value: max(low - value, value - high)):
        if max(high, value) - min(low, value) <= allowed:
            low, high = min(low, value), max(high, value)
    room = 0.07 * max(high - low, 0.02 * abs(high), 1e-6)
    return max(low - room, -room / 2) if low >= 0 else low - room, high + room


def beyond_text(level: Level, low: float, high: float) -> str:
    """Say on which side of the axis a level lies; empty if it is on it."""
    if low <= level.mean <= high:
        return ""
    return "below the axis" if level.mean < low else "above the axis"
