"""One row of a list that is looked at: chosen in its table, or with buttons beside it."""

from collections.abc import Callable, Hashable

import streamlit as st

BACK, NEXT = ("Back", "chevron_left"), ("Next", "chevron_right")
"""Labels and icons of the buttons to a row's neighbours."""


def key(table: str, row: int, listed: Hashable = None) -> str:
    """Return a table's widget key: another one when the row was chosen elsewhere than in it.

    `listed` tells one list from another, of which the old rows mean nothing.
    """
    known = st.session_state.setdefault(table, {"row": row, "listed": listed, "version": 0})
    if (known["row"], known["listed"]) != (row, listed):
        known = {"row": row, "listed": listed, "version": known["version"] + 1}
        st.session_state[table] = known
    return f"{table}:{known['version']}"


def take(table: str, choose: Callable[[int], None]) -> None:
    """Choose the row of the list that was clicked in the table."""
    known = st.session_state[table]
    clicked = st.session_state[f"{table}:{known['version']}"]["selection"]["rows"]
    if clicked:
        st.session_state[table] = {**known, "row": clicked[0]}
        choose(clicked[0])
