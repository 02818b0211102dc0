"""What of the selected runs a figure does not draw, in sentences: nothing is dropped silently."""

from collections.abc import Sequence

import pandas as pd

from synverify_core.runs.record import Run
from synverify_core.runs.titles import run_name, seeds_of
from synverify_core.stats.names import short_metric
from synverify_core.stats.tables import VALIDATION


def left_out(table: pd.DataFrame, metric: str, runs: Sequence[Run]) -> list[str]:
    """Say which runs and rows the figure of a metric does not show, and why.

    table : the rows of the runs, as they are drawn from.
    """
    said = []
    have = set(table["uid"])
    measured = table[table["metric"] == metric]
    empty = [run for run in runs if run.uid not in have]
    if empty:
        said.append(f"No rows yet: {_listed(empty)}.")
    others = [run for run in runs if run.uid in have - set(measured["uid"])]
    if others:
        said.append(f"Without {short_metric(metric)}, not drawn: {_listed(others)}.")
    if "held_out" in table:
        hidden = set(table.loc[table["held_out"] == VALIDATION, "uid"])
        if hidden:
            chosen = [run for run in runs if run.uid in hidden]
            said.append(f"Measured on the validation side, not drawn: {_listed(chosen)}.")
    rounds = pd.to_numeric(measured["round"], errors="coerce")
    if (rounds > 1).any():
        said.append(
            f"Drawn is the first of {int(rounds.max())} rounds: {int((rounds > 1).sum())} rows of "
            "later ones are left out."
        )
    lost = pd.to_numeric(measured["value"], errors="coerce").isna().sum()
    if lost:
        said.append(f"{lost} rows have no value.")
    return said


def _listed(runs: Sequence[Run]) -> str:
    return "; ".join(dict.fromkeys(f"{run_name(run)}, {seeds_of(run.config)}" for run in runs))
