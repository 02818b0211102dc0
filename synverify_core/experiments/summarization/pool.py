"""Articles with the generator's summaries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError, StoreError

FIELDS = ("articles", "summaries", "similarity", "log_probability", "weak_log_probability")
TEXTS_NAME, SCORES_NAME = "texts.jsonl", "scores.npz"
TEXTS = {"articles": "article", "summaries": "summary", "references": "reference"}
"""Field of the pool -> key of a line."""
SCORES = ("similarity", "log_probability", "weak_log_probability", "ended")


@dataclass(frozen=True)
class SummaryPool:
    """Synthesized samples, one an article.

    articles, summaries, references : what was read, what the generator wrote, what a human wrote.
    similarity : Rouge-1 F of the generator's summary against the human one, in [0, 1] (n,).
    log_probability : mean log-probability per token of the summary under its generator (n,),
        natural logarithm.
    weak_log_probability : the same under the weak supervisor, if there is one.
    ended : whether the generator ended its summary by itself; others are cut (n,). None: all are.
    """

    articles: Sequence[str]
    summaries: Sequence[str]
    references: Sequence[str]
    similarity: NDArray[np.float64]
    log_probability: NDArray[np.float64]
    weak_log_probability: NDArray[np.float64] | None = None
    ended: NDArray[np.bool_] | None = None

    def __getitem__(self, field: str) -> Any:
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise InputError(f"{field} is not a field of these samples; they have {known}")
        values = getattr(self, field)
        if values is None:
            raise InputError(f"{field} was not computed for these samples")
        return values

    def __len__(self) -> int:
        return len(self.articles)

    def take(self, indices: NDArray[np.intp]) -> "SummaryPool":
        """Return the samples at `indices`."""
        texts: dict[str, Any] = {
            name: [getattr(self, name)[place] for place in indices] for name in TEXTS
        }
        scores: dict[str, Any] = {name: getattr(self, name)[indices] for name in self._scores}
        return SummaryPool(**texts, **scores)

    def join(self, others: Sequence["SummaryPool"]) -> "SummaryPool":
        """Return these samples, followed by those of the others."""
        pools = [self, *others]
        texts: dict[str, Any] = {
            name: [text for pool in pools for text in getattr(pool, name)] for name in TEXTS
        }
        scores: dict[str, Any]
        shared = [name for name in SCORES if all(name in pool._scores for pool in pools)]
        scores = {name: np.concatenate([getattr(pool, name) for pool in pools]) for name in shared}
        return SummaryPool(**texts, **scores)

    @property
    def _scores(self) -> list[str]:
        return [name for name in SCORES if getattr(self, name) is not None]


def save_pool(pool: SummaryPool, folder: Path) -> None:
    """Write texts as JSON lines, one an article, and scores as npz."""
    columns = [getattr(pool, field) for field in TEXTS]
    with (folder / TEXTS_NAME).open("w", encoding="utf8") as file:
        for row in zip(*columns, strict=True):
            file.write(json.dumps(dict(zip(TEXTS.values(), row, strict=True))) + "\n")
    scores: dict[str, Any] = {name: getattr(pool, name) for name in SCORES}
    present = {name: values for name, values in scores.items() if values is not None}
    np.savez(folder / SCORES_NAME, **present)


def load_pool(folder: Path) -> SummaryPool:
    """Read what `save_pool` wrote."""
    with (folder / TEXTS_NAME).open(encoding="utf8") as file:
        rows = [json.loads(line) for line in file]
    with (folder / SCORES_NAME).open("rb") as arrays, np.load(arrays) as stored:
        scores = {name: stored[name] for name in stored.files}
    columns: dict[str, Any] = {field: [row[name] for row in rows] for field, name in TEXTS.items()}
    if len(rows) != len(scores["similarity"]):
        raise StoreError(f"{folder}: {len(rows)} texts, {len(scores['similarity'])} scores")
    return SummaryPool(**columns, **scores)
