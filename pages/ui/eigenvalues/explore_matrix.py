"""The matrix of the by-hand explorer: typed entry by entry, pasted, or made by a button."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from pages.ui.eigenvalues.address import PAGE, change, refuse, refused, set_matrix
from pages.ui.shared.export import ASIDE
from pages.ui.shared.outside import plain
from pages.ui.shared.press import press
from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.data import Floats
from synverify_core.experiments.eigenvalues.typed import (
    KINDS,
    PAPER_EXAMPLE,
    entry_value,
    example,
    parse_matrix,
)

PAPER_HELP = "The example of the paper's Appendix B"
USE_HELP = "Replaces the matrix, if it is symmetric and in range"
PASTE_KEY = f"{PAGE}:paste"

BUTTONS: Mapping[str, tuple[str, str, str]] = {
    "random": ("Random", "casino", "Entries drawn as in the training data: U[-10, 10]"),
    "nearly_degenerate": (
        "Nearly degenerate",
        "join_inner",
        "Eigenvalues that almost coincide: a multiple of the unit matrix and a small rest",
    ),
    "diagonal": ("Diagonal", "texture", "Eigenvalues that can be read off the diagonal"),
    "zero_trace": (
        "Zero trace",
        "exposure_zero",
        "Eigenvalues that add up to zero: what the trace check compares with",
    ),
}


def edit(matrix: Floats) -> None:
    """Draw the matrix to be changed, and ways to another one."""
    st.markdown(
        "**Matrix**",
        help="Symmetric, entries from -10 to 10, as the models were trained. Setting an entry "
        "sets its mirror image, too. The model reads it rounded to its encoding's digits.",
    )
    _grid(matrix)
    _buttons(len(matrix))
    if refused():
        st.error(plain(refused()), icon=":material/block:")


def _grid(matrix: Floats) -> None:
    size = len(matrix)
    with st.container(key="hand-grid", gap="xsmall"):
        for i in range(size):
            for j, cell in enumerate(st.columns(size, gap="xsmall")):
                key = _entry_key(i, j)
                st.session_state[key] = float(matrix[i, j])
                cell.number_input(
                    f"Entry ({i + 1}, {j + 1})",
                    step=1.0,
                    format="%.4g",
                    key=key,
                    label_visibility="collapsed",
                    on_change=_take_entry,
                    args=(matrix, i, j),
                )


def _buttons(size: int) -> None:
    with st.container(horizontal=True, gap="xsmall", key="hand-buttons"):
        for kind, (label, icon, explained) in BUTTONS.items():
            press(label, icon, explained, _make, kind, size, key=f"{PAGE}:make-{kind}")
        if size == len(PAPER_EXAMPLE):
            papers, key = np.array(PAPER_EXAMPLE), f"{PAGE}:make-paper"
            press("The paper's", "menu_book", PAPER_HELP, set_matrix, papers, key=key)
        with (
            st.container(key=f"{ASIDE}-hand-paste", width="content"),
            st.popover("Paste", icon=":material/content_paste:", help="A matrix as text"),
        ):
            st.text_area(
                "Matrix as text",
                key=PASTE_KEY,
                placeholder="\n".join(
                    " ".join(f"{value:g}" for value in row) for row in example(size)
                ),
                help=f"{size} rows of {size} numbers from -10 to 10: a row a line, or "
                "semicolons between rows; spaces or commas between numbers. Brackets are fine.",
            )
            more = {"key": f"{PAGE}:paste-use", "type": "primary"}
            press("Use this matrix", "", USE_HELP, _take_pasted, size, **more)


def _entry_key(i: int, j: int) -> str:
    return f"{PAGE}:entry:{i}:{j}"


def _take_entry(matrix: Floats, i: int, j: int) -> None:
    given = st.session_state[_entry_key(i, j)]
    try:
        value = entry_value("" if given is None else given, (i, j))
    except InputError as error:
        refuse(f"{error}. The entry keeps its value.")
        return
    changed = matrix.copy()
    changed[i, j] = changed[j, i] = value
    set_matrix(changed)


def _take_pasted(size: int) -> None:
    try:
        matrix = parse_matrix(st.session_state.get(PASTE_KEY, ""), size)
    except InputError as error:
        refuse(f"The pasted text was not taken: {error}.")
        return
    set_matrix(matrix)


def _make(kind: str, size: int) -> None:
    # Its entries are in the address, so that a link shows the same draw.
    change()
    set_matrix(KINDS[kind](size, np.random.default_rng()))
