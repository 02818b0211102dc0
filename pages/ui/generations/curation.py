"""Curation: groups of people choose what the next model learns, round after round."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.shared import state

TITLE = "Curation"
CAPTION = (
    "In every round people choose among what the model made, and the next model learns their "
    "choices."
)
FIELDS: dict[str, state.Field] = {}


def show(view: Mapping[str, Any]) -> None:
    """Draw the section."""
    st.write("Groups of people choose; what they choose is all that the next model sees.")
