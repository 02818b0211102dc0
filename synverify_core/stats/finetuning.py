"""Training on the best of a beam, from scratch and from other models (Table 3)."""

from typing import Any

import numpy as np
import pandas as pd

from synverify_core.stats.tables import aggregate, ready

METRIC = "accuracy@2%"
SETTINGS = (
    "start",
    "synthesis",
    "beam_size",
    "base_original",
    "base_steps",
    "pool_size",
    "n_table",
)
"""In these the runs of one Table 3 may differ, beside seeds, sizes and verifiers."""
COLUMNS = ("data", "model", "before", "after", "low", "high", "n_samples", "n_seeds")
EVERY, RIGHT = "every answer", "right answers only"
KEPT = {"none": EVERY, "oracle": RIGHT}
SCRATCH = "scratch"


def best_of_beam(table: pd.DataFrame) -> pd.DataFrame:
    """Return the accuracy at 2 % of models trained from scratch on the best of beams.

    Parameters
    ----------
    table : DataFrame
        Rows of eigenvalue runs that differ in `SETTINGS`, seeds and sizes only.

    Returns
    -------
    DataFrame
        The same columns, and `trained_on`: every answer, or right answers only (the oracle's). The
        verifier is renamed to `beam(k=...)`, with k = 1 for greedy answers; generator and clean
        labels stand once for each value of it.
    """
    rows = ready(table, SETTINGS)
    rows = rows[(rows["metric"] == METRIC) & (rows["start"] == SCRATCH)]
    kept = rows["verifier"].map(KEPT)
    beams = rows[kept.notna()].assign(trained_on=kept[kept.notna()])
    beams["verifier"] = [f"beam(k={width(row)})" for row in beams.itertuples()]
    # Every run beside a generator has measured it and the clean labels anew.
    levels = rows[rows["verifier"].isin(["generator", "clean"])]
    levels = levels.drop_duplicates(["verifier", "seed", "n_samples"])
    shown = [levels.assign(trained_on=name) for name in beams["trained_on"].unique()]
    return pd.concat([beams, *shown], ignore_index=True)


def finetuning_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the accuracy at 2 % by training data and by the model that training starts from.

    Parameters
    ----------
    table : DataFrame
        Rows of eigenvalue runs that differ in `SETTINGS`, seeds and sizes only, with `n_original`.

    Returns
    -------
    DataFrame
        One row each: data (rejection: greedy answers that are right; beam k: the best of k, right
        or not; beam 1: greedy answers), model (A: the generator; B, C, D: trained on as many true
        examples as it, on more, on fewer; scratch), before (accuracy of that model; NaN from
        scratch), after with low and high over seeds, at n_samples: the largest size that all have,
        or the largest of each; and n_seeds.
    """
    rows = ready(table, [*SETTINGS, "n_original"])
    rows = rows.assign(model=[model_name(row) for row in rows.itertuples()])
    trained = rows[(rows["metric"] == METRIC) & np.isfinite(rows["value"])]
    trained = trained[trained["verifier"].isin(KEPT) & trained["n_samples"].notna()]
    if trained.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    trained = trained.assign(data=[data_name(row) for row in trained.itertuples()])
    cells = aggregate(trained, METRIC, ["data", "model"])
    sizes = cells.groupby(["data", "model"])["n_samples"]
    common = set.intersection(*sizes.agg(set))
    wanted = max(common) if common else sizes.transform("max")
    found = cells[cells["n_samples"] == wanted].rename(columns={"mean": "after"})
    found["before"] = [before(rows[rows["model"] == model]) for model in found["model"]]
    return found[list(COLUMNS)].reset_index(drop=True)


def width(row: Any) -> int:
    """Return the number of beams that an answer of the pool was chosen from."""
    return 1 if row.synthesis == "greedy" else int(row.beam_size)


def data_name(row: Any) -> str:
    """Name the training data as Table 3 does."""
    if row.verifier == "none":
        return f"beam {width(row)}"
    if row.synthesis == "greedy":
        return "rejection"
    return f"beam {width(row)}, {RIGHT}"


def model_name(row: Any) -> str:
    """Name the model that training starts from as Table 3 does."""
    if row.start != "base":
        return {"generator": "A"}.get(str(row.start), SCRATCH)
    examples, generators = row.base_original, row.n_original
    letter = "B" if examples == generators else "C" if examples > generators else "D"
    return f"{letter} ({examples:,.0f} examples)"


def before(rows: pd.DataFrame) -> float:
    """Return the accuracy at 2 % of the model that training starts from; NaN from scratch."""
    metric = {"generator": METRIC, "base": "base@2%"}.get(str(rows["start"].iloc[0]))
    values = rows[(rows["verifier"] == "generator") & (rows["metric"] == metric)]["value"]
    return float(values.mean()) if len(values) else float("nan")
