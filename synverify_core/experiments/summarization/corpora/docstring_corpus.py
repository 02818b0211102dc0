"""The embedded corpus: docstrings of the standard library and the installed packages."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from synverify_core.experiments.summarization.corpora.docstrings import read, whole_text
from synverify_core.experiments.summarization.corpora.near_duplicates import (
    first_alike,
    holds_phrase,
    number_words,
)
from synverify_core.experiments.summarization.corpora.packages import (
    SIDES,
    Source,
    side,
    sources,
    unit,
    versions,
)
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair
from synverify_core.experiments.summarization.corpora.reading import read_docstrings

SAME_SUMMARY = 2


def docstring_corpus(selected: str = "") -> Corpus:
    """Read, clean and split all docstrings.

    selected : packages or standard library modules, parted by commas; nothing: all.
    """
    found = versions(selected)
    corpus = corpus_of(sources(found, selected))
    corpus.fingerprint["packages"] = found
    return corpus


def corpus_of(files: Iterable[Source], *, short_texts: bool = False) -> Corpus:
    """Make a corpus of source files; modules are on one side by their name alone.

    Of texts that are nearly equal one is kept, the test side first, then validation; a training
    text that has a summary of these in it word for word is dropped, as are summaries seen twice
    before; a further text has no pair's summary in it. `short_texts`: further texts are also those
    that are too short for an article, and all of them stand whole.
    """
    files = list(files)
    docstrings, unreadable = read_docstrings(files)
    dropped: Counter[str] = Counter()
    pairs: list[Pair] = []
    texts: list[str] = []
    for docstring in docstrings:
        reading = read(docstring)
        if reading.pair:
            pairs.append(reading.pair)
            continue
        dropped[reading.reason] += 1
        text = whole_text(docstring) if short_texts else reading.text
        if text and side(docstring.module) == "train":
            texts.append(text)
    pairs.sort(
        key=lambda pair: (SIDES.index(side(pair.source)), pair.source, pair.name, pair.article)
    )
    kept, unpaired = _without_repetition(pairs, sorted(texts), dropped)
    test, validation, train = ([pair for pair in kept if side(pair.source) == one] for one in SIDES)
    return Corpus(
        train,
        validation,
        test,
        unpaired,
        {
            "files": len(files),
            "unreadable": len(unreadable),
            "docstrings": len(docstrings),
            "dropped": dict(dropped.most_common()),
            "pairs_by_package": _by_package(train, test),
        },
        _notes([train, validation, test], dropped, unreadable),
    )


def _without_repetition(
    pairs: list[Pair], texts: list[str], dropped: Counter[str]
) -> tuple[list[Pair], list[str]]:
    """Return the pairs and further texts that repeat no earlier one; training pairs come last."""
    bodies = [f"{pair.summary}\n{pair.article.partition(chr(10))[2]}" for pair in pairs]
    numbered = number_words(
        bodies + [text.partition("\n")[2] for text in texts] + [pair.summary for pair in pairs]
    )
    n_all = len(pairs) + len(texts)
    full, summaries = numbered.texts[:n_all], numbered.texts[n_all:]
    n_test = sum(side(pair.source) == "test" for pair in pairs)
    n_apart = sum(side(pair.source) != "train" for pair in pairs)
    alike = first_alike(numbered._replace(texts=full))
    leaks = np.zeros(n_all, dtype=bool)
    leaks[n_test:n_apart] = holds_phrase(full[n_test:n_apart], summaries[:n_test])
    n_pairs = len(pairs)
    leaks[n_apart:n_pairs] = holds_phrase(full[n_apart:n_pairs], summaries[:n_apart])
    leaks[n_pairs:] = holds_phrase(full[n_pairs:], summaries)
    seen: Counter[bytes] = Counter()
    kept: list[Pair] = []
    for number, pair in enumerate(pairs):
        summary = summaries[number].tobytes()
        if leaks[number]:
            dropped["holds a summary of another side"] += 1
        elif alike[number] >= 0:
            across = 0 <= alike[number] < n_apart <= number
            dropped["near-duplicate of another side" if across else "near-duplicate"] += 1
        elif seen[summary] >= (1 if number < n_apart else SAME_SUMMARY):
            dropped["summary seen before"] += 1
        else:
            seen[summary] += 1
            kept.append(pair)
    further = [
        text
        for number, text in enumerate(texts, start=len(pairs))
        if alike[number] < 0 and not leaks[number]
    ]
    return kept, further


def _by_package(train: list[Pair], test: list[Pair]) -> dict[str, list[int]]:
    """Return [train, test] pairs by package, largest first."""
    counts: dict[str, list[int]] = {}
    for place, pairs in enumerate((train, test)):
        for pair in pairs:
            counts.setdefault(pair.source.split(".")[0], [0, 0])[place] += 1
    return dict(sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0])))


def _notes(sides: list[list[Pair]], dropped: Counter[str], unreadable: list[str]) -> list[str]:
    modules = [len({unit(pair.source) for pair in pairs}) for pairs in sides]
    counts = [len(pairs) for pairs in sides]
    notes = [
        f"{counts[0]:,} train pairs of {modules[0]} modules, {counts[1]:,} for validation of "
        f"{modules[1]} others, {counts[2]:,} test pairs of {modules[2]} others; the side of a "
        "module depends on its name alone",
        "dropped: " + ", ".join(f"{n:,} {reason}" for reason, n in dropped.most_common()),
    ]
    if unreadable:
        notes.append(f"{len(unreadable)} files could not be read, the first: {unreadable[0]}")
    return notes
