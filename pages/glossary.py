"""Glossary: every term of the pages once, in plain words."""

import streamlit as st

from pages.ui.shared import chrome, front_door, state
from pages.ui.shared.outside import plain
from pages.ui.shared.terms import TERMS

PAGE = "glossary"
FIELDS = {"presentation": state.Flag()}

front_door.enter()
view = state.synchronise(PAGE, FIELDS)
chrome.head(PAGE, "Every term in plain words", view)
lines = ["| term | in plain words | formula |", "|:--|:--|:--|"]
for term in TERMS.values():
    cells = (f"**{plain(term.name)}**", plain(term.words), plain(term.formula))
    lines.append("| " + " | ".join(cells) + " |")
st.markdown("\n".join(lines))
chrome.onward(PAGE)
state.publish(PAGE)
