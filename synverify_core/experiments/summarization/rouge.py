"""Rouge-1 of many pairs of texts: rouge-score's numbers, each distinct word stemmed once."""

from collections.abc import Sequence
from functools import cache
from string import ascii_lowercase, digits

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError

# What rouge-score takes for a word: a run of these. A table of bytes is four times as fast as
# its regular expression, and whatever ASCII lacks becomes a question mark, a gap like others.
_KNOWN = (ascii_lowercase + digits).encode()
_GAPS = bytes(byte if byte in _KNOWN else ord(" ") for byte in range(256))


class _Tokens(dict[bytes, str]):
    """The token that rouge-score makes of a word, asked there when the word is met first."""

    def __init__(self) -> None:
        from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped]
        from rouge_score.tokenize import tokenize  # type: ignore[import-untyped]

        super().__init__()
        self._stemmer = PorterStemmer()
        self._tokenize = tokenize

    def __missing__(self, word: bytes) -> str:
        (token,) = map(str, self._tokenize(word.decode(), self._stemmer))
        self[word] = token
        return token


@cache
def _memo() -> _Tokens:
    return _Tokens()


def rouge1(predictions: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
    """Rouge-1 F-measure of each prediction against its reference, with Porter stems.

    The numbers of `rouge_score.rouge_scorer.RougeScorer(["rouge1"], use_stemmer=True)`, bit by bit.

    Parameters
    ----------
    predictions, references : as many texts of each; the order of the two does not matter.

    Returns
    -------
    ndarray, shape (n,)
        In [0, 1]; 0 where either text has no token: rouge-score knows the letters a to z and the
        digits alone.

    Raises
    ------
    InputError
        If there are not as many predictions as references.
    """
    if len(predictions) != len(references):
        raise InputError(
            f"predictions has {len(predictions)} texts and references {len(references)}: they are "
            "compared in pairs"
        )
    pairs = zip(predictions, references, strict=True)
    counts = [_overlap(_tokens(one), _tokens(other)) for one, other in pairs]
    shared, predicted, expected = np.array(counts, dtype=np.int64).reshape(-1, 3).T
    precision = shared / np.maximum(predicted, 1)
    recall = shared / np.maximum(expected, 1)
    both = precision + recall
    # In this order of operations, because another one rounds differently.
    return np.asarray(2 * precision * recall / np.where(both > 0, both, 1.0))


def _words(text: str) -> list[bytes]:
    return text.lower().encode("ascii", "replace").translate(_GAPS).split()


def _tokens(text: str) -> list[str]:
    return list(map(_memo().__getitem__, _words(text)))


def _overlap(predicted: list[str], expected: list[str]) -> tuple[int, int, int]:
    """Return the number of shared tokens, each as often as both have it, and of all in each."""
    open_tokens: dict[str, int] = {}
    for token in predicted:
        open_tokens[token] = open_tokens.get(token, 0) + 1
    shared = 0
    for token in expected:
        left = open_tokens.get(token, 0)
        if left:
            open_tokens[token] = left - 1
            shared += 1
    return shared, len(predicted), len(expected)
