"""What the by-hand explorer shows of an answer: every beam, and one beam's tokens."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.eigenvalues.address import PAGE, change
from pages.ui.shared import rows, state
from pages.ui.shared.export import chart, download, picture
from pages.ui.shared.outside import code, plain
from pages.ui.shared.press import press
from synverify_core.figures.by_hand import number_line, token_bars
from synverify_core.runs.export import csv_text
from synverify_core.stats.names import percent
from synverify_core.verifiers.registry import parse

LINE_KEY = "by-hand-beams"
TABLE_KEY = f"{PAGE}:beams-table"
COLUMNS_FOR_VALUES = 5
"""Spectra of more eigenvalues stand in one column."""

SEEING = (
    "One row is one answer to this matrix. Green dots are right within τ, orange crosses are not. "
    "Often a right answer stands below a wrong one: the columns show which verifiers keep it."
)
SEEING_STEPS = (
    "The decoder writes each eigenvalue as {kinds}. Bars: what it held likely at this position, "
    "given the tokens before it. The blue one was taken. A beam's probability is the product of "
    "those of its tokens."
)
EXPLAINED = {
    "P": "Probability of the whole answer under the model",
    "log P": "Natural logarithm of the probability",
    "perplexity": "exp(-log P / tokens): 1 for a model that is certain",
    "error": "Relative L1 error: sum of |predicted - true| over the sum of |true|",
    "right": "Whether the error is below τ",
}


def show_beams(answer: Mapping[str, Any], *, chosen: int, tau: float, large: bool) -> None:
    """Draw all beams on a number line, with the ticks of every verifier beside them."""
    chart(number_line(answer, chosen=chosen, tolerance=tau, large=large), LINE_KEY)


def beams_frame(answer: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a beam: predicted eigenvalues, probability, error, verdicts."""
    lines = []
    for rank, beam in enumerate(answer["beams"], start=1):
        row: dict[str, Any] = {"beam": rank, **_values(beam["eigenvalues"])}
        row["error"] = beam["error"]
        row["right"] = beam["right"]
        row["P"] = math.exp(beam["log_probability"])
        row["log P"] = beam["log_probability"]
        row["perplexity"] = beam["perplexity"]
        lines.append({**row, **beam["kept"]})
    return pd.DataFrame(lines)


def _values(eigenvalues: Sequence[float]) -> dict[str, Any]:
    if len(eigenvalues) > COLUMNS_FOR_VALUES:
        return {"λ": "  ".join(f"{value:g}" for value in eigenvalues)}
    return {f"λ{'₁₂₃₄₅'[i]}": value for i, value in enumerate(eigenvalues)}


def show_table(answer: Mapping[str, Any], *, chosen: int, large: bool) -> None:
    """Draw all beams as a table, of which one row is looked at."""
    frame = beams_frame(answer)
    verdicts = ["right", *answer["beams"][0]["kept"]]
    shown = frame.copy()
    for name in verdicts:
        shown[name] = frame[name].map({True: "✓", False: "·"})
    shown["P"] = frame["P"].map(percent_or_power)
    shown["error"] = frame["error"].map(percent)
    columns: dict[str, Any] = {
        name: st.column_config.Column(name, help=text) for name, text in EXPLAINED.items()
    }
    columns["log P"] = st.column_config.NumberColumn(
        "log P", format="%.2f", help=EXPLAINED["log P"]
    )
    columns["perplexity"] = st.column_config.NumberColumn(
        "perplexity", format="%.2f", help=EXPLAINED["perplexity"]
    )
    for spec in verdicts[1:]:
        verifier = parse(spec)
        columns[spec] = st.column_config.Column(verifier.title, help=f"{spec}: {verifier.summary}")
    st.dataframe(
        shown,
        key=rows.key(TABLE_KEY, chosen - 1),
        hide_index=True,
        column_config=columns,
        height=(420 if large else 300) if len(frame) > 8 else "auto",
        row_height=44 if large else None,
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [chosen - 1]}},
        on_select=lambda: rows.take(TABLE_KEY, lambda row: change(beam=row + 1)),
        alt=f"Table of {len(frame)} beams: eigenvalues, error, probability, and which "
        "verifiers keep them.",
    )


def show_steps(answer: Mapping[str, Any], *, chosen: int, step: int, large: bool) -> None:
    """Draw one beam's tokens, and at one of them what the model weighed."""
    beam = answer["beams"][chosen - 1]
    per_number = len(beam["words"]) // len(beam["eigenvalues"])
    controls, column = st.columns([0.48, 0.52], gap="medium")
    with controls:
        _controls(len(answer["beams"]), len(beam["words"]), chosen, step)
        st.markdown(_sentence(beam["words"], per_number, step))
        taken = beam["steps"][step - 1]
        so_far = math.prod(entry["probability"] for entry in beam["steps"][:step])
        st.markdown(
            f"Token {step} of {len(beam['words'])}: **{plain(taken['word'])}**, held "
            f"{percent_or_power(taken['probability'])} likely. Probability of all tokens up to "
            f"here: {percent_or_power(so_far)}."
        )
        kinds = {1: "one token", 2: "mantissa and exponent", 3: "sign, mantissa and exponent"}
        kind = kinds.get(per_number, "sign, three digits and exponent")
        st.caption(SEEING_STEPS.format(kinds=kind))
    figure = token_bars(beam["steps"][step - 1], position=step, large=large)
    chart(figure, "by-hand-token", into=column)


def _controls(n_beams: int, n_tokens: int, chosen: int, step: int) -> None:
    # What the address asks for may lie beyond this answer.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        st.number_input(
            "Beam",
            1,
            n_beams,
            width=105,
            help="Rank by probability; 1 is the likeliest answer",
            **state.bind(PAGE, "beam", chosen),
        )
        if n_tokens > 1:
            st.slider(
                "Token",
                1,
                n_tokens,
                help="Position in the written spectrum",
                **state.bind(PAGE, "step", step),
            )
        for (label, icon), target in ((rows.BACK, step - 1), (rows.NEXT, step + 1)):
            more = {"key": f"{PAGE}:{label}", "disabled": not 1 <= target <= n_tokens}
            press(label, icon, f"{label} one token", state.change, PAGE, {"step": target}, **more)


def _sentence(words: Sequence[str], per_number: int, step: int) -> str:
    """Return the answer's tokens, the present one marked, a number a group."""
    marked = [
        f":blue-background[**{plain(word)}**]" if position == step else code(word)
        for position, word in enumerate(words, start=1)
    ]
    numbers = [
        " ".join(marked[start : start + per_number]) for start in range(0, len(marked), per_number)
    ]
    return " &ensp;|&ensp; ".join(numbers)


def percent_or_power(share: float) -> str:
    """Write a probability for people, however small."""
    return percent(share) if share >= 1e-4 or share == 0 else f"{share:.1e}"


def show_export(answer: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """Offer the picture, the beams as CSV, everything as JSON, and the code that computes it."""
    with st.popover("Export", icon=":material/download:", help="Picture, data and code"):
        picture(LINE_KEY)
        st.caption("Beams, and all that was answered")
        key, name = f"{LINE_KEY}-", "by-hand."
        download(
            "Beams (CSV)", lambda: csv_text(beams_frame(answer)), f"{name}csv", key=f"{key}csv"
        )
        text = partial(json.dumps, answer, indent=1)
        download("Answer (JSON)", text, f"{name}json", key=f"{key}json")
        st.caption("The same answer, in Python")
        st.code(python_lines(request), language="python", wrap_lines=True)


def python_lines(request: Mapping[str, Any]) -> str:
    """Return the Python lines that compute an answer again."""
    return (
        "from synverify_core.experiments.eigenvalues.services import inspect\n"
        f"answer = inspect({dict(request)!r})"
    )
