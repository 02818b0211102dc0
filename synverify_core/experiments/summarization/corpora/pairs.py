"""What a corpus is: pairs of article and summary, and the words that tell two of them apart."""

import hashlib
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

_WORD = re.compile(r"[a-z0-9]+")


class Pair(NamedTuple):
    """One article and the summary that a human wrote for it.

    source : package and module, or file and split.
    name : qualified name, or the row's id.
    """

    article: str
    summary: str
    source: str
    name: str


class Corpus(NamedTuple):
    """Pairs to train and to test on; no article of one side is on another.

    validation : what settings are chosen by; no model is trained on it, no shown number uses it.
        Empty where the data have none.
    unpaired : more texts like the articles, from the training side, for language modelling.
    fingerprint : what the corpus was made of: spec, packages or files, counts, hash of all texts.
    notes : sentences for the reader: what was dropped and what to be careful about.
    """

    train: list[Pair]
    validation: list[Pair]
    test: list[Pair]
    unpaired: list[str]
    fingerprint: dict[str, Any]
    notes: list[str]


def words(text: str) -> list[str]:
    """Return the words that Rouge sees: runs of a-z and 0-9 of the lower-cased text."""
    return _WORD.findall(text.lower())


def normal_form(text: str) -> str:
    """Return the text without case, punctuation and white space; whole text if nothing is left."""
    return " ".join(words(text)) or " ".join(text.lower().split())


def text_hash(*parts: Iterable[Pair] | Iterable[str]) -> str:
    """Return a hash over all texts and their order, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        for item in part:
            for text in (item,) if isinstance(item, str) else item:
                digest.update(text.encode("utf8", "surrogatepass") + b"\0")
        digest.update(b"\1")
    return digest.hexdigest()[:16]
