"""The Generations page around its sections: title, tabs, address, what leads on.

A section is a module with TITLE (its tab), CAPTION (one line under the page's title), FIELDS (its
parameters of the address) and show(view), called with all values of the address. A name in FIELDS
is the section's own.
"""

from collections.abc import Mapping
from types import ModuleType

import streamlit as st

from pages.ui.generations import chains, curation, self_improvement
from pages.ui.generations.address import PAGE
from pages.ui.shared import chrome, front_door, state
from pages.ui.shared.experiment_page import STAGE
from pages.ui.shared.sections import open_section

SECTIONS: Mapping[str, ModuleType] = {
    "selfimprovement": self_improvement,
    "curation": curation,
    "experiments": chains,
}
"""Name in the address -> section, in the order of the tabs."""


def address(sections: Mapping[str, ModuleType] = SECTIONS) -> dict[str, state.Field]:
    """Return everything that a link to the page says."""
    first, *_ = sections
    fields: dict[str, state.Field] = {
        "section": state.Choice(first, tuple(sections)),
        "presentation": state.Flag(),
    }
    for section in sections.values():
        taken = set(fields) & set(section.FIELDS)
        if taken:
            raise ValueError(f"{section.__name__}: {sorted(taken)} are fields of another section")
        fields |= section.FIELDS
    return fields


def show() -> None:
    """Draw the page."""
    front_door.enter()
    view = state.synchronise(PAGE, address())
    large = view.values["presentation"]
    section = SECTIONS[view.values["section"]]
    chrome.head(PAGE, "Round after round", view, "" if large else section.CAPTION)
    if large:
        st.html(f"<style>{STAGE}</style>")
    with open_section(PAGE, {name: one.TITLE for name, one in SECTIONS.items()}):
        section.show(view.values)
    chrome.onward(PAGE)
    state.publish(PAGE)
