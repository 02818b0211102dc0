"""What becomes of a chain of models: p and p* before each round, what was reached after it.

Row r of a chain holds p, phi, psi and p_star of the pool that the model of round r - 1 labelled,
and the metrics of the model that was trained on what the verifier kept of it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from synverify_core.stats.names import BASELINES, display_name, is_error, short_metric, value_text
from synverify_core.stats.tables import every_round

BY = ["verifier", "selection_rate", "round"]
COLUMNS = [*BY, "mean", "low", "high", "p", "p_star", "n_seeds"]


class Ending(NamedTuple):
    """How a chain went: its metric before the first round and after the last one.

    below : rounds in which p was below p_star (count), of n_rounds.
    """

    verifier: str
    first: float
    last: float
    below: int
    n_rounds: int


def points(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Average a metric over seeds, for each chain and round.

    A chain goes on with its largest size; other sizes are left out.

    Returns
    -------
    DataFrame
        Columns verifier, selection_rate, round (from 1; `generator` and other levels: 0), mean,
        low, high (smallest and largest seed), p, p_star (means over seeds; NaN where not defined)
        and n_seeds.
    """
    rows = every_round(table)
    rows = rows[(rows["metric"] == metric) & np.isfinite(rows["value"])]
    largest = rows.groupby(["uid", "seed", *BY], dropna=False)["n_samples"].transform("max")
    rows = rows[rows["n_samples"].isna() | (rows["n_samples"] == largest)]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = rows.assign(repeat=rows["uid"].astype(str) + "/" + rows["seed"].astype(str))
    found: pd.DataFrame = (
        rows.groupby(BY, dropna=False, sort=True)
        .agg(
            mean=("value", "mean"),
            low=("value", "min"),
            high=("value", "max"),
            p=("p", "mean"),
            p_star=("p_star", "mean"),
            n_seeds=("repeat", "nunique"),
        )
        .reset_index()
    )
    return found[COLUMNS]


def chains(found: pd.DataFrame) -> list[tuple[str, float, pd.DataFrame]]:
    """Return verifier, selection rate and points of each chain that a verifier selects for."""
    selected = found[~found["verifier"].isin(BASELINES) & (found["round"] > 0)]
    groups = selected.groupby(["verifier", "selection_rate"], dropna=False, sort=False)
    found_chains = []
    for _, part in groups:
        first = part.iloc[0]
        found_chains.append((str(first["verifier"]), float(first["selection_rate"]), part))
    return found_chains


def level(found: pd.DataFrame, name: str) -> float:
    """Return the value of a level that no round changes, e.g. `generator`; NaN if not measured."""
    part = found[(found["verifier"] == name) & (found["round"] == 0)]
    return float(part["mean"].iloc[0]) if len(part) else float("nan")


def endings(found: pd.DataFrame) -> list[Ending]:
    """Return how each chain went."""
    start = level(found, "generator")
    return [
        Ending(
            name,
            start,
            float(part["mean"].iloc[-1]),
            int((part["p"] < part["p_star"]).sum()),
            len(part),
        )
        for name, _, part in chains(found)
    ]


def what_happened(found: pd.DataFrame, metric: str) -> str:
    """Say in one sentence how the chains went, best end first; empty where there is none."""
    ends = sorted(endings(found), key=lambda end: end.last, reverse=not is_error(metric))
    parts = [
        f"to {value_text(end.last, metric)} with {display_name(end.verifier)} ({_below(end)})"
        for end in ends
    ]
    if not parts:
        return ""
    start = value_text(ends[0].first, metric)
    return f"{short_metric(metric)} went from the generator's {start} {_listed(parts)}."


def _below(end: Ending) -> str:
    if end.below == end.n_rounds:
        return "p < p* in every round"
    return f"p < p* in {end.below} of {end.n_rounds} rounds"


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
