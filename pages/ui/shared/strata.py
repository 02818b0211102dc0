"""What each verifier keeps of each kind of question, as a table."""

import pandas as pd
import streamlit as st

from pages.ui.shared.outside import code, plain
from synverify_core.stats.coverage import POOL, breadth_table, strata_table
from synverify_core.stats.names import display_name, percent, value_label

EXPLAINED = (
    "p* = 1/(1 + ψ/φ) tells how right the kept answers are, not which questions they answer. "
    "Shares of what each verifier keeps, by kind of question; coverage is the overlap of all "
    "crossed kinds with the pool, distinct the share of answers that differ from each other. "
    "Means over seeds."
)


def show_strata(table: pd.DataFrame) -> None:
    """Draw the table, folded, if the rows have it."""
    shares = strata_table(table)
    if shares.empty:
        return
    with st.expander("What each verifier keeps, by kind of question", icon=":material/category:"):
        st.markdown(EXPLAINED)
        st.table(readable(breadth_table(table).join(shares, how="right")), border="horizontal")


def readable(shares: pd.DataFrame) -> pd.DataFrame:
    """Write shares for people, the verifier and its rate as the name of a line."""
    names = [
        verifier if verifier == POOL else _name(str(verifier), rate)
        for verifier, rate in shares.index
    ]
    shown = shares.map(percent)
    shown.index = pd.Index(names, name="Kept by")
    return shown.rename(columns=str.capitalize)


def verifier_cell(verifier: str) -> str:
    """Return Markdown with the name for people and, small, the spec that a config has."""
    name = plain(display_name(verifier))
    return name if name == verifier else f"{name} :small[:gray[{code(verifier)}]]"


def _name(verifier: str, rate: float) -> str:
    return verifier_cell(verifier) + (
        "" if pd.isna(rate) else f", {value_label('selection_rate', rate)}"
    )
