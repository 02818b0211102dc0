"""A stored pool as a reader needs it: all scores at hand, an article from the file when asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.catalogue import reading, regular
from synverify_core.experiments.summarization.pool import SCORES_NAME, TEXTS, TEXTS_NAME
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.text import words

Scores = dict[str, NDArray[np.float64]]

BEGINNING = 300
"""Characters of an article that are kept in memory, to be searched."""


@dataclass(frozen=True)
class Articles(Sequence[str]):
    """The articles of a pool, by far its longest texts: they stay in the file.

    places : where each article's line begins, in bytes (n,).
    summaries : of the lines that were read, to notice a file that was written anew.
    """

    path: Path
    places: Sequence[int]
    summaries: Sequence[str]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: Any) -> Any:
        """Read one article.

        Raises
        ------
        StoreError
            If the file is gone, or is no longer the one that was read.
        """
        with reading(str(self.path)), regular(self.path).open("rb") as file:
            file.seek(self.places[index])
            row = from_json(file.readline())
            if row[TEXTS["summaries"]] != self.summaries[index]:
                raise ValueError("it has been written anew")
            return str(row[TEXTS["articles"]])

    def __iter__(self) -> Iterator[str]:
        with self.path.open("rb") as file:
            for line in file:
                yield str(from_json(line)[TEXTS["articles"]])


@dataclass(frozen=True)
class ReadPool:
    """Scores and texts of a pool, as a verifier reads them.

    beginnings : the articles' first characters.
    summaries, references : what the generator wrote, what a human wrote.
    scores : by name, (n,): similarity, log_probability, lead_overlap, words, and
        weak_log_probability if there was a supervisor.
    """

    articles: Articles
    beginnings: list[str]
    summaries: list[str]
    references: list[str]
    scores: Scores

    def __len__(self) -> int:
        return len(self.summaries)

    def __getitem__(self, field: str) -> Any:
        """Return a field that a verifier reads.

        Raises
        ------
        InputError
            If the pool does not have it.
        """
        if field in ("summaries", "articles"):
            return getattr(self, field)
        if field not in self.scores:
            raise InputError(f"{field} was not computed for these samples")
        return self.scores[field]


def read_pool(folder: Path) -> ReadPool:
    """Read a pool once, line by line, and score what needs no model.

    Raises
    ------
    StoreError
        If a file is missing or damaged, or texts and scores do not belong together.
    """
    columns: dict[str, list[str]] = {field: [] for field in TEXTS}
    places = [0]
    with reading(f"The pool in {folder}"):
        scores = stored_scores(folder / SCORES_NAME)
        with regular(folder / TEXTS_NAME).open("rb") as file:
            for line in file:
                row = from_json(line)
                for field, key in TEXTS.items():
                    columns[field].append(str(row[key])[: BEGINNING if key == "article" else None])
                places.append(places[-1] + len(line))
        beginnings, summaries, references = columns.values()
        if len(summaries) != len(scores["similarity"]):
            raise StoreError(
                f"The pool in {folder} has {len(summaries)} texts and "
                f"{len(scores['similarity'])} scores: delete this folder to make it again"
            )
        articles = Articles(folder / TEXTS_NAME, places[:-1], summaries)
        pool = ReadPool(articles, beginnings, summaries, references, scores)
        lead = parse("lead_overlap").score(pool, np.random.default_rng(0))
        scores["lead_overlap"] = np.asarray(lead, dtype=np.float64)
        scores["words"] = np.array([len(words(one)) for one in summaries], dtype=np.float64)
        return pool


def stored_scores(path: Path) -> Scores:
    """Read the scores of a pool, each of shape (n,).

    Raises
    ------
    StoreError
        If the file is damaged, or holds something else.
    """
    # numpy leaves a file open that it cannot read.
    with (
        reading(str(path)),
        regular(path).open("rb") as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        scores = {name: np.asarray(stored[name], dtype=np.float64) for name in stored.files}
        similarity = scores["similarity"]
        if not similarity.size or {one.shape for one in scores.values()} != {(similarity.size,)}:
            raise ValueError("it has no scores, or not one of each for every summary")
        if not np.all((similarity >= 0) & (similarity <= 1)):
            raise ValueError("a similarity is outside [0, 1]")
        return scores
