"""Statements of the paper beside what the rows say to them, as cards."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.outside import plain
from synverify_core.stats.claims import Claim

MARKS = {
    "holds": (":material/check_circle:", "green"),
    "in part": (":material/contrast:", "orange"),
    "not here": (":material/cancel:", "red"),
    "contradicted": (":material/cancel:", "red"),
    "not shown": (":material/question_mark:", "gray"),
    "too little data": (":material/hourglass_empty:", "gray"),
}


def show_claims(claims: Sequence[Claim], in_a_row: int = 3) -> None:
    """Set the sentences beside what was found, with a verdict computed from the rows."""
    for start in range(0, len(claims), in_a_row):
        row = claims[start : start + in_a_row]
        for column, claim in zip(st.columns(len(row)), row, strict=True):
            icon, colour = MARKS[claim.verdict]
            with column.container(border=True, height="stretch"):
                st.badge(claim.verdict, icon=icon, color=colour)
                st.markdown(f"**{plain(claim.paper)}**")
                st.markdown("\n".join(map(_line, claim.found.splitlines())))


def _line(text: str) -> str:
    """Write a line of a finding; one that begins with a dash is an item of a list."""
    return f"- {plain(text[2:])}" if text.startswith("- ") else plain(text)
