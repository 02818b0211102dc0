"""Where two texts share words, as Rouge-1 counts them."""

import re
from collections import Counter
from functools import cache
from typing import Any

_WORD = re.compile("[A-Za-z0-9]+")

Span = tuple[int, int]


def shared_words(text: str, other: str) -> list[Span]:
    """Return begin and end of each word of `text` that `other` has, too.

    Words are compared as rouge-score compares them, by Porter stem; one that `other` has once is
    marked once. Their number is the overlap that Rouge-1 divides.
    """
    left = Counter(_token(match.group()) for match in _WORD.finditer(other))
    spans = []
    for match in _WORD.finditer(text):
        token = _token(match.group())
        if left[token] > 0:
            left[token] -= 1
            spans.append(match.span())
    return spans


def unseen(text: str) -> bool:
    """Tell whether a text says something of which Rouge sees nothing, as in other scripts."""
    return bool(text.strip()) and _WORD.search(text) is None


@cache
def _tools() -> tuple[Any, Any]:
    # Seconds to import: only who compares texts pays for it.
    from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped]
    from rouge_score.tokenize import tokenize  # type: ignore[import-untyped]

    return tokenize, PorterStemmer()


def _token(word: str) -> str:
    tokenize, stemmer = _tools()
    (token,) = tokenize(word, stemmer)
    return str(token)
