"""The assistant that holds models, as all pages share it; a page waits without standing still.

A page asks at every run. An answer that is not there at once is waited for by a small fragment
beside the rest, so that the page can be used meanwhile: a newer question takes the older one's
place, in the browser as in the assistant's queue.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.outside import plain
from synverify_core.errors import SynverifyError
from synverify_core.runs.assistant import SECONDS_A_REQUEST, Assistant
from synverify_core.runs.assistant_queue import Task

SECONDS_AT_ONCE = 0.5
SECONDS_BETWEEN_LOOKS = 0.3


@st.cache_resource(show_spinner=False, on_release=lambda assistant: assistant.close())
def models() -> Assistant:
    """Return the one assistant that loads models for this server; it starts when first asked."""
    return Assistant()


def session() -> str:
    """Return who asks: the same name at every run of this session."""
    return str(st.session_state.setdefault("assistant:session", uuid.uuid4().hex))


def ask(
    service: str,
    request: Mapping[str, Any],
    waiting: str,
    *,
    timeout: float = SECONDS_A_REQUEST,
) -> dict[str, Any] | None:
    """Return the answer; None while it is on its way, with `waiting` said in its place.

    `timeout` is for the work, the loading of models included, in seconds.

    Raises
    ------
    SynverifyError
        What the service refused, or why there is no answer.
    """
    task = models().submit(service, [request], session=session(), timeout=timeout)
    if task.wait(SECONDS_AT_ONCE):
        return task.result()[0]
    _look_again(task, waiting)
    return None


def ask_or_say(
    service: str, request: Mapping[str, Any], waiting: str, **timeout: float
) -> dict[str, Any] | None:
    """Return the answer like `ask`; what is refused is said in its place."""
    try:
        return ask(service, request, waiting, **timeout)
    except SynverifyError as error:
        st.error(plain(error), icon=":material/error:")
        return None


def _look_again(task: Task, waiting: str) -> None:
    @st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
    def wait() -> None:
        st.info(waiting, icon=":material/hourglass_top:")
        if not task.pending:
            state.rerun()  # the looks end only with a run of the whole page

    wait()


def can_begin(
    service: str, what: str, problems: Sequence[str], found: Sequence[Any], none: str
) -> bool:
    """Name what is damaged; warm the service if anything is there, else say how to come by it.

    `what` names a kind of artifact, `none` says what to do without any.
    """
    for problem in problems:
        runs_store.left_out(what, problem)
    if not found:
        st.info(none, icon=":material/model_training:")
        experiment = service.partition(".")[0]
        st.code(f"python -m synverify_core run {experiment} --preset quick", language="bash")
        return False
    models().warm(service)
    return True
