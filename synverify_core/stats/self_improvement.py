"""Rounds of arithmetic self-improvement: accuracy by length, p against p*, and what was reached."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synverify_core.experiments.arithmetic.tasks import TASKS
from synverify_core.stats import names
from synverify_core.stats.names import percent

ACCURACY_AT = "accuracy@"
REACHES = {"max_length@0.99": "99 %", "max_length@0.5": "50 %"}
RATES = ("p", "phi", "psi", "p_star", "difficulty", "kept", "pool_size")


class Chain(NamedTuple):
    """What became of one filter's models, means over seeds.

    rounds : 0 to the last that was measured, shape (r,).
    lengths : that were tested, shape (n,).
    accuracy : exact match, shape (r, n).
    rates : p, phi, psi, p_star, difficulty and p_told before each round, indexed by round from 1
        on; p_told is p as the kept share alone tells it (`told`).
    trained : longest problems that a model has been trained on, shape (r,).
    unit : what a length counts, e.g. digits.
    """

    verifier: str
    n_seeds: int
    rounds: NDArray[np.int64]
    lengths: NDArray[np.int64]
    accuracy: NDArray[np.float64]
    rates: pd.DataFrame
    trained: NDArray[np.float64]
    unit: str

    @property
    def below(self) -> NDArray[np.bool_]:
        """Whether p was below p* in each round from 1 on; an undefined p* is not above."""
        return np.asarray(self.rates["p"] < self.rates["p_star"])

    def at(self, length: int) -> NDArray[np.float64]:
        """Return accuracy at one length by round, shape (r,)."""
        return np.asarray(self.accuracy[:, np.flatnonzero(self.lengths == length)[0]])


def chains(table: pd.DataFrame) -> list[Chain]:
    """Return the chain of each filter in the order of legends; one without a round is left out."""
    rows = table[table["metric"].str.startswith(ACCURACY_AT)]
    rows = rows.assign(length=rows["metric"].str.removeprefix(ACCURACY_AT).astype(int))
    start = rows[rows["verifier"] == "generator"]
    found = []
    for verifier in names.order(set(rows["verifier"]) - {"generator"}):
        own = rows[rows["verifier"] == verifier]
        begun = start[start["seed"].isin(own["seed"])]
        found.append(_chain(verifier, own, begun))
    return found


def _chain(verifier: str, own: pd.DataFrame, start: pd.DataFrame) -> Chain:
    both = pd.concat([start, own])
    grid = both.pivot_table(index="round", columns="length", values="value", aggfunc="mean")
    rates = own[["round", *RATES]].astype(float).groupby("round").mean()
    rates.index = rates.index.astype(int)
    rates["p_told"] = told(rates)
    base = float(own["base_difficulty"].astype(float).max())
    hardest = rates["difficulty"].cummax().clip(lower=base).reindex(grid.index[1:])
    return Chain(
        verifier,
        int(own["seed"].nunique()),
        grid.index.to_numpy(dtype=np.int64),
        grid.columns.to_numpy(dtype=np.int64),
        grid.to_numpy(dtype=np.float64),
        rates,
        np.r_[base, hardest.to_numpy(dtype=np.float64)],
        TASKS[str(own["task"].iloc[0])].unit,
    )


def told(rates: pd.DataFrame) -> pd.Series:
    """Tell p without labels, by round: 1 - (r - psi)/(phi - psi) for the kept share r.

    phi and psi are those of the round before, at its length, where they may have been measured
    with labels; NaN where they do not tell right from wrong.
    """
    phi, psi = rates["phi"].shift(1), rates["psi"].shift(1)
    right = (rates["kept"] / rates["pool_size"] - psi) / (phi - psi).where(phi > psi)
    return (1 - right).clip(0, 1)


def telling_length(found: Sequence[Chain]) -> int:
    """Return the length beyond the original ones at which the chains end furthest apart."""
    base = found[0].trained[0]
    beyond = [int(n) for n in found[0].lengths if n > base] or [int(found[0].lengths[-1])]
    ends = {n: [chain.at(n)[-1] for chain in found] for n in beyond}
    return max(beyond, key=lambda n: max(ends[n]) - min(ends[n]))


def verdict(found: Sequence[Chain]) -> str:
    """Say in one sentence what happened: where p stayed below p*, and what became of the length."""
    if not found:
        return "No round has been measured yet."
    length = telling_length(found)
    what = f"{length} {found[0].unit}"
    low = [chain for chain in found if chain.below.all()]
    high = [chain for chain in found if not chain.below.all()]
    parts = []
    if low:
        parts.append(
            f"p stayed below p* in every round with {_listed(low)}: at {what} accuracy "
            f"went from {percent(low[0].at(length)[0])} to {_ends(low, length)}"
        )
    if high:
        first = [int(chain.rates.index[~chain.below][0]) for chain in high]
        when = " and ".join(map(str, dict.fromkeys(first)))
        parts.append(
            f"with {_listed(high)} p was not below p* from round {when} on, and the same length "
            f"ended at {_ends(high, length)}"
            if low
            else f"p was not below p* from round {when} on with {_listed(high)}, and {what} "
            f"ended at {_ends(high, length)}"
        )
    return f"{'; '.join(parts)}."


def _listed(found: Sequence[Chain]) -> str:
    return _and([names.display_name(chain.verifier) for chain in found])


def _ends(found: Sequence[Chain], length: int) -> str:
    return _and([percent(round(float(chain.at(length)[-1]), 3)) for chain in found])


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def reaches(table: pd.DataFrame) -> pd.DataFrame:
    """Return verifier, round, level ("99 %") and mean over seeds of the length that is reached."""
    rows = table[table["metric"].isin(REACHES)]
    shown = rows.assign(level=rows["metric"].map(REACHES))
    start = shown[shown["verifier"] == "generator"]
    own = [name for name in names.order(set(shown["verifier"])) if name != "generator"]
    parts = [start.assign(verifier=name) for name in own] + [shown[shown["verifier"].isin(own)]]
    grouped = pd.concat(parts).groupby(["verifier", "level", "round"], sort=False)["value"]
    return grouped.mean().reset_index()


def erosion(table: pd.DataFrame) -> pd.DataFrame:
    """Return verifier, difficulty, round and mean psi where a length came more than once."""
    rows = table[(table["metric"] == "accuracy") & table["psi"].notna()]
    rows = rows[["verifier", "seed", "difficulty", "round", "psi"]]
    rows = rows.assign(time=rows.groupby(["verifier", "seed", "difficulty"])["round"].rank())
    often = rows.groupby(["verifier", "seed", "difficulty"])["round"].transform("count") > 1
    found = rows[often].groupby(["verifier", "difficulty", "time"])
    return found[["psi", "round"]].mean().reset_index()


def old_lengths(found: Sequence[Chain]) -> dict[str, NDArray[np.float64]]:
    """Return for each filter the mean accuracy over the original lengths, by round."""
    return {
        chain.verifier: chain.accuracy[:, chain.lengths <= chain.trained[0]].mean(axis=1)
        for chain in found
    }
