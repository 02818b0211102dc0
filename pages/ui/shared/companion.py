"""The model helper as all pages share it, and how a page waits without standing still.

A page asks at every run. An answer that is not there at once is waited for by a small fragment
beside the rest, so that the page can be used meanwhile: a newer question takes the older one's
place, in the browser as in the helper's queue.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.outside import plain
from synverify_core.errors import SynverifyError
from synverify_core.runs.companion import SECONDS_A_REQUEST, Companion
from synverify_core.runs.companion_queue import Ticket

SECONDS_AT_ONCE = 0.5
SECONDS_BETWEEN_LOOKS = 0.3


@st.cache_resource(show_spinner=False, on_release=lambda helper: helper.close())
def companion() -> Companion:
    """Return the one helper of this server; its process starts when it is first asked."""
    return Companion()


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
        What the service refused, or why the helper cannot answer.
    """
    session = st.session_state.setdefault("companion:session", uuid.uuid4().hex)
    ticket = companion().submit(service, request, session=session, timeout=timeout)
    if ticket.wait(SECONDS_AT_ONCE):
        return ticket.result()
    _look_again(ticket, waiting)
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


def _look_again(ticket: Ticket, waiting: str) -> None:
    @st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
    def wait() -> None:
        st.info(waiting, icon=":material/hourglass_top:")
        if ticket.done:
            state.rerun()  # the looks end only with a run of the whole page

    wait()
