"""The docstring corpus on disk, as JSON lines: made once for each set of package versions."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from synverify_core.errors import StoreError
from synverify_core.experiments.summarization.corpora.docstring_corpus import docstring_corpus
from synverify_core.experiments.summarization.corpora.packages import versions
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair
from synverify_core.files import make_folder, whole_file

_PARTS = ("train", "validation", "test", "unpaired")
VERSION = 2  # of everything that turns source files into pairs


def cached_docstrings(selected: str, cache: Path | None) -> Corpus:
    """Return the docstring corpus from the cache folder, or make it and keep it there.

    Raises
    ------
    StoreError
        If the file is there but cannot be read, or cannot be written.
    """
    if cache is None:
        return docstring_corpus(selected)
    path = corpus_path(selected, cache)
    if path.exists():
        return read_corpus(path)
    corpus = docstring_corpus(selected)
    write_corpus(path, corpus)
    return corpus


def corpus_path(selected: str, cache: Path) -> Path:
    """Return where the corpus of these packages, as they are installed now, is kept."""
    identity = json.dumps([VERSION, selected, versions(selected)], sort_keys=True)
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return cache / f"docstrings-{key}.jsonl"


def _lines(corpus: Corpus) -> Iterator[object]:
    parts: list[Sequence[object]] = [getattr(corpus, name) for name in _PARTS]
    sizes = [len(part) for part in parts]
    yield {"sizes": sizes, "fingerprint": corpus.fingerprint, "notes": corpus.notes}
    for part in parts:
        yield from part


def write_corpus(path: Path, corpus: Corpus) -> None:
    """Write a corpus as JSON lines: its facts, then every pair and text.

    Raises
    ------
    StoreError
        If the folder cannot be made or written.
    """
    make_folder(path.parent)
    with whole_file(path) as partial, partial.open("w", encoding="utf8") as file:
        file.writelines(json.dumps(line) + "\n" for line in _lines(corpus))


def read_corpus(path: Path) -> Corpus:
    """Read what `write_corpus` wrote.

    Raises
    ------
    StoreError
        If the file cannot be read, or is none of these.
    """
    try:
        with path.open(encoding="utf8") as file:
            head, *rows = [json.loads(line) for line in file]
        if len(rows) != sum(head["sizes"]):
            raise ValueError(f"{len(rows)} lines instead of {sum(head['sizes'])}")
        lines = iter(rows)
        *sides, unpaired = (list(islice(lines, int(size))) for size in head["sizes"])
        train, validation, test = ([Pair(*row) for row in side] for side in sides)
        texts = [str(row) for row in unpaired]
        return Corpus(train, validation, test, texts, head["fingerprint"], head["notes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The corpus in {path} cannot be read ({error}). Delete this file to make it again."
        ) from error
