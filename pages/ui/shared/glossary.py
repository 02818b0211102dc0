"""Terms in sentences: point at one, tap it or reach it with the Tab key to read what it is."""

import html
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.shared.terms import TERMS

# The bubble is as wide as its paragraph, so that it never leaves the screen.
STYLE = """<style>
.term { text-decoration: underline dotted; text-underline-offset: 0.2em; cursor: help; }
p:has(> .term) { position: relative; }
.term:hover::after, .term:focus::after {
  content: attr(data-words);
  position: absolute;
  z-index: 1000;
  left: 0;
  top: calc(100% + 0.3rem);
  width: max-content;
  max-width: min(100%, 32rem);
  padding: 0.4rem 0.7rem;
  border-radius: 0.5rem;
  background: #16202c;
  color: #ffffff;
  box-shadow: 0 0 0 1px #8a929c;
  font: 400 0.9rem/1.4 "Source Sans", sans-serif;
  white-space: normal;
  text-align: left;
}
</style>"""


def words(term: str) -> str:
    """Return what a term means, with its formula."""
    found = TERMS[term]
    return found.words + (f" {found.formula}" if found.formula else "")


def tag(term: str) -> str:
    """Return a term as HTML that explains itself."""
    meaning = html.escape(words(term))
    return (
        f'<abbr class="term" tabindex="0" data-words="{meaning}" aria-description="{meaning}">'
        f"{html.escape(TERMS[term].name).replace('*', '&#42;')}</abbr>"
    )


class _Tags(dict[str, str]):
    def __missing__(self, term: str) -> str:
        return tag(term)


def explained(text: str, write: Callable[..., Any] = st.caption) -> None:
    """Write our own text, never a stranger's; `{p_star}` in it becomes a term that explains itself.

    Parameters
    ----------
    text : Markdown with keys of `TERMS` in braces.
    write : `st.caption`, `st.markdown`, or that of a column.
    """
    write(text.format_map(_Tags()), unsafe_allow_html=True)
