"""Everything that a link to the by-hand explorer says."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.fields import Word
from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.data import Floats, to_matrices
from synverify_core.experiments.eigenvalues.typed import check_dimension, entry_value, example

PAGE = "eigenvalues"
MOST_BEAMS = 50
MOST_STEPS = 60
"""12 eigenvalues of 5 tokens each."""

_REFUSED = f"{PAGE}:hand-refused"


@dataclass(frozen=True)
class Matrix:
    """A symmetric matrix by its upper triangle, row by row; empty: the model's example."""

    default: tuple[float, ...] = ()

    def parse(self, text: str) -> tuple[float, ...]:
        """Take 1, 3, 6, ... numbers from -10 to 10 with commas between."""
        words = [word for word in text.replace(" ", ",").split(",") if word]
        if not words:
            return ()
        if not re.fullmatch(r"[\w.,+ -]*", text):  # the message shows them
            raise state.Refused("it must be numbers from -10 to 10 with commas between")
        try:
            size = check_dimension(len(words))
            places = zip(*np.triu_indices(size), strict=True)
            return tuple(
                entry_value(word, (int(i), int(j)))
                for word, (i, j) in zip(words, places, strict=True)
            )
        except InputError as error:
            raise state.Refused(str(error)) from None

    def show(self, value: tuple[float, ...]) -> str:
        """Write every digit, with commas between."""
        return ",".join(repr(float(number)).removesuffix(".0") for number in value)


FIELDS: dict[str, state.Field] = {
    "model": Word(),
    "matrix": Matrix(),
    "beams": state.Number(MOST_BEAMS, 1, MOST_BEAMS, whole=True),
    "tau": state.Number(0.02, 0.001, 0.2),
    "beam": state.Number(1, 1, MOST_BEAMS, whole=True),
    "tokens": state.Flag(),
    "table": state.Flag(),
    "step": state.Number(1, 1, MOST_STEPS, whole=True),
}
"""Parameters of the page's address: model (folder name), matrix (upper triangle), width of the
search, tolerance tau as a share, which beam and token are looked at, and whether tokens and table
are shown."""


class Shown(NamedTuple):
    """The matrix to show, and what is wrong with the one of the address."""

    matrix: Floats
    problem: str


def matrix_of(view: dict[str, Any], dimension: int) -> Shown:
    """Return the view's matrix, or the example if there is none of this dimension."""
    triangle = view["matrix"]
    if not triangle:
        return Shown(example(dimension), "")
    size = check_dimension(len(triangle))
    if size != dimension:
        return Shown(
            example(dimension),
            f"The matrix in the address is {size} x {size}; this model reads {dimension} x "
            f"{dimension}. Shown instead: an example of that size.",
        )
    return Shown(to_matrices(np.array([triangle]), size)[0], "")


def triangle_of(matrix: Floats) -> tuple[float, ...]:
    """Return the upper triangle, row by row."""
    return tuple(float(value) for value in matrix[np.triu_indices(len(matrix))])


def set_matrix(matrix: Floats) -> None:
    """Show another matrix, its likeliest beam first."""
    change(matrix=triangle_of(matrix), beam=1)


def change(**values: Any) -> None:
    """Set some values; what was refused before is forgotten."""
    st.session_state.pop(_REFUSED, None)
    state.change(PAGE, values)


def refuse(message: str) -> None:
    """Keep a message until something usable is entered."""
    st.session_state[_REFUSED] = message


def refused() -> str:
    """Return why the last input was not taken; empty if it was."""
    return str(st.session_state.get(_REFUSED, ""))
