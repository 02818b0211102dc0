"""Rows of a file or a hub data set as a corpus: empty rows, duplicates, and a split if needed."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from synverify_core.errors import InputError, brief, cut
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair, normal_form

TEST_SHARE = 0.1
SMALLEST_TEST, LARGEST_TEST = 5, 2_000
_LOOKED_AT = 2_000
_ACROSS = "repeats an article that is held out"


class Columns(NamedTuple):
    """Which columns hold the texts."""

    article: str
    summary: str

    def check(self, existing: Iterable[str], where: str, *, listed: bool = True) -> None:
        """Refuse data without these columns; `listed`: say which there are, not how many.

        Raises
        ------
        InputError
            If one is not there.
        """
        names = [str(name) for name in existing]
        there = ", ".join(cut(name, 40) for name in names[:20]) if listed else len(names)
        for field, column in (("article_column", self.article), ("summary_column", self.summary)):
            if column not in names:
                has = f"it has: {there or 'none'}" if listed else f"it has {there} others"
                raise InputError(f"{field} = {brief(column)} is not a column of {where}; {has}")


class PairReader:
    """Turns rows into pairs and counts what it leaves out."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.dropped: Counter[str] = Counter()

    def pairs(self, rows: Iterable[Mapping[str, Any]], source: str) -> Iterator[Pair]:
        """Yield the rows that have both texts."""
        for number, row in enumerate(rows, start=1):
            article, summary = row.get(self.columns.article), row.get(self.columns.summary)
            if not isinstance(article, str) or not isinstance(summary, str):
                self.dropped["article or summary is no text"] += 1
            elif not article.strip() or not summary.strip():
                self.dropped["empty article or summary"] += 1
            else:
                name = row.get("id", row.get("url"))
                label = str(name) if name not in (None, "") else f"row {number}"
                yield Pair(article.strip(), summary.strip(), source, label)


def corpus_of_rows(
    train: Iterable[Pair],
    test: Iterable[Pair] | None,
    validation: Iterable[Pair],
    dropped: Counter[str],
    seed: int,
    fingerprint: dict[str, Any],
) -> Corpus:
    """Return a corpus without repeated articles; without a test side a tenth is drawn for it."""
    test_pairs, seen = distinct(test or (), set(), dropped, "repeated article")
    apart, also_seen = distinct(validation, seen, dropped, _ACROSS)
    train_pairs, _ = distinct(train, seen | also_seen, dropped, _ACROSS)
    notes = []
    if test is None:
        train_pairs, test_pairs = _split(train_pairs, seed)
        notes.append(
            f"no split in the data: {len(test_pairs):,} of "
            f"{len(train_pairs) + len(test_pairs):,} pairs drawn as test set with seed {seed}"
        )
    if dropped:
        notes.append("dropped: " + ", ".join(f"{n:,} {why}" for why, n in dropped.most_common()))
    notes += _copied(train_pairs + test_pairs)
    fingerprint = {**fingerprint, "dropped": dict(dropped.most_common())}
    return Corpus(train_pairs, apart, test_pairs, [], fingerprint, notes)


def distinct(
    pairs: Iterable[Pair], other_side: set[bytes], dropped: Counter[str], across: str
) -> tuple[list[Pair], set[bytes]]:
    """Return pairs of distinct articles, and their marks; what is left out is counted.

    other_side : marks of articles that are not kept, counted as `across`.
    """
    kept: list[Pair] = []
    seen: set[bytes] = set()
    for pair in pairs:
        # Marks instead of texts: a large corpus would be in memory twice.
        normal = " ".join(pair.article.lower().split()).encode("utf8", "surrogatepass")
        article = hashlib.blake2b(normal, digest_size=16).digest()
        if article in other_side:
            dropped[across] += 1
        elif article in seen:
            dropped["repeated article"] += 1
        else:
            seen.add(article)
            kept.append(pair)
    return kept, seen


def _split(pairs: list[Pair], seed: int) -> tuple[list[Pair], list[Pair]]:
    n_test = min(max(round(TEST_SHARE * len(pairs)), SMALLEST_TEST), LARGEST_TEST, len(pairs))
    order = np.random.default_rng([seed, 6_2]).permutation(len(pairs))
    test = set(order[:n_test].tolist())
    return (
        [pair for i, pair in enumerate(pairs) if i not in test],
        [pair for i, pair in enumerate(pairs) if i in test],
    )


def _copied(pairs: list[Pair]) -> list[str]:
    looked = pairs[:: len(pairs) // _LOOKED_AT + 1]
    count = sum(normal_form(pair.summary) in normal_form(pair.article) for pair in looked)
    if count < 0.05 * len(looked) or not count:
        return []
    return [
        f"{count:,} of {len(looked):,} summaries looked at ({count / len(looked):.0%}) stand word "
        "for word in their article: copying the lead scores high on this corpus"
    ]
