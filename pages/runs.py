"""All runs: find, compare, name, archive, delete, export them."""

import streamlit as st

from pages.ui.runs import actions, compare, table
from pages.ui.runs.table import FIELDS, PAGE
from pages.ui.shared import chrome, front_door, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.run_panel import run_panel

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
chrome.head(PAGE, "Runs", view)
actions.undo_bar()

everything = runs_store.runs(archived=True)
table.filters(view.values)
listed = runs_store.runs(archived=view.values["archived"])
shown = table.matching(listed, view.values)
if shown:
    selected = table.table(shown, view.values)
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
actions.toolbar(selected)
if len(selected) == 1:
    actions.details(selected[0])
    if selected[0].status.active or selected[0].resumable:
        run_panel(selected[0].uid, selected[0].status)
elif len(selected) > 1:
    actions.differences(selected)
if selected:
    compare.compare(selected, view.values)
elif shown:
    compare.show_nothing_selected()
table.watch(everything)
chrome.onward(PAGE)
state.publish(PAGE)
