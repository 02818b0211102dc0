"""Summarization by language models (Section 6.2): Figure 5, p* ahead, summaries to read."""

import streamlit as st

from pages.ui.shared import chrome, front_door, run_choice, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.run_form import show_form
from pages.ui.shared.run_panel import run_panel, show_action_error
from pages.ui.summarization import story
from pages.ui.summarization.form import FORM, PAGE
from pages.ui.summarization.view import FIELDS

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
large = view.values["presentation"]
with chrome.title_row("Summarization by language models", presentation=large):
    chrome.present_button(PAGE, view.values)
st.caption(
    "A language model fine-tuned on a few human summaries summarizes all articles, a verifier "
    "keeps a part of its summaries, the base model learns from n' of them (Feng et al., "
    "Section 6.2)."
)
for message in view.refused:
    st.warning(message, icon=":material/link_off:")
show_action_error()
runs_store.show_problems()
show_form(FORM, view.values)

runs = runs_store.runs("summarization")
above = st.container()
drawn = story.show(runs, view.values)
with above:
    for run in run_choice.panels_for(runs, drawn):
        run_panel(run.uid, run.status)
state.publish(PAGE, FIELDS)
