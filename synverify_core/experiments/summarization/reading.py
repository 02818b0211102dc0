"""A stored pool as a reader needs it: all scores at hand, an article from the file when asked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.summarization.pool import (
    SCORES_NAME,
    TEXTS,
    TEXTS_NAME,
    SummaryPool,
)
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.text import words

BEGINNING = 300
"""Characters of an article that are kept in memory, to be searched."""
_LINES_AT_ONCE = 2_000


@dataclass(frozen=True)
class ReadPool:
    """Scores and summaries of a pool; its articles, by far the longest texts, stay on disk.

    beginnings, summaries, references : the article's first characters, what the generator wrote,
        what a human wrote.
    scores : by name, (n,): similarity, log_probability, lead_overlap, words, and
        weak_log_probability if there was a supervisor.
    places : where each article's line begins in the file, in bytes (n,).
    """

    path: Path
    beginnings: list[str]
    summaries: list[str]
    references: list[str]
    scores: dict[str, NDArray[np.float64]]
    places: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.summaries)

    def __getitem__(self, field: str) -> NDArray[np.float64] | list[str]:
        """Return a field that a verifier reads.

        Raises
        ------
        InputError
            If the pool does not have it.
        """
        if field == "summaries":
            return self.summaries
        if field not in self.scores:
            raise InputError(f"{field} was not computed for these samples")
        return self.scores[field]

    def article(self, index: int) -> str:
        """Read one article from the file.

        Raises
        ------
        StoreError
            If the file is gone, or is no longer the one that was read.
        """
        path = self.path / TEXTS_NAME
        try:
            with path.open("rb") as file:
                file.seek(int(self.places[index]))
                row = json.loads(file.readline())
            if row[TEXTS["summaries"]] != self.summaries[index]:
                raise ValueError("it has been written anew")
            return str(row[TEXTS["articles"]])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{path} cannot be read: {error}") from error


def read_pool(folder: Path) -> ReadPool:
    """Read a pool once, line by line, and score what needs no model.

    Raises
    ------
    StoreError
        If a file is missing or damaged, or texts and scores do not belong together.
    """
    beginnings: list[str] = []
    summaries: list[str] = []
    references: list[str] = []
    overlaps: list[NDArray[np.float64]] = []
    places: list[int] = []
    try:
        scores = _stored_scores(folder / SCORES_NAME)
        with (folder / TEXTS_NAME).open("rb") as file:
            for part, begins in _parts(file):
                beginnings += [article[:BEGINNING] for article in part.articles]
                summaries += part.summaries
                references += part.references
                overlaps.append(_lead_overlap(part))
                places += begins
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The pool in {folder} cannot be read: {error}") from error
    if len(summaries) != len(scores["similarity"]):
        raise StoreError(
            f"The pool in {folder} has {len(summaries)} texts and "
            f"{len(scores['similarity'])} scores: delete this folder to make it again"
        )
    scores["lead_overlap"] = np.concatenate(overlaps)
    scores["words"] = np.array([len(words(summary)) for summary in summaries], dtype=np.float64)
    return ReadPool(folder, beginnings, summaries, references, scores, np.array(places))


def _stored_scores(path: Path) -> dict[str, NDArray[np.float64]]:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float64) for name in stored.files}


def _parts(file: Iterator[bytes]) -> Iterator[tuple[SummaryPool, list[int]]]:
    """Go through the lines, some at a time, with the place at which each begins."""
    place = 0
    while lines := list(islice(file, _LINES_AT_ONCE)):
        begins = [place + int(step) for step in np.cumsum([0, *map(len, lines)])]
        place = begins.pop()
        rows = [json.loads(line) for line in lines]
        columns: dict[str, Any] = {
            field: [str(row[key]) for row in rows] for field, key in TEXTS.items()
        }
        unknown = np.empty(0)
        yield SummaryPool(**columns, similarity=unknown, log_probability=unknown), begins


def _lead_overlap(part: SummaryPool) -> NDArray[np.float64]:
    verifier = parse("lead_overlap")
    return np.asarray(verifier.score(part, np.random.default_rng(0)), dtype=np.float64)
