"""Title line of the phase page: what is seen, the lesson, presentation size, reset."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.phase.view import FIELDS, FIRST_ROUNDS_STEP, PAGE
from pages.ui.shared import chrome
from pages.ui.shared.glossary import explained
from pages.ui.shared.state import bind


def header(view: Mapping[str, Any]) -> None:
    """Draw the title line."""
    many = view["mode"] == "rounds"
    title = "What happens over rounds?" if many else "When does retraining work?"
    with chrome.title_row(title, presentation=view["presentation"]):
        if many:
            chrome.action(PAGE, "One round", "arrow_back", "Back to one round", mode="one")
        else:
            help_text = "Generate, verify and retrain again and again"
            chrome.action(PAGE, "Play rounds", "replay", help_text, mode="rounds")
            st.toggle(
                "Advanced",
                help="Azimuth, bands, simulated dots, keep rate and precision",
                **bind(PAGE, "advanced"),
            )
        if view["lesson"] == 0:
            first = FIRST_ROUNDS_STEP if many else 1
            chrome.action(
                PAGE, "Lesson", "school", "Nine steps: predict, move, check", lesson=first
            )
        chrome.present_button(PAGE, view)
        kept = {name: view[name] for name in ("mode", "presentation", "lesson", "advanced")}
        start = {name: field.default for name, field in FIELDS.items()}
        chrome.action(
            PAGE, "Reset", "restart_alt", "Every setting back to its start", **{**start, **kept}
        )
    if view["lesson"] or view["presentation"]:
        return
    if many:
        explained(
            "**What am I seeing?** Each round, the model labels new data, a {verifier} keeps the "
            "labels it agrees with, and the next model learns from those. Press *Play rounds*."
        )
        return
    explained(
        "**What am I seeing?** A {generator} labels data, a {verifier} keeps the labels it agrees "
        "with, a new model learns from those. It works while their two error rates add up to less "
        "than 100 %. Drag the arrows, or the curve."
    )
