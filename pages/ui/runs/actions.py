"""What can be done with runs: name, note, archive, delete and undo, cancel, resume, export."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.export import configs_json, download
from pages.ui.shared.outside import code, plain
from pages.ui.shared.press import press
from pages.ui.shared.provenance import commands
from pages.ui.shared.run_names import preset_text
from pages.ui.shared.run_panel import act, attempt
from synverify_core.runs.export import export_zip
from synverify_core.runs.record import Run
from synverify_core.runs.table import config_diff
from synverify_core.runs.titles import plain_name, run_name, seeds_of

UNDO = "runs-undo"
CANCEL_HELP = "End the selected runs that are queued or running."
RESUME_HELP = "Go on from the last finished unit."
ARCHIVE_HELP = "Hide the selected runs from this list without deleting them."
DELETE_HELP = "Move your selected runs that have ended to the trash. It can be undone."
REMOVE_HELP = "Delete its files; this cannot be undone."


def delete(uids: Sequence[str]) -> None:
    """Move runs to the trash and remember them for Undo."""

    def work() -> None:
        st.session_state[UNDO] = []
        for uid in uids:
            st.session_state[UNDO].append(runs_store.store().delete(uid))

    attempt(work)


def restore(names: Sequence[str]) -> None:
    """Bring runs back from the trash."""

    def work() -> None:
        for name in names:
            runs_store.store().restore(name)
        forget_deleted()

    attempt(work)


def purge(name: str) -> None:
    """Remove a run from the trash for good."""
    attempt(lambda: runs_store.store().purge(name))


def undo_bar() -> None:
    """Offer to take the last deletion back."""
    names = [name for name in st.session_state.get(UNDO, []) if name]
    if not names:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo-bar"):
        one = code(names[0].rpartition("-")[2])
        what = f"run {one}" if len(names) == 1 else f"{len(names)} runs"
        st.markdown(f"Moved {what} to the trash.", width="content")
        press("Undo", "undo", "Bring them back as they were.", restore, names, type="primary")
        press("Dismiss", "", "Keep them in the trash.", attempt, forget_deleted)


def forget_deleted() -> None:
    """Offer no Undo any more."""
    st.session_state.pop(UNDO, None)


def trash() -> None:
    """List what was deleted; each can be restored, or removed for good."""
    deleted = runs_store.store().trash()
    label = f"Trash ({len(deleted)})"
    with st.popover(label, icon=":material/delete:", disabled=not deleted):
        for run in deleted:
            name = run.path.name
            with st.container(horizontal=True, vertical_alignment="center"):
                title = f"{run_name(run)}, {seeds_of(run.config)}"
                st.markdown(plain(title, 200), width="stretch", help=code(name, 200))
                back = f"restore-{name}"
                press("Restore", "undo", "Bring it back as it was.", restore, [name], key=back)
                sure = st.checkbox(
                    "Sure",
                    key=f"sure-{name}",
                    help="Needed to remove for good.",
                    on_change=state.keep,
                )
                once = {"key": f"purge-{name}", "disabled": not sure}
                press("Remove for good", "delete_forever", REMOVE_HELP, purge, name, **once)


def toolbar(selected: Sequence[Run]) -> None:
    """Draw the actions for the selected runs; what cannot be done is greyed out."""
    own = [run for run in selected if not run.reference]
    active = [run.uid for run in own if run.status.active]
    idle = [run.uid for run in own if not run.status.active]
    resumable = [run.uid for run in own if run.resumable]
    uids = [run.uid for run in own]
    hidden = bool(own) and all(run.archived for run in own)
    with st.container(horizontal=True, vertical_alignment="center", key="runs-toolbar"):
        st.markdown(f"**{len(selected)} selected**")
        press("Cancel", "stop", CANCEL_HELP, act, "cancel", *active, disabled=not active)
        press(
            "Resume", "play_arrow", RESUME_HELP, act, "resume", *resumable, disabled=not resumable
        )
        label = "Unarchive" if hidden else "Archive"
        press(label, "archive", ARCHIVE_HELP, archive, uids, not hidden, disabled=not own)
        press("Delete", "delete", DELETE_HELP, delete, idle, disabled=not idle)
        export(selected)
        trash()


def archive(uids: Sequence[str], archived: bool) -> None:
    """Hide runs from the list, or show them again."""
    attempt(lambda: [runs_store.store().archive(uid, archived) for uid in uids])


def export(selected: Sequence[Run]) -> None:
    """Offer rows, configs, records and commands of the selected runs."""
    with st.popover("Export", icon=":material/download:", disabled=not selected):
        if not selected:
            return
        uids = [run.uid for run in selected]
        everything = "Everything (zip of CSV, JSON, text)"
        name, key = "synverify-", "runs-export-"
        zipped = partial(export_zip, runs_store.store(), uids)
        download(everything, zipped, f"{name}runs.zip", key=f"{key}zip")
        settings = partial(configs_json, selected)
        download("Settings (JSON)", settings, f"{name}config.json", key=f"{key}json")
        st.caption("Reproduce on the command line")
        st.code(commands(selected), language="bash", wrap_lines=True)


def details(run: Run) -> None:
    """Name and note of one run."""
    st.caption(f"{plain(preset_text(run, at_most=100))} · {code(run.uid, 200)}")
    name, note = st.columns([0.4, 0.6])
    own = plain_name(run.config)
    _written(name, run, "name", run.name, "Empty: named by its settings.", own)
    _written(note, run, "note", run.note, "Kept with the run; the filter finds it.")
    if run.error:
        st.error(plain(run.error), icon=":material/error:")


def _written(
    column: Any, run: Run, what: str, value: str, explained: str, placeholder: str = ""
) -> None:
    key, store = f"{what}-{run.uid}", runs_store.store()
    write = {"name": store.rename, "note": store.set_note}[what]
    column.text_input(
        what.capitalize(),
        value=value,
        key=key,
        placeholder=placeholder,
        disabled=run.reference,
        help=explained + " Shipped runs are read-only." * run.reference,
        on_change=lambda: attempt(lambda: write(run.uid, st.session_state[key])),
    )


def differences(selected: Sequence[Run]) -> None:
    """Show the settings in which runs of one experiment differ, their seeds apart."""
    differing = config_diff(list(selected))
    if differing.empty or not len(differing.columns):
        return
    with st.expander(f"Settings that differ ({len(differing.columns)})", icon=":material/rule:"):
        st.dataframe(differing.astype(str), alt="Settings in which the selected runs differ")
