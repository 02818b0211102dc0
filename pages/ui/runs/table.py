"""The table of all runs: filters, one row for all seeds of the same settings, selection."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.runs.address import PAGE
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.numbers import duration
from pages.ui.shared.run_names import preset_text, short_device
from synverify_core.experiments import registry
from synverify_core.runs.record import Run, Status
from synverify_core.runs.titles import Group, run_name

WATCH_SECONDS = 2.0
MARKS = {
    Status.QUEUED: "◔ queued",
    Status.RUNNING: "▶ running",
    Status.DONE: "✔ done",
    Status.FAILED: "✖ failed",
    Status.CANCELLED: "◼ cancelled",
    Status.INTERRUPTED: "◇ interrupted",
}
# What wants attention first: the row of several runs says it, and how many are so.
URGENT = (
    Status.RUNNING,
    Status.QUEUED,
    Status.FAILED,
    Status.INTERRUPTED,
    Status.CANCELLED,
    Status.DONE,
)
# Pixels: up to Created they fit beside the sidebar in 1280; wider pages widen them.
WIDTHS = {
    "Status": 95,
    "Experiment": 105,
    "Name": 205,
    "Seeds": 55,
    "Settings": 120,
    "Time": 65,
    "Created": 125,
    "Device": 90,
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


def group_status(group: Group) -> str:
    """Return the status of a group's runs; where they differ, the most urgent and how many."""
    urgent = min((run.status for run in group.runs), key=URGENT.index)
    same = [run for run in group.runs if run.status is urgent]
    texts = {status_text(run) for run in same}
    text = texts.pop() if len(texts) == 1 else MARKS[urgent]
    return text if len(same) == len(group.runs) else f"{text}, {len(same)} of {len(group.runs)}"


def matching(runs: Sequence[Run], view: Mapping[str, Any]) -> list[Run]:
    """Return the runs that pass the filters."""
    words = view["text"].lower().split()
    found = []
    for run in runs:
        kind = registry.get(run.experiment)
        settings = " ".join(
            f"{name}={value}" for name, value in run.config.model_dump(mode="json").items()
        )
        parts = [run_name(run), run.uid, kind.title, run.experiment, settings, preset_text(run)]
        text = " ".join([*parts, run.note, run.device]).lower()
        wanted = not view["status"] or run.status.value in view["status"]
        if wanted and all(word in text for word in words):
            found.append(run)
    return found


def frame(groups: Sequence[Group]) -> pd.DataFrame:
    """Return the table's cells, one row a group."""
    return pd.DataFrame([_cells(group) for group in groups])


def _cells(group: Group) -> dict[str, Any]:
    runs = group.runs
    largest = max(runs, key=lambda run: run.config.n_seeds)  # presets differ in their seeds, too
    devices = dict.fromkeys(filter(None, map(short_device, runs)))
    return {
        "Status": group_status(group),
        "Experiment": runs[0].experiment,
        "Name": group.name,
        "Seeds": len(group.seeds),
        "Settings": preset_text(largest).removeprefix("preset "),
        "Time": duration(sum(run.progress.seconds_elapsed for run in runs)),
        "Created": max(run.created for run in runs),
        "Device": ", ".join(devices),
        "Note": "; ".join(dict.fromkeys(run.note for run in runs if run.note)),
    }


def asked_for(groups: Sequence[Group], asked: Collection[str]) -> list[Group]:
    """Return the groups that an address names, each with the runs that it asks for."""
    found = []
    for group in groups:
        some = tuple(run for run in group.runs if run.uid in asked)
        if group.key in asked or some:
            found.append(group._replace(runs=some or group.runs))
    return found


def table(groups: Sequence[Group], view: Mapping[str, Any]) -> list[Group]:
    """Draw the groups and return those that are selected, each with the runs to be taken.

    The selection is in the address: a group's key takes all its runs, a uid only that one.
    """
    asked = set(view["runs"])
    keys = [group.key for group in groups]
    start = [at for at, one in enumerate(groups) if asked & {one.key, *one.uids}]
    rows = _selectable("runs-table", frame(groups), keys, start, f"Table of {len(keys)} settings")
    chosen = [groups[row] for row in rows]
    several = [run for group in chosen if len(group.runs) > 1 for run in group.runs]
    wanted = set(_seeds(several, asked)) if several else set()
    taken = asked_for(chosen, wanted | {group.key for group in chosen})
    tokens = [
        token
        for group, part in zip(chosen, taken, strict=True)
        for token in ((group.key,) if part.runs == group.runs else part.uids)
    ]
    if set(tokens) != asked:
        state.change(PAGE, {"runs": tuple(tokens)})
    return taken


def _seeds(runs: Sequence[Run], asked: set[str]) -> list[str]:
    """Draw the single runs of groups, closed at first; returns the uids that are selected."""
    uids = [run.uid for run in runs]
    start = [at for at, uid in enumerate(uids) if uid in asked]
    label = f"{len(runs)} runs of the selected rows, one by one"
    with st.expander(label, icon=":material/account_tree:", expanded=bool(start)):
        cells = pd.DataFrame(
            [
                {
                    "Status": status_text(run),
                    "Name": run_name(run),
                    "Seeds": ", ".join(map(str, run.config.seeds)),
                    "Time": duration(run.progress.seconds_elapsed),
                    "Created": run.created,
                    "Device": short_device(run),
                    "Note": run.note,
                    "uid": run.uid,
                }
                for run in runs
            ]
        )
        rows = _selectable("runs-seeds", cells, uids, start, f"Table of {len(runs)} runs")
        st.caption("Select some to take these alone; none selected takes all.")
    return [uids[row] for row in rows]


def _selectable(
    name: str, cells: pd.DataFrame, keys: Sequence[str], start: Sequence[int], alt: str
) -> list[int]:
    """Draw a table with boxes; returns the numbers of the rows that are selected."""
    # Rows are selected by number: a list of other runs is another table, with its own start.
    key = f"{name}-{zlib.crc32(','.join(keys).encode()):x}"
    if st.session_state.get(name, ("", []))[0] != key:
        st.session_state[name] = (key, list(start))
    event = st.dataframe(
        cells,
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(keys), 1), 360),
        on_select=state.keep,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": st.session_state[name][1]}},
        placeholder="",
        column_config={
            **{
                column: st.column_config.Column(width=width)
                for column, width in WIDTHS.items()
                if column in cells
            },
            "Settings": st.column_config.TextColumn(
                width=WIDTHS["Settings"], help="The nearest preset, and what differs from it."
            ),
            "Created": st.column_config.DatetimeColumn(
                width=WIDTHS["Created"], format="YYYY-MM-DD HH:mm"
            ),
        },
        alt=alt,
    )
    return [row for row in event.selection.rows if row < len(keys)]


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
