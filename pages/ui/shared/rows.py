"""One row of a list that is looked at: chosen in its table, or with buttons beside it."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

import streamlit as st


class Label(NamedTuple):
    """What a button says, and its icon."""

    text: str
    icon: str


BACK = Label("Back", "chevron_left")
NEXT = Label("Next", "chevron_right")


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


def step(
    name: str,
    label: Label,
    how_far: str,
    change: Callable[..., None],
    values: Mapping[str, Any] | None,
) -> None:
    """Draw a button to the neighbour that these values show; None: there is none."""
    st.button(
        label.text,
        icon=f":material/{label.icon}:",
        key=f"{name}{label.text}",
        help=f"{label.text} {how_far}",
        disabled=values is None,
        on_click=change,
        kwargs=values,
    )
