"""Every page is entered through app.py, also by a link opened on a server that has just started.

A folder called pages/ beside the main script makes Streamlit run the page of the address by itself,
without app.py, until `st.navigation` has been called once in the server's process.
"""

from collections.abc import Container
from pathlib import Path

import streamlit as st

_PAGES = Path(__file__).resolve().parents[2]
_open = False


def open_pages() -> None:
    """Tell the pages that app.py runs them."""
    global _open
    _open = True


def enter() -> None:
    """Start over through app.py if Streamlit has run this page without it."""
    if _open:
        return
    open_pages()  # once is enough for the process, whatever comes of it
    pages = [st.Page(page) for page in _PAGES.glob("*.py")]
    st.navigation([st.Page(_PAGES.parent / "app.py", default=True), *pages], position="hidden")
    st.rerun()


def forward_former_links(own: Container[str]) -> None:
    """Hand a link of the time when the phase page was the first one over to that page."""
    params = st.query_params.to_dict()
    if any(name not in own for name in params):
        st.switch_page(st.Page(_PAGES / "phase_transition.py"), query_params=params)
