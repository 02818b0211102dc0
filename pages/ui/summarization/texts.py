"""Texts as people read them: shared words marked, nothing of a stranger's markup let through."""

from collections.abc import Sequence
from html import escape

import streamlit as st

_MARK = '<mark style="background: rgba(0, 158, 115, 0.28); color: inherit; border-radius: 3px">'
_STYLE = "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; margin: 0"


def marked(text: str, spans: Sequence[Sequence[int]]) -> str:
    """Return HTML of a text with the spans, in order and apart, marked."""
    parts, last = [], 0
    for begin, end in spans:
        parts += [escape(text[last:begin]), _MARK, escape(text[begin:end]), "</mark>"]
        last = end
    return "".join([*parts, escape(text[last:])])


def show_text(
    text: str, spans: Sequence[Sequence[int]] = (), *, size: float = 1.0, tallest: int = 0
) -> None:
    """Write a text as it is, line breaks too.

    Parameters
    ----------
    size : of its letters, relative to the page's.
    tallest : pixels after which it scrolls; 0: it never does.
    """
    box = f"max-height: {tallest}px; overflow-y: auto" if tallest else ""
    body = marked(text, spans) if text.strip() else "<i>nothing</i>"
    st.html(f'<p style="{_STYLE}; font-size: {size:g}rem; {box}">{body}</p>')
