"""The turning point: the p* from which on training on verified answers surpasses the generator."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synverify_core.stats.claims import LITTLE, Claim, Finding, against_generator, verdict_of
from synverify_core.stats.gaps import ONE_SEED, by_seed
from synverify_core.stats.names import size_text, split_label
from synverify_core.stats.tables import seed_interval, to_judge

FAMILY = ("oracle", "noisy", "none")
"""The paper's line: a verifier that lets a share p_noise of the wrong answers through."""
PAPERS = "about 0.65"


class Turning(NamedTuple):
    """Where the line of the paper's family crosses the generator, seed by seed.

    mean, low, high : of p* over seeds, low and high its 95 % interval; NaN where not known.
    error_rate : p of the generators' answers, mean over seeds.
    size : n' at which the line was measured.
    crossed, above, below : seeds whose line crosses the generator's level, lies above it
        everywhere, or below it even at the largest p*.
    """

    mean: float
    low: float
    high: float
    error_rate: float
    size: float
    crossed: int
    above: int
    below: int

    @property
    def n_seeds(self) -> int:
        """Seeds that have a line and a generator."""
        return self.crossed + self.above + self.below


def in_family(verifier: str) -> bool:
    """Whether the paper's line passes through this verifier."""
    return split_label(str(verifier))[0] in FAMILY


def turning_point(table: pd.DataFrame, metric: str) -> Turning | None:
    """Find where the line crosses the generator, at the largest size that all of it reached.

    Between two verifiers p* is interpolated linearly. Returns None where there is no line (two
    verifiers or more) or no generator.
    """
    rows = to_judge(table)
    rows = rows[rows["selection_rate"].isna()]
    line = rows[rows["verifier"].map(in_family).astype(bool)]
    line = line[(line["metric"] == metric) & line["p_star"].notna() & line["n_samples"].notna()]
    levels = by_seed(rows, metric, "generator")
    if line["verifier"].nunique() < 2 or levels.empty:
        return None
    size = float(line.groupby("verifier")["n_samples"].max().min())
    line = line[line["n_samples"] == size]
    places = []
    known = levels[-1].rename("level").reset_index()
    for uid, seed, level in known.itertuples(index=False):
        own = line[(line["uid"] == uid) & (line["seed"] == seed)].sort_values("p_star")
        if own["p_star"].nunique() > 1:
            places.append(crossing(own["p_star"].to_numpy(), own["value"].to_numpy(), level))
    if not places:
        return None
    found = [place for place in places if np.isfinite(place)]
    return Turning(
        float(np.mean(found)) if found else np.nan,
        *seed_interval(found),
        float(line["p"].mean()),
        size,
        len(found),
        places.count(-np.inf),
        places.count(np.inf),
    )


def crossing(p_star: NDArray[np.float64], values: NDArray[np.float64], level: float) -> float:
    """Return the p* from which on a line, by rising p*, stays at or above a level.

    -inf where it is there throughout, inf where its last point is below.
    """
    short = np.flatnonzero(values < level)
    if not len(short):
        return -np.inf
    last = int(short[-1])
    if last == len(values) - 1:
        return np.inf
    share = (level - values[last]) / (values[last + 1] - values[last])
    return float(p_star[last] + share * (p_star[last + 1] - p_star[last]))


def turning_text(found: Turning) -> str:
    """Write the turning point in a few words, for a mark in a figure."""
    if not found.crossed:
        return (
            "none of the measured p* reaches the generator"
            if found.below
            else ("every measured p* is above the generator")
        )
    ends = ONE_SEED if np.isnan(found.low) else f"[{found.low:.2f}, {min(found.high, 1.0):.2f}]"
    return f"turning point p* = {found.mean:.2f} {ends}"


def turning_claim(table: pd.DataFrame, metric: str) -> Claim:
    """Say where the turning point is, beside the error rate of the answers."""
    paper = "From some p* on, training on verified answers surpasses the generator."
    found = turning_point(table, metric)
    if found is None:
        return Claim(paper, LITTLE, "It takes the generator, and two of oracle, noisy and none.")
    text = f"The paper reads {PAPERS} off its Figure 4. "
    text += f"At n' = {size_text(found.size)}: {turning_text(found)}"
    text += f", crossed in {found.crossed} of {found.n_seeds} seeds." if found.crossed else "."
    if found.crossed and found.below:
        text += f" In {found.below} none of the measured p* reaches the generator."
    if found.crossed and found.above:
        text += f" In {found.above} every one is above it."
    if np.isfinite(found.error_rate):
        text += f" The error rate of the answers is p = {found.error_rate:.2f}."
    everywhere = int(found.crossed == found.n_seeds) - int(found.below == found.n_seeds)
    finding = Finding(everywhere, found.n_seeds)
    return Claim(paper, against_generator(verdict_of([finding]), to_judge(table)), text)
