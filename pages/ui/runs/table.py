"""The table of all runs: filters, selection, and a watch over those that go on."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.fields import Names, Word
from pages.ui.shared.numbers import duration
from pages.ui.shared.run_names import settings_text, short_device, short_title
from synverify_core.runs.record import Run, Status

PAGE = "runs"
WATCH_SECONDS = 2.0
FIELDS: dict[str, state.Field] = {
    "runs": Names(),
    "text": Word(),
    "status": Names(),
    "archived": state.Flag(),
    "metric": Word(),
    "group": Word(),
    "facet": Word(),
    "presentation": state.Flag(),
}
MARKS = {
    Status.QUEUED: "◔ queued",
    Status.RUNNING: "▶ running",
    Status.DONE: "✔ done",
    Status.FAILED: "✖ failed",
    Status.CANCELLED: "◼ cancelled",
    Status.INTERRUPTED: "⏻ interrupted",
}
# Pixels: with a short note all columns fit beside the sidebar in 1280; wider pages widen them.
WIDTHS = {
    "Status": 105,
    "Name": 130,
    "Settings": 250,
    "Seeds": 55,
    "Time": 75,
    "Created": 125,
    "Device": 120,
}


def filters(view: Mapping[str, Any]) -> None:
    """Draw the filters; they are in the address."""
    known = [status for status in view["status"] if status in list(Status)]
    columns = st.columns([0.42, 0.36, 0.22], vertical_alignment="bottom")
    columns[0].text_input(
        "Filter",
        placeholder="experiment, name, setting=value, note",
        help="Runs whose name, experiment, settings, device or note hold every word.",
        **state.bind(PAGE, "text"),
    )
    columns[1].multiselect(
        "Status",
        [status.value for status in Status],
        placeholder="any",
        help="Runs in one of these states; empty for all.",
        **state.bind(PAGE, "status", known),
    )
    columns[2].toggle(
        "Archived too",
        help="Show runs that were archived.",
        **state.bind(PAGE, "archived"),
    )


def status_text(run: Run) -> str:
    """Return a run's status, with its progress while it is at work, and where it is kept apart."""
    if run.reference or run.archived:
        return f"{MARKS[run.status].split()[0]} {'shipped' if run.reference else 'archived'}"
    done, total = run.progress.done, run.progress.total
    share = f" {100 * done // total} %" if total and run.status is not Status.DONE else ""
    return MARKS[run.status] + share


def matching(runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Return the runs that pass the filters."""
    words = view["text"].lower().split()
    found = []
    for run in runs:
        text = " ".join([run.title, run.uid, run.experiment, settings_text(run), run.note])
        text = f"{text} {run.device}".lower()
        wanted = not view["status"] or run.status.value in view["status"]
        if wanted and all(word in text for word in words):
            found.append(run)
    return found


def frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the table's cells."""
    return pd.DataFrame(
        [
            {
                "Status": status_text(run),
                "Name": short_title(run),
                "Settings": f"{run.experiment}: " * bool(run.name) + settings_text(run),
                "Seeds": run.config.n_seeds,
                "Time": duration(run.progress.seconds_elapsed),
                "Created": run.created,
                "Device": short_device(run),
                "Note": run.note,
            }
            for run in runs
        ]
    )


def table(runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Draw the runs and return those that are selected; the selection is in the address."""
    uids = [run.uid for run in runs]
    # Rows are selected by number: a list of other runs is another table, with its own start.
    key = f"runs-table-{zlib.crc32(','.join(uids).encode()):x}"
    if st.session_state.get("runs-table", ("", []))[0] != key:
        st.session_state["runs-table"] = (key, [uids.index(u) for u in view["runs"] if u in uids])
    event = st.dataframe(
        frame(runs),
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(runs), 1), 360),
        on_select=state.keep,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": st.session_state["runs-table"][1]}},
        placeholder="",
        column_config={
            **{name: st.column_config.Column(width=width) for name, width in WIDTHS.items()},
            "Settings": st.column_config.TextColumn(
                width=WIDTHS["Settings"],
                help="What differs from the experiment's defaults.",
            ),
            "Created": st.column_config.DatetimeColumn(
                width=WIDTHS["Created"], format="YYYY-MM-DD HH:mm"
            ),
        },
        alt=f"Table of {len(runs)} runs",
    )
    rows = [row for row in event.selection.rows if row < len(uids)]
    chosen = tuple(uids[row] for row in rows)
    if set(chosen) != set(view["runs"]):
        state.change(PAGE, {"runs": chosen})
    return [runs[row] for row in rows]


def watch(runs: Sequence[Run]) -> None:
    """Draw the page again when an active run has moved on."""
    seen = signature(runs)
    if any(run.status.active for run in runs):
        st.fragment(_watch, run_every=WATCH_SECONDS)(seen)


def _watch(seen: tuple[Any, ...]) -> None:
    if signature(runs_store.runs(archived=True)) != seen:
        state.rerun()


def signature(runs: Sequence[Run]) -> tuple[Any, ...]:
    """Return what changes when a run moves on."""
    return tuple((run.uid, run.status.value, run.progress.done) for run in runs)
