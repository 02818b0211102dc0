"""Rows of any set of runs as one tidy table, and what their configs differ in."""

from collections.abc import Sequence

import pandas as pd

from synverify_core.experiments import registry
from synverify_core.experiments.described import described
from synverify_core.experiments.row import Row
from synverify_core.runs.record import Run
from synverify_core.runs.store import Store
from synverify_core.runs.titles import REPEATED, grouped

ROW_COLUMNS = tuple(Row.model_fields)


def tidy_table(store: Store, uids: Sequence[str]) -> pd.DataFrame:
    """Return one line per measured point of the named runs.

    Columns: those of `Row`; `run`, a short name, the same for all seeds of the same settings; one
    for every config field that is no row column (tuples as text; missing where a run's experiment
    has no such field); `DESCRIBED`.

    Raises
    ------
    InputError
        If a run does not exist.
    StoreError
        If a run is damaged; the message names the file.
    """
    runs = [store.get(uid) for uid in dict.fromkeys(uids)]
    names = {uid: group.name for group in grouped(runs) for uid in group.uids}
    lines = []
    for run in runs:
        settings = {
            field: _cell(value)
            for field, value in run.config.model_dump().items()
            if field not in ROW_COLUMNS or field == "policy"  # which old rows do not tell
        }
        settings |= described(registry.get(run.experiment), run.config)
        lines += [{**dict(row), "run": names[run.uid], **settings} for row in store.rows(run.uid)]
    return pd.DataFrame(lines, columns=None if lines else [*ROW_COLUMNS, "run"])


def config_diff(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the settings that differ, seeds apart: one line per group, one column per field."""
    groups = grouped(runs)
    settings = [
        {
            "experiment": group.runs[0].experiment,
            **{field: _cell(value) for field, value in group.runs[0].config.model_dump().items()},
        }
        for group in groups
    ]
    names = dict.fromkeys(field for values in settings for field in values)
    differing = [
        field
        for field in names
        if field not in REPEATED and len({repr(values.get(field)) for values in settings}) > 1
    ]
    return pd.DataFrame(
        [{field: values.get(field) for field in differing} for values in settings],
        index=pd.Index([group.name for group in groups], name="run"),
        columns=differing,
    )


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join("own rule" if item is None else f"{_cell(item)}" for item in value)
    return value
