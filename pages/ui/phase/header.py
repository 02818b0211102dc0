"""Title line of the phase page: what is seen, the lesson, presentation size, reset."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.phase.view import FIELDS, PAGE
from pages.ui.shared import chrome
from pages.ui.shared.glossary import explained
from pages.ui.shared.state import bind


def header(view: Mapping[str, Any]) -> None:
    """Draw the title line."""
    with chrome.title_row("When does retraining work?", presentation=view["presentation"]):
        st.toggle(
            "Advanced",
            help="Azimuth, bands, simulated dots, keep rate and precision",
            **bind(PAGE, "advanced"),
        )
        if view["lesson"] == 0:
            chrome.action(PAGE, "Lesson", "school", "Seven steps: predict, move, check", lesson=1)
        chrome.present_button(PAGE, view)
        kept = {name: view[name] for name in ("presentation", "lesson", "advanced")}
        start = {name: field.default for name, field in FIELDS.items()}
        chrome.action(
            PAGE, "Reset", "restart_alt", "Every setting back to its start", **{**start, **kept}
        )
    if view["lesson"] or view["presentation"]:
        return
    explained(
        "**What am I seeing?** A {generator} labels data, a {verifier} keeps the labels it agrees "
        "with, a new model learns from those. It works while their two error rates add up to less "
        "than 100 %. Drag the arrows, or the curve."
    )
