"""Synverify's front door: which pages there are. Start it with `make app`."""

from pathlib import Path

import streamlit as st

from pages.ui.shared import front_door

PICTURES = Path(__file__).parent / "pages" / "ui"

st.set_page_config(
    page_title="Synverify",
    page_icon=str(PICTURES / "icon.svg"),
    layout="wide",
    initial_sidebar_state=250,
)
st.logo(str(PICTURES / "logo.svg"), icon_image=str(PICTURES / "icon.svg"), size="large")
front_door.open_pages()
# One list: inside sections, Streamlit's items are not in a list for a screen reader.
st.navigation(
    [
        st.Page("pages/home.py", title="Start", icon=":material/home:", default=True),
        st.Page("pages/phase_transition.py", title="Phase transition", icon=":material/adjust:"),
        st.Page("pages/generations.py", title="Generations", icon=":material/autorenew:"),
        st.Page("pages/gaussian.py", title="Gaussian mixtures", icon=":material/scatter_plot:"),
        st.Page("pages/eigenvalues.py", title="Eigenvalues", icon=":material/grid_on:"),
        st.Page("pages/summarization.py", title="Summarization", icon=":material/summarize:"),
        st.Page("pages/runs.py", title="Runs", icon=":material/stacked_line_chart:"),
        st.Page("pages/glossary.py", title="Glossary", icon=":material/menu_book:"),
    ]
).run()
