"""The lesson beside the picture: one step a line, checked against what the picture shows."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.phase.handout import handout
from pages.ui.phase.lesson_step import Check, Step
from pages.ui.phase.lesson_steps import STEPS
from pages.ui.phase.view import PAGE, numbers
from pages.ui.shared.share import address_of
from pages.ui.shared.state import change, keep

# The keys are in the buttons' help: beside the arrows there is no room for their names.
NARROW = "<style>.st-key-lesson kbd { display: none; }</style>"


def show(view: Mapping[str, Any]) -> None:
    """Draw the open step; nothing where the lesson is closed."""
    number = view["lesson"]
    if number == 0:
        return
    step = STEPS[number - 1]
    st.html(NARROW)
    with st.container(border=True, key="lesson"):
        predict, move, way = st.columns([10, 10.4, 3.1], gap="medium")
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
            _ways(number, view)


def _ways(number: int, view: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, wrap=False, gap=None, horizontal_alignment="right"):
        ways = (
            (":material/arrow_back:", "Previous step", number - 1, number > 1, "PageUp"),
            (":material/arrow_forward:", "Next step", number + 1, number < len(STEPS), "PageDown"),
            (":material/close:", "Close the lesson", 0, True, None),
        )
        for label, help_text, target, enabled, key in ways:
            st.button(
                label,
                help=f"{help_text} ({key})" if key else help_text,
                key=f"lesson:{help_text}",
                type="tertiary",
                disabled=not enabled,
                shortcut=key,
                on_click=change,
                args=(PAGE, {"lesson": target, **_needed(target, view)}),
            )
        # Made at once: a file that is made on demand is gone once the picture's fragment has run.
        st.download_button(
            ":material/print:",
            handout(address_of(PAGE)),
            "synverify-lesson.html",
            key="lesson:handout",
            help="The whole lesson on paper, with its answers",
            type="tertiary",
            on_click="ignore",
        )


def _needed(number: int, view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layer that a step's settings are in; none is closed that the viewer opened."""
    if not 0 < number <= len(STEPS):
        return {}
    step = STEPS[number - 1]
    return {"advanced": view["advanced"] or step.advanced, "mode": step.mode}


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
