"""Texts that come from outside, made harmless: addresses, names, notes, errors, files, corpora.

Streamlit reads Markdown nearly everywhere, plotly a part of HTML: every text that this project did
not write goes through one of these functions on its way to the screen.
"""

import re
from typing import Any

import pandas as pd

LONGEST = 60
"""Characters of a value inside a sentence; names of files and messages are longer."""
# Also what starts a heading, a list or an underline where it begins a line.
_MARKUP = re.compile(r"(?=[\\`*_\[\]<>&|~$])|(?=:\S)|^(?=[-+=#])|(?<=^\d)(?=[.)])")
_BRACKETS = str.maketrans("<>", "‹›")


def shown(text: Any, longest: int = LONGEST) -> str:
    """Write a text on one line, printable and no longer than so many characters."""
    line = "".join(c if c.isprintable() else " " for c in str(text))
    return line if len(line) <= longest else f"{line[:longest]}…"


def code(text: Any, longest: int = LONGEST) -> str:
    """Return Markdown that shows a value as code, e.g. `metric = bleu`."""
    return f"`{shown(text, longest).replace('`', 'ˋ')}`"


def plain(text: Any, longest: int = 2_000) -> str:
    """Return Markdown that shows a text letter by letter, its line breaks kept."""
    lines = str(text)[: longest + 1].splitlines()
    escaped = (_MARKUP.sub(r"\\", shown(line, longest).strip()) for line in lines)
    return "  \n".join(escaped)


def drawable(value: Any) -> Any:
    """Return a text, or a table with all its texts, without tags for plotly; others as they are."""
    if isinstance(value, pd.DataFrame):
        return value.map(drawable)
    return value.translate(_BRACKETS) if isinstance(value, str) else value
