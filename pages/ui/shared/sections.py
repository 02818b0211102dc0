"""Sections of a page as tabs, of which only the open one is computed; the address names it."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.shared import state


def open_section(page: str, labels: Mapping[str, str]) -> DeltaGenerator:
    """Draw the tabs and return the open one, to be filled; a single section has no tab.

    Parameters
    ----------
    page : its name; its value `section` is the open section.
    labels : name in the address -> what stands on the tab.
    """
    if len(labels) == 1:
        return st.container()
    key, opened = f"{page}-section", labels[state.current(page)["section"]]
    # Only where the address says another one: a value that is set takes back a click that came
    # while this run was under way.
    if st.session_state.get(key) != opened:
        st.session_state[key] = opened
    tabs = st.tabs(list(labels.values()), key=key, on_change=_take, args=(page, labels, key))
    return tabs[list(labels.values()).index(opened)]


def _take(page: str, labels: Mapping[str, str], key: str) -> None:
    names = {label: name for name, label in labels.items()}
    state.change(page, {"section": names[st.session_state[key]]})
