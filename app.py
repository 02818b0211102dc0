"""Synverify's front door: which pages there are. Start it with `make app`."""

import streamlit as st

st.set_page_config(page_title="Synverify", page_icon=":material/verified:", layout="wide")
st.navigation(
    {
        "See": [
            st.Page(
                "pages/phase_transition.py",
                title="Phase transition",
                icon=":material/adjust:",
                default=True,
            ),
        ],
        "Run": [
            st.Page("pages/gaussian.py", title="Gaussian mixtures", icon=":material/scatter_plot:"),
            st.Page("pages/runs.py", title="Runs", icon=":material/stacked_line_chart:"),
        ],
    }
).run()
