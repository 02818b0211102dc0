"""Statements of the paper, one line each with its verdict; what the rows say opens below it."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.outside import plain
from synverify_core.runs.record import Run
from synverify_core.stats.claims import FEW_SEEDS, LITTLE, UNLIKE, Claim

MARKS = {
    "holds": ("check_circle", "green"),
    "in part": ("contrast", "orange"),
    "contradicted": ("cancel", "red"),
    "not shown": ("question_mark", "gray"),
    UNLIKE: ("balance", "orange"),
    FEW_SEEDS: ("hourglass_empty", "gray"),
    LITTLE: ("hourglass_empty", "gray"),
}
RULES = (
    "holds: the 95 % interval of each comparison lies on the statement's side, over 3 seeds or "
    "more. Intervals are Student's t over the seeds' differences, with the sampling error of the "
    "test set where it is known; correlations are judged by permuting verifiers."
)


def show_claims(claims: Sequence[Claim], runs: Sequence[Run], metric: str = "") -> None:
    """Write one line a statement, with the evidence under it, and how all of them are judged."""
    with st.container(gap="xsmall"):
        for claim in claims:
            with st.expander(line_of(claim)):
                st.markdown("\n".join(map(_line, claim.found.splitlines())))
    if claims:
        with st.popover("How they are judged", icon=":material/gavel:", type="tertiary"):
            st.markdown(f"{RULES} The same from the rows:")
            st.code(claims_command(runs, metric), language="bash", wrap_lines=True)


def line_of(claim: Claim) -> str:
    """Return a statement with its verdict in front, as Markdown."""
    icon, colour = MARKS[claim.verdict]
    return f":{colour}-badge[:material/{icon}: {claim.verdict}] {plain(claim.paper)}"


def claims_command(runs: Sequence[Run], metric: str = "") -> str:
    """Return the command that prints the verdicts on these runs."""
    uids = " ".join(run.uid.rpartition("-")[2] for run in runs)
    option = f" --metric {metric}" if metric else ""
    return f"python -m synverify_core runs claims {uids}{option}"


def _line(text: str) -> str:
    """Write a line of a finding; one that begins with a dash is an item of a list."""
    return f"- {plain(text[2:])}" if text.startswith("- ") else plain(text)
