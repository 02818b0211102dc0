"""The doors of the front page: what can be done here, as cards; a card opens its first page."""

from typing import NamedTuple

import streamlit as st

from pages.ui.shared.chrome import page_link


class Door(NamedTuple):
    """One card.

    links : label, page and parameters of its address; the first one opens on the whole card.
    """

    title: str
    text: str
    links: tuple[tuple[str, str, dict[str, str]], ...]


DOORS = (
    Door(
        "See it",
        "Turn model and verifier by hand: where does learning break?",
        (("Phase transition", "phase_transition", {}),),
    ),
    Door(
        "Watch it",
        "Round after round: collapse or recovery?",
        (("Generations", "generations", {}),),
    ),
    Door(
        "Run it",
        "Train the models here: was p\\* right?",
        (
            ("Gaussian mixtures", "gaussian", {}),
            ("Eigenvalues", "eigenvalues", {}),
            ("Summarization", "summarization", {}),
        ),
    ),
    Door(
        "Read it",
        "Ask a model one question: which answers are kept?",
        (
            ("Type a matrix", "eigenvalues", {"section": "byhand"}),
            ("Paste a text", "summarization", {"section": "byhand"}),
        ),
    ),
    Door(
        "Compare",
        "Which verifier would you choose?",
        (("p\\* and coverage", "eigenvalues", {"section": "checks"}), ("Runs", "runs", {})),
    ),
)

# The link in a card's second line covers the card; those below lie above it.
CARDS = """<style>
[class*="st-key-door-"] { position: relative; padding: 0.7rem 0.9rem 0.6rem; }
[class*="st-key-door-"]:hover { border-color: #2b87d1; box-shadow: 0 0 0 1px #2b87d1; }
[class*="st-key-door-"] p { font-size: 0.9rem; line-height: 1.4; }
[class*="st-key-door-"] strong { font-size: 1.15rem; }
[class*="st-key-door-"] a { padding: 0.2rem 0; margin: 0; }
[class*="st-key-door-"] a p { line-height: 1.2; }
[class*="st-key-door-"] > :nth-child(n + 2) { margin: 0; }
[class*="st-key-door-"] > :nth-child(2), [class*="st-key-door-"] > :nth-child(2) * {
  position: static;
}
[class*="st-key-door-"] > :nth-child(2) a::after { content: ""; position: absolute; inset: 0; }
[class*="st-key-door-"] > :nth-child(n + 3) { position: relative; z-index: 1; }
</style>"""


def show() -> None:
    """Draw the cards in a row."""
    st.html(CARDS)
    for column, door in zip(st.columns(len(DOORS), gap="small"), DOORS, strict=True):
        key = f"door-{door.title}"
        with column, st.container(border=True, height="stretch", key=key, gap=None):
            st.markdown(f"**{door.title}**  \n{door.text}")
            for label, page, parameters in door.links:
                page_link(page, label, icon=":material/arrow_forward:", query_params=parameters)
