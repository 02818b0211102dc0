"""Rows of any set of runs as one tidy table, and what their configs differ in."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from synverify_core.experiments import registry
from synverify_core.experiments.described import described
from synverify_core.experiments.row import Row
from synverify_core.runs.record import Run
from synverify_core.runs.store import Store

ROW_COLUMNS = tuple(Row.model_fields)


def tidy_table(store: Store, uids: Sequence[str]) -> pd.DataFrame:
    """Return one line per measured point of the named runs.

    Columns: those of `Row`; `run`, a distinct name to show; one for every config field that is no
    row column (tuples as text; missing where a run's experiment has no such field); `DESCRIBED`.

    Raises
    ------
    InputError
        If a run does not exist.
    StoreError
        If a run is damaged; the message names the file.
    """
    runs = [store.get(uid) for uid in dict.fromkeys(uids)]
    lines = []
    for run, name in zip(runs, display_names(runs), strict=True):
        settings = {
            field: _cell(value)
            for field, value in run.config.model_dump().items()
            if field not in ROW_COLUMNS
        }
        settings |= described(registry.get(run.experiment), run.config)
        lines += [{**dict(row), "run": name, **settings} for row in store.rows(run.uid)]
    return pd.DataFrame(lines, columns=None if lines else [*ROW_COLUMNS, "run"])


def display_names(runs: Sequence[Run]) -> list[str]:
    """Return the runs' names; equal ones are told apart by the hash of their uid."""
    count = Counter(run.title for run in runs)
    return [
        f"{run.title} ({run.uid.rpartition('-')[2]})" if count[run.title] > 1 else run.title
        for run in runs
    ]


def config_diff(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the settings that differ: one line per run, one column per field."""
    settings = [
        {
            "experiment": run.experiment,
            **{field: _cell(value) for field, value in run.config.model_dump().items()},
        }
        for run in runs
    ]
    names = dict.fromkeys(field for values in settings for field in values)
    differing = [
        field for field in names if len({repr(values.get(field)) for values in settings}) > 1
    ]
    return pd.DataFrame(
        [{field: values.get(field) for field in differing} for values in settings],
        index=pd.Index(display_names(runs), name="run"),
        columns=differing,
    )


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join("own rule" if item is None else f"{_cell(item)}" for item in value)
    return value
