"""The runs as all pages share them: one store, one launcher, tables read once a change."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.outside import drawable, plain
from synverify_core.errors import SynverifyError
from synverify_core.runs.launcher import LocalLauncher
from synverify_core.runs.record import Run
from synverify_core.runs.store import Store
from synverify_core.runs.table import tidy_table

WARNING = ":material/warning:"
Stamp = tuple[str, str, int, int]


@st.cache_resource
def store() -> Store:
    """Return the one store of this server."""
    return Store()


@st.cache_resource
def launcher() -> LocalLauncher:
    """Return the one launcher of this server."""
    return LocalLauncher(store())


# All sessions share one look at the disk a second: thirty open pages must not scan it each.
@st.cache_resource(ttl=1.0, show_spinner=False)
def scan() -> tuple[list[Run], list[str]]:
    """Return all runs, archived ones too, newest first, and what is damaged."""
    return store().runs(include_archived=True), store().problems


def runs(experiment: str | None = None, archived: bool = False) -> list[Run]:
    """Return the runs to show, newest first."""
    return [
        run
        for run in scan()[0]
        if (archived or not run.archived) and experiment in (None, run.experiment)
    ]


def changed() -> None:
    """Look at the disk again: something was started, cancelled, renamed or deleted."""
    scan.clear()


def show_problems() -> None:
    """Name every damaged run; the others are listed as if nothing had happened."""
    for problem in scan()[1]:
        left_out("A run", problem)


def left_out(what: str, problem: object) -> None:
    """Name something on disk that cannot be read; the page goes on without it."""
    st.warning(f"{what} cannot be read and is left out. {plain(problem)}", icon=WARNING)


def stamps(uids: list[str]) -> tuple[Stamp, ...]:
    """Return what changes whenever a run's rows or its name change."""
    known = {run.uid: run for run in runs(archived=True)}
    found = []
    for uid in uids:
        path = store().folder(uid) / "rows.jsonl"
        size, modified = (path.stat().st_size, path.stat().st_mtime_ns) if path.exists() else (0, 0)
        name = known[uid].title if uid in known else uid
        found.append((uid, name, size, modified))
    return tuple(found)


@st.cache_data(max_entries=64, show_spinner=False)
def table_at(stamped: tuple[Stamp, ...]) -> pd.DataFrame:
    """Return the tidy table of runs; read again only when a stamp changes."""
    return tidy_table(store(), [stamp[0] for stamp in stamped])


def table(uids: list[str]) -> pd.DataFrame:
    """Return the rows of runs measured so far; damaged runs are named and left out."""
    good = []
    for uid in uids:
        try:
            table_at(stamps([uid]))
            good.append(uid)
        except SynverifyError as error:
            st.warning(plain(error), icon=WARNING)
    return table_at(stamps(good))


@st.cache_data(max_entries=128, show_spinner=False)
def _figure(
    stamped: tuple[Stamp, ...],
    name: str,
    options: tuple[tuple[str, Any], ...],
    _draw: Callable[..., go.Figure],
    _table: pd.DataFrame,
) -> go.Figure:
    return _draw(drawable(_table), **dict(options))


def figure(uids: list[str], draw: Callable[..., go.Figure], table: pd.DataFrame, **options: Any):
    """Return `draw(table, **options)`, drawn once for all sessions until a row is added.

    `table` holds the rows of the runs `uids`, or a part of them that the options determine.
    """
    given = tuple((option, drawable(value)) for option, value in options.items())
    return _figure(stamps(uids), draw.__name__, given, draw, table)
