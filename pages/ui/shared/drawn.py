"""Pictures of our own: a component from the .html, .css and .js files that have one stem."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st


def drawn(name: str, stem: Path) -> Callable[..., Any]:
    """Declare a component and return what mounts it; `stem` is its files' path without an end."""
    html, css, js = (stem.with_suffix(end).read_text("utf-8") for end in (".html", ".css", ".js"))
    return st.components.v2.component(name, html=html, css=css, js=js)
