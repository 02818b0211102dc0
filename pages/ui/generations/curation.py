"""Curation: groups of people choose what the next model learns, round after round."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.generations.address import PAGE
from pages.ui.generations.curation_fields import FIELDS, shown, taken
from pages.ui.generations.people import live_people
from pages.ui.generations.people.law import commands_of, table_of
from pages.ui.shared import state
from pages.ui.shared.export import ASIDE, download, say
from synverify_core.runs.export import csv_text

__all__ = ["CAPTION", "FIELDS", "TITLE", "show"]

TITLE = "Curation"
CAPTION = "People choose among what a model made; the next model learns their choices."
SEEING = (
    "Violet: how often the model makes it; bells: what each group likes. A user sees K samples and "
    "keeps one, likelier a better one. For K → ∞ the rounds climb F, the groups' bargain (weighted "
    "Nash solution); for finite K they need not. All is exact; only finite N draws at random."
)


def show(view: Mapping[str, Any]) -> None:
    """Draw the section."""

    @st.fragment
    def stage() -> None:
        now = state.current(PAGE)
        asked = shown(now)
        released = live_people(asked, presentation=now["presentation"], key="people")
        if released != asked:
            state.change(PAGE, taken(released))
            state.rerun()  # only a run of the whole page writes the address

    stage()
    with st.container(key=f"{ASIDE}-curation-seeing"):
        words, ways_out = st.columns([0.82, 0.18], vertical_alignment="top")
        with words:
            say(SEEING)
        with ways_out, st.popover("Export", icon=":material/download:", width="stretch"):
            _export(shown(view))


def _export(setting: Mapping[str, Any]) -> None:
    """Offer the rounds as data, and the commands that answer with the same numbers."""
    st.caption("All rounds, for endless samples N")
    download("Data (CSV)", lambda: csv_text(table_of(setting)), "curation.csv", key="curation-csv")
    commands = commands_of(setting)
    if commands:
        st.caption("The closed forms of two groups")
        st.code(commands, language="bash", wrap_lines=True)
