"""All runs: find, compare, name, archive, delete, export them."""

import streamlit as st

from pages.ui.runs import actions, compare, table
from pages.ui.runs.address import FIELDS, PAGE
from pages.ui.shared import chrome, front_door, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.run_panel import run_panel
from synverify_core.runs.titles import grouped

MOST_PANELS = 3

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
chrome.head(PAGE, "Runs", view)
everything = runs_store.runs(archived=True)
listed = runs_store.runs(archived=view.values["archived"])
chosen = table.asked_for(grouped(listed), view.values["runs"])
if view.values["presentation"] and chosen:
    compare.compare([run for group in chosen for run in group.runs], view.values)
else:
    actions.undo_bar()
    table.filters(view.values)
    shown = table.matching(listed, view.values)
    if shown:
        chosen = table.table(grouped(shown), view.values)
        st.caption(
            f"{len(shown)} of {len(everything)} runs shown, one row for all seeds of the same "
            "settings. Click a column's name to sort."
        )
    else:
        chosen = []
        st.info(
            "No run passes these filters."
            if everything
            else "No run yet: start one on the page **Gaussian mixtures**.",
            icon=":material/search_off:",
        )
    selected = [run for group in chosen for run in group.runs]
    actions.toolbar(selected)
    if len(selected) == 1:
        actions.details(selected[0])
    unfinished = [run for run in selected if run.status.active or run.resumable]
    for run in unfinished[:MOST_PANELS]:
        run_panel(run.uid, run.status)
    if selected:
        compare.compare(selected, view.values)
    elif shown:
        compare.show_nothing_selected()
table.watch(everything)
chrome.onward(PAGE)
state.publish(PAGE)
