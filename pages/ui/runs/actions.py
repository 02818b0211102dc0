"""What can be done with runs: name, note, archive, delete and undo, cancel, resume, export."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui.shared import store as runs_store
from pages.ui.shared.export import configs_json
from pages.ui.shared.provenance import commands
from pages.ui.shared.run_panel import act
from synverify_core.errors import SynverifyError
from synverify_core.runs.export import export_zip
from synverify_core.runs.record import Run
from synverify_core.runs.table import config_diff

UNDO = "runs-undo"


def attempt(work: Callable[[], None]) -> None:
    """Do something to the store; a refusal becomes a message, and the page is drawn anew."""
    try:
        work()
    except SynverifyError as error:
        st.session_state["action-error"] = str(error)
    runs_store.changed()


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
        st.session_state.pop(UNDO, None)

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
        what = f"run {names[0].rpartition('-')[2]}" if len(names) == 1 else f"{len(names)} runs"
        st.markdown(f"Moved {what} to the trash.", width="content")
        st.button(
            "Undo",
            icon=":material/undo:",
            type="primary",
            on_click=restore,
            args=(names,),
            help="Bring them back as they were.",
        )
        st.button(
            "Dismiss",
            on_click=lambda: st.session_state.pop(UNDO, None),
            help="Keep them in the trash.",
        )


def trash() -> None:
    """List what was deleted; each can be restored, or removed for good."""
    deleted = runs_store.store().trash()
    label = f"Trash ({len(deleted)})"
    with st.popover(label, icon=":material/delete:", disabled=not deleted):
        for run in deleted:
            name = run.path.name
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"`{run.title}`", width="stretch")
                st.button(
                    "Restore",
                    key=f"restore-{name}",
                    icon=":material/undo:",
                    on_click=restore,
                    args=([name],),
                )
                sure = st.checkbox("Sure", key=f"sure-{name}", help="Needed to remove for good.")
                st.button(
                    "Remove for good",
                    key=f"purge-{name}",
                    icon=":material/delete_forever:",
                    on_click=purge,
                    args=(name,),
                    disabled=not sure,
                )


def toolbar(selected: Sequence[Run]) -> None:
    """Draw the actions for the selected runs; what cannot be done is greyed out."""
    own = [run for run in selected if not run.reference]
    active = [run for run in own if run.status.active]
    idle = [run.uid for run in own if not run.status.active]
    resumable = [run for run in own if run.resumable]
    hidden = bool(own) and all(run.archived for run in own)
    with st.container(horizontal=True, vertical_alignment="center", key="runs-toolbar"):
        st.markdown(f"**{len(selected)} selected**")
        st.button(
            "Cancel",
            icon=":material/stop:",
            disabled=not active,
            on_click=lambda: [act("cancel", run.uid) for run in active],
            help="End the selected runs that are queued or running.",
        )
        st.button(
            "Resume",
            icon=":material/play_arrow:",
            disabled=not resumable,
            on_click=lambda: [act("resume", run.uid) for run in resumable],
            help="Go on from the last finished unit.",
        )
        st.button(
            "Unarchive" if hidden else "Archive",
            icon=":material/archive:",
            disabled=not own,
            on_click=archive,
            args=([run.uid for run in own], not hidden),
            help="Hide the selected runs from this list without deleting them.",
        )
        st.button(
            "Delete",
            icon=":material/delete:",
            disabled=not idle,
            on_click=delete,
            args=(idle,),
            help="Move your selected runs that have ended to the trash. It can be undone.",
        )
        export(selected)
        trash()


def archive(uids: Sequence[str], archived: bool) -> None:
    """Hide runs from the list, or show them again."""
    attempt(lambda: [runs_store.store().archive(uid, archived) for uid in uids] and None)


def export(selected: Sequence[Run]) -> None:
    """Offer rows, configs, records and commands of the selected runs."""
    with st.popover("Export", icon=":material/download:", disabled=not selected):
        if not selected:
            return
        uids = [run.uid for run in selected]
        st.download_button(
            "Everything (zip of CSV, JSON, text)",
            lambda: export_zip(runs_store.store(), uids),
            file_name="synverify-runs.zip",
            mime="application/zip",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Settings (JSON)",
            lambda: configs_json(selected).encode(),
            file_name="synverify-config.json",
            mime="application/json",
            on_click="ignore",
            width="stretch",
        )
        st.caption("Reproduce on the command line")
        st.code(commands(selected), language="bash", wrap_lines=True)


def details(run: Run) -> None:
    """Name and note of one run."""
    disabled = run.reference
    why = " Shipped runs are read-only." if disabled else ""
    name, note = st.columns([0.4, 0.6])
    name.text_input(
        "Name",
        value=run.name,
        key=f"name-{run.uid}",
        placeholder=run.uid,
        disabled=disabled,
        help=f"Shown instead of the uid; empty for the uid.{why}",
        on_change=lambda: attempt(
            lambda: runs_store.store().rename(run.uid, st.session_state[f"name-{run.uid}"])
        ),
    )
    note.text_input(
        "Note",
        value=run.note,
        key=f"note-{run.uid}",
        disabled=disabled,
        help=f"Kept with the run; the filter finds it.{why}",
        on_change=lambda: attempt(
            lambda: runs_store.store().set_note(run.uid, st.session_state[f"note-{run.uid}"])
        ),
    )
    if run.error:
        st.error(run.error, icon=":material/error:")


def differences(selected: Sequence[Run]) -> None:
    """Show the settings in which the selected runs differ."""
    differing = config_diff(list(selected))
    if differing.empty or not len(differing.columns):
        st.caption("The selected runs differ in no setting.")
        return
    st.markdown("**Settings that differ**")
    st.dataframe(differing.astype(str), alt="Settings in which the selected runs differ")
