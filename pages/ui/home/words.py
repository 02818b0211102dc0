"""What the front page says, in everyday words."""

import streamlit as st

from pages.ui.home.picture import DIMENSION, N_SAMPLES, PHI, PSI, SEPARATION
from pages.ui.shared.glossary import explained
from synverify_core.theory.breakdown import p_star

TITLE = "Can a model learn from what a model wrote?"
PAPER = "https://arxiv.org/abs/2406.07515"


# A little smaller than Streamlit's text, so that the doors are seen at once, too.
SIZE = "<style>.st-key-ideas p {{ font-size: {size}; line-height: 1.45; }}</style>"


def percent(share: float) -> str:
    """Write a share as the page does: 80 %."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def ideas() -> tuple[tuple[str, str], ...]:
    """Return the three ideas as title and text."""
    return (
        (
            "{collapse}",
            "Models learn more and more from what other models wrote, mistakes included. Past a "
            "point, whoever learns all of it learns the mistakes.",
        ),
        (
            "A {verifier}",
            "It keeps some labels and drops the others. It need not know the answers, only keep "
            "right labels more often than wrong ones.",
        ),
        (
            "What {p_star} buys",
            f"This one keeps {percent(PHI)} of the right and {percent(PSI)} of the wrong "
            "labels. That alone says, before any training, how many wrong labels it can carry: "
            rf"p\* = {percent(p_star(PHI, PSI))}, instead of {percent(p_star(1, 1))}.",
        ),
    )


def show(*, large: bool) -> None:
    """Draw the three ideas side by side; `large` is the size for a lecture hall."""
    st.html(SIZE.format(size="max(1rem, 1.5vw)" if large else "0.95rem"))
    with st.container(key="ideas"):
        for column, (title, text) in zip(st.columns(3, gap="medium"), ideas(), strict=True):
            explained(f"**{title}**  \n{text}", column.markdown)


def source() -> None:
    """Say where the picture's numbers come from, and name the paper."""
    st.caption(
        "Computed by the retraining law, mistakes at random "
        f"(n = {N_SAMPLES:,}, d = {DIMENSION}, k = {SEPARATION:g}). Paper: "
        f"[Feng et al. 2024, Beyond Model Collapse]({PAPER})."
    )
