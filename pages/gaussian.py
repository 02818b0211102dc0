"""Gaussian mixtures (Section 5, Figure 3): how far verified synthesized data take a model."""

import streamlit as st

from pages.ui.gaussian import story
from pages.ui.gaussian.form import FIELDS, FORM, PAGE
from pages.ui.shared import chrome, front_door, run_choice, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.run_form import show_form
from pages.ui.shared.run_panel import run_panel, show_action_error

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
large = view.values["presentation"]
with chrome.title_row("Learning from verified synthesized data", presentation=large):
    chrome.present_button(PAGE, view.values)
st.caption(
    "A generator trained on N₀ samples labels a pool, a verifier keeps a part of it, and a new "
    "model learns from n' kept samples (Section 5 of Feng et al., Figure 3)."
)
for message in view.refused:
    st.warning(message, icon=":material/link_off:")
show_action_error()
runs_store.show_problems()
show_form(FORM, view.values)

runs = story.by_n_original(runs_store.runs("gaussian"))
with st.container(horizontal=True, vertical_alignment="bottom"):
    drawn = story.choose_runs(runs, view.values["runs"])
    table = run_choice.rows_of(drawn)
    metric = story.choose_metric(table, view.values["metric"]) if len(table) else ""
for run in story.panels_for(runs, drawn):
    run_panel(run.uid, run.status)
if len(table):
    story.show_story(table, drawn, metric, large)
elif not any(run.status.active for run in runs):
    story.show_empty()
state.publish(PAGE, FIELDS)
