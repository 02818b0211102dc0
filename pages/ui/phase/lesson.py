"""The lesson beside the picture: one step a line, checked against what the picture shows."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.phase.lesson_steps import STEPS, Check, Step
from pages.ui.phase.view import PAGE, numbers
from pages.ui.shared.state import change, keep


def show(view: Mapping[str, Any]) -> None:
    """Draw the open step; nothing where the lesson is closed."""
    number = view["lesson"]
    if number == 0:
        return
    step = STEPS[number - 1]
    with st.container(border=True, key="lesson"):
        predict, move, way = st.columns([10, 11, 2.5], gap="medium")
        with predict:
            guess = st.radio(
                f"**{number} of {len(STEPS)} · {step.title}** {step.question} *Predict:*",
                step.options,
                index=None,
                horizontal=True,
                key=f"lesson:guess:{number}",
                on_change=keep,
            )
        with move:
            verdict = _verdict(step.check(view, numbers(view)), step, guess)
            st.markdown(f":small[**Move.** {step.move}]  \n:small[{verdict}]")
        with way:
            _ways(number)


def _ways(number: int) -> None:
    with st.container(horizontal=True, wrap=False, gap=None, horizontal_alignment="right"):
        for label, help_text, target, enabled in (
            (":material/arrow_back:", "Previous step", number - 1, number > 1),
            (":material/arrow_forward:", "Next step", number + 1, number < len(STEPS)),
            (":material/close:", "Close the lesson", 0, True),
        ):
            st.button(
                label,
                help=help_text,
                key=f"lesson:{help_text}",
                type="tertiary",
                disabled=not enabled,
                on_click=change,
                args=(PAGE, {"lesson": target}),
            )


def _verdict(check: Check, step: Step, guess: str | None) -> str:
    if not check.reached:
        return f":material/radio_button_unchecked: **Not yet:** {check.why}"
    if guess is None:
        prediction = "*(No prediction this time; the next step asks again.)*"
    elif guess == step.answer:
        prediction = f"**You predicted it: {step.answer}.**"
    else:
        prediction = f"**You predicted “{guess}”; it is “{step.answer}”.**"
    return f":green[:material/check_circle: **Right:**] {check.why} {prediction}"
