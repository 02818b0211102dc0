"""What all pages have in common around their content: room, title row, presentation size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.shared import glossary
from pages.ui.shared import store as runs_store
from pages.ui.shared.press import press
from pages.ui.shared.run_panel import show_action_error
from pages.ui.shared.share import share_button
from pages.ui.shared.state import View, change, current

PAGES = Path(__file__).resolve().parents[2]

# Each page ends with the question that another one answers: page -> question, file of that page.
ONWARD = {
    "home": ("Where exactly does learning break?", "phase_transition"),
    "phase": ("And when every model learns from the one before it?", "generations"),
    "generations": ("Does it hold when models are really trained?", "gaussian"),
    "gaussian": ("And a transformer, whose answers can be checked?", "eigenvalues"),
    "eigenvalues": ("And where no answer is simply right or wrong?", "summarization"),
    "summarization": ("Which verifier would you choose? Compare the runs.", "runs"),
    "runs": ("What would another verifier have changed? Turn it by hand.", "phase_transition"),
    "glossary": ("Now see them move.", "phase_transition"),
}

# Streamlit has no public switch for its chrome; these test ids are its stable names.
PRESENTATION = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stExpandSidebarButton"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding: 1rem 2rem 2rem; max-width: none; }
html { font-size: 125%; }
</style>"""
ALWAYS = """<style>
.st-key-title h1 { font-size: 1.75rem; font-weight: 600; padding: 0.25rem 0; }
/* Streamlit's own grey and its pale links miss the contrast of 4.5 to 1 that small text needs. */
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.78; }
[data-testid="stCaptionContainer"] a { color: inherit; }
/* In the dark, one blue cannot be both a ground for white letters and letters on a dark ground. */
button[role="radio"][data-selected="true"], button[role="radio"][data-selected="true"] * {
  color: inherit !important;
}
</style>"""
# The default leaves six rem above and below every page, five at its sides.
ROOM = """<style>
[data-testid="stMainBlockContainer"] { padding: 2.75rem 2.5rem 2rem; }
@media (max-width: 40rem) {
  [data-testid="stMainBlockContainer"] { padding-top: 4rem; }
  .st-key-title { flex-wrap: wrap; }
  .st-key-title > :first-child { flex-basis: 100%; }
}
/* The settings of a verifier are what tells it from the next one: its name is never cut off. */
[data-testid="stMultiSelect"] [data-tag] { height: auto !important; max-width: 100%; }
[data-testid="stMultiSelect"] [data-tag] > span {
  white-space: normal !important; overflow-wrap: anywhere;
}
</style>"""


def title_row(title: str, *, presentation: bool) -> DeltaGenerator:
    """Draw a page's title; `with` the returned row, the page's actions stand at its right."""
    st.html(ALWAYS + glossary.STYLE + (PRESENTATION if presentation else ROOM))
    row = st.container(horizontal=True, wrap=False, vertical_alignment="center", key="title")
    row.title(title, anchor=False)
    return row


def head(page: str, title: str, view: View, caption: str = "") -> None:
    """Draw title, caption, and everything that has to be said before the page goes on.

    Terms of the glossary stand in braces in the caption.
    """
    with title_row(title, presentation=view.values["presentation"]):
        present_button(page, view.values)
    if caption:
        glossary.explained(caption)
    for message in view.refused:
        st.warning(message, icon=":material/link_off:")
    show_action_error()
    runs_store.show_problems()


def present_button(page: str, view: Mapping[str, Any]) -> None:
    """Draw what a room needs: the link with its QR code, and presentation size on and off."""
    share_button(page)
    if view["presentation"]:
        action(page, "Leave presentation", "close_fullscreen", "Normal size", presentation=False)
    else:
        explained = "Large type, nothing else around"
        action(page, "Present", "present_to_all", explained, presentation=True)


def page_link(page: str, label: str, **more: Any) -> None:
    """Draw a link to the page in `pages/<page>.py`; `more` are arguments of `st.page_link`."""
    st.page_link(st.Page(PAGES / f"{page}.py"), label=label, **more)


def onward(page: str) -> None:
    """End a page with the question that the next one answers; not in a presentation."""
    if current(page)["presentation"]:
        return
    question, following = ONWARD[page]
    with st.container(horizontal=True, horizontal_alignment="right", key="onward"):
        page_link(following, question, icon=":material/arrow_forward:", icon_position="right")


def action(page: str, label: str, icon: str, explained: str, **values: Any) -> None:
    """Draw a button of the title row that sets some of the page's values."""
    press(label, icon, explained, change, page, values, key=f"header:{label}", type="tertiary")
