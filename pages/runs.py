"""All runs: find, compare, name, archive, delete, export them."""

import streamlit as st

from pages.ui import chrome, front_door, runs_actions, runs_compare, runs_table, state
from pages.ui import store as runs_store
from pages.ui.run_panel import run_panel, show_action_error
from pages.ui.runs_table import FIELDS, PAGE

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
with chrome.title_row("Runs", presentation=view.values["presentation"]):
    chrome.present_button(PAGE, view.values)
for message in view.refused:
    st.warning(message, icon=":material/link_off:")
show_action_error()
runs_store.show_problems()
runs_actions.undo_bar()

everything = runs_store.runs(archived=True)
runs_table.filters(view.values)
listed = runs_store.runs(archived=view.values["archived"])
shown = runs_table.matching(listed, view.values)
if shown:
    selected = runs_table.table(shown, view.values)
    st.caption(
        f"{len(shown)} of {len(everything)} runs shown. Click a column's name to sort. The same "
        "settings are the same run, so nothing is computed twice."
    )
else:
    selected = []
    st.info(
        "No run passes these filters."
        if everything
        else "No run yet: start one on the page **Gaussian mixtures**.",
        icon=":material/search_off:",
    )
runs_actions.toolbar(selected)
if len(selected) == 1:
    runs_actions.details(selected[0])
    if selected[0].status.active or selected[0].resumable:
        run_panel(selected[0].uid, selected[0].status)
elif len(selected) > 1:
    runs_actions.differences(selected)
if selected:
    runs_compare.compare(selected, view.values)
elif shown:
    runs_compare.show_nothing_selected()
runs_table.watch(everything)
state.publish(PAGE, FIELDS)
