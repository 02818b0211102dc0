"""Title line of the phase page: what is seen, the lesson, presentation size, reset."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.phase_view import FIELDS, PAGE
from pages.ui.state import change

# Streamlit has no public switch for its chrome; these test ids are its stable names.
PRESENTATION = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stExpandSidebarButton"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding: 1rem 2rem 2rem; max-width: none; }
html { font-size: 125%; }
</style>"""
# The default leaves six rem above and below every page, five at its sides.
ROOM = """<style>
[data-testid="stMainBlockContainer"] { padding: 2.75rem 2.5rem 2rem; }
</style>"""


def header(view: Mapping[str, Any]) -> None:
    """Draw the title line."""
    st.html(PRESENTATION if view["presentation"] else ROOM)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="title"):
        st.markdown("### When does retraining work?", width="stretch")
        if view["lesson"] == 0:
            _button("Lesson", "school", "Seven steps: predict, move, check", {"lesson": 1})
        if view["presentation"]:
            _button("Leave presentation", "close_fullscreen", "Normal size", {"presentation": 0})
        else:
            _button(
                "Present", "present_to_all", "Large type, nothing else around", {"presentation": 1}
            )
        kept = {"presentation": view["presentation"], "lesson": view["lesson"]}
        start = {name: field.default for name, field in FIELDS.items()}
        _button("Reset", "restart_alt", "Every setting back to its start", {**start, **kept})
    if view["lesson"]:
        return
    st.caption(
        "**What am I seeing?** A *generator* labels data, a *pruner* keeps the labels it agrees "
        "with, a new model learns from those. It recovers the truth w⋆ while the error rate p "
        "stays below p⋆ = 1/(1 + ψ/φ). Drag the arrows."
    )


def _button(label: str, icon: str, help_text: str, values: Mapping[str, Any]) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        help=help_text,
        key=f"header:{label}",
        type="tertiary",
        on_click=change,
        args=(PAGE, {**values, **{k: bool(v) for k, v in values.items() if k == "presentation"}}),
    )
