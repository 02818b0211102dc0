"""The docstring corpus on disk, as JSON lines: made once for each set of package versions."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from synverify_core.errors import StoreError
from synverify_core.experiments.summarization.corpora.docstring_corpus import docstring_corpus
from synverify_core.experiments.summarization.corpora.packages import versions
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair
from synverify_core.files import make_folder, whole_file

VERSION = 1  # of everything that turns source files into pairs


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
        return _read(path)
    corpus = docstring_corpus(selected)
    _write(path, corpus)
    return corpus


def corpus_path(selected: str, cache: Path) -> Path:
    """Return where the corpus of these packages, as they are installed now, is kept."""
    identity = json.dumps([VERSION, selected, versions(selected)], sort_keys=True)
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return cache / f"docstrings-{key}.jsonl"


def _lines(corpus: Corpus) -> Iterator[object]:
    sizes = [len(corpus.train), len(corpus.test), len(corpus.unpaired)]
    yield {"sizes": sizes, "fingerprint": corpus.fingerprint, "notes": corpus.notes}
    yield from corpus.train
    yield from corpus.test
    yield from corpus.unpaired


def _write(path: Path, corpus: Corpus) -> None:
    make_folder(path.parent)
    with whole_file(path) as partial, partial.open("w", encoding="utf8") as file:
        file.writelines(json.dumps(line) + "\n" for line in _lines(corpus))


def _read(path: Path) -> Corpus:
    try:
        with path.open(encoding="utf8") as file:
            head, *rows = [json.loads(line) for line in file]
        n_train, n_test, n_unpaired = head["sizes"]
        if len(rows) != n_train + n_test + n_unpaired:
            raise ValueError(f"{len(rows)} lines instead of {n_train + n_test + n_unpaired}")
        pairs = [Pair(*row) for row in rows[: n_train + n_test]]
        unpaired = [str(row) for row in rows[n_train + n_test :]]
        return Corpus(
            pairs[:n_train], pairs[n_train:], unpaired, head["fingerprint"], head["notes"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The corpus in {path} cannot be read ({error}). Delete this file to make it again."
        ) from error
