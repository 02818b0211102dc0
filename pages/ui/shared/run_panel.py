"""One run as it stands: status, progress, rows as they come, log, cancel and resume."""

from collections.abc import Callable

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.export import chart
from pages.ui.shared.numbers import duration
from pages.ui.shared.outside import plain
from pages.ui.shared.press import press
from pages.ui.shared.run_names import preset_text
from synverify_core.errors import SynverifyError
from synverify_core.experiments import registry
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run, Status
from synverify_core.runs.titles import run_name, seeds_of

REFRESH_SECONDS = 1.5
CANCEL_HELP = "End the run and all its processes; Resume goes on from the last row."
RESUME_HELP = "Go on from the last finished unit; the rows come out as if uninterrupted."
BADGES = {
    Status.QUEUED: ("gray", ":material/schedule:"),
    Status.RUNNING: ("blue", ":material/play_circle:"),
    Status.DONE: ("green", ":material/check_circle:"),
    Status.FAILED: ("red", ":material/error:"),
    Status.CANCELLED: ("orange", ":material/cancel:"),
    Status.INTERRUPTED: ("orange", ":material/power_off:"),
}


def run_panel(uid: str, shown: Status) -> None:
    """Draw a run's panel; while it is active it redraws itself and nothing else."""
    every = REFRESH_SECONDS if shown.active else None
    st.fragment(_panel, run_every=every)(uid, shown)


def _panel(uid: str, shown: Status) -> None:
    try:
        run = runs_store.store().get(uid)
    except SynverifyError as error:
        st.warning(plain(error), icon=":material/warning:")
        return
    if run.status.active != shown.active:
        # The figures of the page show ended runs: draw the whole page once more.
        runs_store.changed()
        state.rerun()
    with st.container(border=True, key=f"panel-{uid}"):
        _head(run)
        _progress(run)
        if run.status is Status.RUNNING:
            _rows(run)
        if run.error:
            st.error(plain(run.error), icon=":material/error:")
        with st.expander("Log", icon=":material/notes:"):
            st.code(runs_store.store().log_tail(uid) or "nothing yet", language=None)


def _head(run: Run) -> None:
    words, action = st.columns([0.8, 0.2], vertical_alignment="center")
    colour, icon = BADGES[run.status]
    with words, st.container(horizontal=True, vertical_alignment="center"):
        st.badge(run.status.value, color=colour, icon=icon)
        name = f"{run_name(run)}, {seeds_of(run.config)}"
        everything = preset_text(run, at_most=100)
        st.markdown(f"**{plain(name)}**", help=plain(f"{everything}. {run.uid}"))
        st.caption(plain(preset_text(run)))
    with action:
        if run.status.active:
            press(
                "Cancel", "stop", CANCEL_HELP, act, "cancel", run.uid,
                key=f"cancel-{run.uid}", width="stretch",
            )  # fmt: skip
        elif run.resumable:
            press(
                "Resume", "play_arrow", RESUME_HELP, act, "resume", run.uid,
                key=f"resume-{run.uid}", width="stretch",
            )  # fmt: skip


def act(verb: str, *uids: str) -> None:
    """Cancel or resume runs; what goes wrong is kept for the next drawing of the page."""

    def work() -> None:
        for uid in uids:
            getattr(runs_store.launcher(), verb)(uid)

    attempt(work)


def attempt(work: Callable[[], object]) -> None:
    """Do something to the runs; a refusal becomes a message, and the page is drawn anew."""
    try:
        work()
    except SynverifyError as error:
        st.session_state["action-error"] = str(error)
    runs_store.changed()
    state.keep()


def show_action_error() -> None:
    """Show once what the last action could not do."""
    message = st.session_state.pop("action-error", None)
    if message:
        st.error(plain(message), icon=":material/error:")


def _progress(run: Run) -> None:
    done, total = run.progress.done, run.progress.total
    stage = run.progress.stage or "waiting for a worker"
    parts = [plain(stage)]
    if total:
        parts.append(f"{done} of {total} units")
    if run.progress.seconds_elapsed:
        parts.append(f"{duration(run.progress.seconds_elapsed)} so far")
    if run.status.active and run.progress.eta_seconds is not None:
        parts.append(f"about {duration(run.progress.eta_seconds)} left")
    finished = done + run.progress.within
    st.progress(min(finished / total, 1.0) if total else 0.0, text=" · ".join(parts))


def _rows(run: Run) -> None:
    table = runs_store.table([run.uid])
    if len(table):
        metric = registry.get(run.experiment).primary_metric
        fig = runs_store.figure([run.uid], scaling_figure, table, metric=metric, height=360)
        chart(fig, f"live-{run.uid}", config={"displayModeBar": False})
    st.caption(f"{len(table)} rows so far")
