"""Statements of the paper beside what the rows say to them, as cards."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.outside import plain
from synverify_core.runs.record import Run
from synverify_core.stats.claims import FEW_SEEDS, LITTLE, UNLIKE, Claim

MARKS = {
    "holds": (":material/check_circle:", "green"),
    "in part": (":material/contrast:", "orange"),
    "contradicted": (":material/cancel:", "red"),
    "not shown": (":material/question_mark:", "gray"),
    UNLIKE: (":material/balance:", "orange"),
    FEW_SEEDS: (":material/hourglass_empty:", "gray"),
    LITTLE: (":material/hourglass_empty:", "gray"),
}
RULES = (
    "holds: the 95 % interval of each comparison lies on the statement's side, over 3 seeds or "
    "more. Intervals are Student's t over the seeds' differences, with the sampling error of the "
    "test set where it is known; correlations are judged by permuting verifiers."
)


def show_claims(
    claims: Sequence[Claim], runs: Sequence[Run], metric: str = "", in_a_row: int = 3
) -> None:
    """Set the sentences beside what was found, with the command that judges the rows again."""
    for start in range(0, len(claims), in_a_row):
        row = claims[start : start + in_a_row]
        for column, claim in zip(st.columns(len(row)), row, strict=True):
            icon, colour = MARKS[claim.verdict]
            with column.container(border=True, height="stretch"):
                st.badge(claim.verdict, icon=icon, color=colour)
                st.markdown(f"**{plain(claim.paper)}**")
                st.markdown("\n".join(map(_line, claim.found.splitlines())))
    if claims:
        st.caption(f"{RULES} The same from the rows:")
        st.code(claims_command(runs, metric), language="bash", wrap_lines=True)


def claims_command(runs: Sequence[Run], metric: str = "") -> str:
    """Return the command that prints the cards of these runs."""
    uids = " ".join(run.uid.rpartition("-")[2] for run in runs)
    option = f" --metric {metric}" if metric else ""
    return f"python -m synverify_core runs claims {uids}{option}"


def _line(text: str) -> str:
    """Write a line of a finding; one that begins with a dash is an item of a list."""
    return f"- {plain(text[2:])}" if text.startswith("- ") else plain(text)
