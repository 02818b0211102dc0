"""Eigenvalues by transformer (Sections 3 and 6.1): Figure 4, Tables 1 and 3, a beam by hand."""

import streamlit as st

from pages.ui.eigenvalues import story
from pages.ui.eigenvalues.form import FORM, PAGE
from pages.ui.eigenvalues.view import FIELDS
from pages.ui.shared import chrome, front_door, run_choice, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.run_form import show_form
from pages.ui.shared.run_panel import run_panel, show_action_error

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
large = view.values["presentation"]
with chrome.title_row("Eigenvalues by transformer", presentation=large):
    chrome.present_button(PAGE, view.values)
st.caption(
    "A transformer predicts eigenvalues of symmetric matrices, a verifier keeps a part of its "
    "answers, a new model learns from n' of them (Feng et al., Sections 3, 6.1)."
)
for message in view.refused:
    st.warning(message, icon=":material/link_off:")
show_action_error()
runs_store.show_problems()
show_form(FORM, view.values)

runs = runs_store.runs("eigenvalues")
above = st.container()
drawn = story.show(runs, view.values)
with above:
    for run in run_choice.panels_for(runs, drawn):
        run_panel(run.uid, run.status)
state.publish(PAGE, FIELDS)
