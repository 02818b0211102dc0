"""Fine-tuning on the generator's answers against training from scratch (Table 3)."""

from typing import Any

import pandas as pd

from synverify_core.stats.tables import aggregate, ready

METRIC = "accuracy@2%"
SETTINGS = ("start", "synthesis", "beam_size", "base_original", "base_steps")
COLUMNS = ("data", "model", "before", "after", "low", "high", "n_samples", "n_seeds")


def finetuning_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the accuracy at 2 % of models trained on data that the oracle verified.

    Parameters
    ----------
    table : DataFrame
        Rows of eigenvalue runs that differ in `SETTINGS`, seeds and sizes only.

    Returns
    -------
    DataFrame
        One row each: data (rejection, beam 5, ...), model (generator, base of n examples and
        steps, scratch), before (accuracy of the model that training started from; NaN from
        scratch), after with low and high over seeds, n_samples and n_seeds.
    """
    rows = ready(table, SETTINGS)
    lines: list[dict[str, object]] = []
    keys = ["synthesis", "beam_size", "start", "base_original", "base_steps"]
    for _, part in rows.groupby(keys, dropna=False):
        setting = part.iloc[0]
        trained = aggregate(part[part["verifier"] == "oracle"], METRIC, ["verifier"])
        trained = trained[trained["n_samples"].notna()]
        if trained.empty:
            continue
        last = trained.iloc[int(trained["n_samples"].argmax())]
        lines.append(
            {
                "data": data_name(setting),
                "model": model_name(setting),
                "before": before(part, str(setting["start"])),
                "after": last["mean"],
                **{name: last[name] for name in ("low", "high", "n_samples", "n_seeds")},
            }
        )
    found = pd.DataFrame(lines, columns=list(COLUMNS))
    # The width of a search that was not made is no difference.
    return found.drop_duplicates(ignore_index=True)


def data_name(setting: "pd.Series[Any]") -> str:
    """Name the data: greedy answers or the beam's nearest to the truth, both verified."""
    greedy = setting["synthesis"] == "greedy"
    return "rejection" if greedy else f"beam {int(setting['beam_size'])}"


def model_name(setting: "pd.Series[Any]") -> str:
    """Name the model that training starts from."""
    if setting["start"] == "base":
        examples, steps = int(setting["base_original"]), int(setting["base_steps"])
        return f"base ({examples:,} examples, {steps:,} steps)"
    return {"generator": "generator (A)"}.get(str(setting["start"]), "scratch")


def before(rows: pd.DataFrame, start: str) -> float:
    """Return the accuracy at 2 % of the model that training starts from; NaN from scratch."""
    metric = {"generator": METRIC, "base": "base@2%"}.get(start)
    values = rows[(rows["verifier"] == "generator") & (rows["metric"] == metric)]["value"]
    return float(values.mean()) if len(values) else float("nan")
