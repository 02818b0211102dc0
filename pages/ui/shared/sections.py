"""Sections of a page as tabs, of which only the open one is computed; the address names it."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.shared import state


def open_section(page: str, sections: Mapping[str, str], section: str) -> DeltaGenerator:
    """Draw the tabs and return the open one; a single section has no tab.

    `sections` is name in the address -> name on the tab; the view of the page has a field
    `section`.
    """
    if len(sections) == 1:
        return st.container()
    key = f"{page}-section"
    st.session_state[key] = sections[section]
    tabs = st.tabs(list(sections.values()), key=key, on_change=_take, args=(page, dict(sections)))
    return tabs[list(sections).index(section)]


def _take(page: str, sections: Mapping[str, str]) -> None:
    names = {label: name for name, label in sections.items()}
    state.change(page, {"section": names[st.session_state[f"{page}-section"]]})
