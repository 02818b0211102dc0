"""Title line of the phase page: what is seen, the lesson, presentation size, reset."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.phase.view import FIELDS, PAGE
from pages.ui.shared import chrome


def header(view: Mapping[str, Any]) -> None:
    """Draw the title line."""
    with chrome.title_row("When does retraining work?", presentation=view["presentation"]):
        if view["lesson"] == 0:
            chrome.action(PAGE, "Lesson", "school", "Seven steps: predict, move, check", lesson=1)
        chrome.present_button(PAGE, view)
        kept = {"presentation": view["presentation"], "lesson": view["lesson"]}
        start = {name: field.default for name, field in FIELDS.items()}
        chrome.action(
            PAGE, "Reset", "restart_alt", "Every setting back to its start", **{**start, **kept}
        )
    if view["lesson"]:
        return
    st.caption(
        "**What am I seeing?** A *generator* labels data, a *pruner* keeps the labels it agrees "
        "with, a new model learns from those. It recovers the truth w⋆ while the error rate p "
        "stays below p⋆ = 1/(1 + ψ/φ). Drag the arrows."
    )
