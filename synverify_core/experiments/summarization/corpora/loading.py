"""One door to every corpus: load by name, cut to size, refuse what is too small."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair, text_hash, words
from synverify_core.experiments.summarization.corpora.spec import Spec, check_spec

SMALLEST_TRAIN = 20


def load_corpus(
    spec: str,
    *,
    max_train: int = 0,
    max_test: int = 0,
    article_column: str = "text",
    summary_column: str = "summary",
    seed: int = 0,
    cache: Path | None = None,
    fitting: Callable[[Sequence[str]], Sequence[bool]] | None = None,
) -> Corpus:
    """Return the pairs of a corpus, cleaned, split and in an order that the seed decides.

    spec : `docstrings`, `digitalgov`, `jsonl:PATH`, `csv:PATH`, `parquet:PATH`,
        `xlsum[:LANGUAGE]` or `hub:OWNER/NAME[@REVISION][:FOLDER]`.
    max_train, max_test : largest number of pairs (count), 0 for all; a smaller number gives a part
        of what a larger one gives. Pairs for validation are as many as for the test at most.
    article_column, summary_column : names in files and hub data sets.
    seed : draws the order, and the split where the data have none; never that of docstrings.
    cache : folder for the docstring corpus (seconds to make); nothing: it is made anew.
    fitting : tells which summaries a model's block holds; training pairs whose summary is longer
        are left out and counted.

    Raises
    ------
    InputError
        If the corpus is not there or not readable, has no such columns or fewer than 20 train
        pairs.
    StoreError
        If a file of the cache cannot be read or written.
    """
    parsed = check_spec(spec)
    if max_train < 0 or 0 < max_train < SMALLEST_TRAIN:
        raise InputError(f"max_train = {max_train} must be 0 (all) or at least {SMALLEST_TRAIN}")
    if max_test < 0:
        raise InputError(f"max_test = {max_test} must be 0 (all) or positive")
    whole = _load(parsed, article_column, summary_column, seed, cache)
    if fitting:
        whole = _without_long_summaries(whole, fitting)
    if len(whole.train) < SMALLEST_TRAIN or not whole.test:
        raise InputError(
            f"corpus = {spec}: {len(whole.train)} train and {len(whole.test)} test pairs are left "
            f"after cleaning; at least {SMALLEST_TRAIN} and 1 are needed. " + " ".join(whole.notes)
        )
    return _cut(whole, spec, max_train, max_test, seed)


def _cut(whole: Corpus, spec: str, max_train: int, max_test: int, seed: int) -> Corpus:
    rng = np.random.default_rng([seed, 2_024])
    train, test = _part(whole.train, max_train, rng), _part(whole.test, max_test, rng)
    validation = _part(whole.validation, max_test, rng)
    parts = {"train": train, "validation": validation, "test": test}
    fingerprint: dict[str, Any] = {
        "spec": spec,
        **whole.fingerprint,
        "counts": {name: len(side) for name, side in parts.items()},
        "available": {name: len(getattr(whole, name)) for name in parts},
        "hash": text_hash(*parts.values(), whole.unpaired),
    }
    notes = whole.notes + _unseen_by_rouge(train + test)
    return Corpus(train, validation, test, whole.unpaired, fingerprint, notes)


def _load(
    spec: Spec, article_column: str, summary_column: str, seed: int, cache: Path | None
) -> Corpus:
    # Imported here: the page process reads the name of a corpus and nothing of what is below.
    if spec.kind == "docstrings":
        from synverify_core.experiments.summarization.corpora.cached import cached_docstrings

        return cached_docstrings(spec.target, cache)
    if spec.kind == "digitalgov":
        from synverify_core.experiments.summarization.corpora.digitalgov import read_digitalgov

        return read_digitalgov()
    if spec.kind == "hub":
        from synverify_core.experiments.summarization.corpora.hub import read_hub

        return read_hub(spec, article_column, summary_column, seed)
    from synverify_core.experiments.summarization.corpora.files import read_files

    return read_files(spec, article_column, summary_column, seed)


def _without_long_summaries(
    corpus: Corpus, fitting: Callable[[Sequence[str]], Sequence[bool]]
) -> Corpus:
    short = fitting([pair.summary for pair in corpus.train])
    kept = [pair for pair, fits in zip(corpus.train, short, strict=True) if fits]
    left_out = len(short) - len(kept)
    if not left_out:
        return corpus
    note = (
        f"{left_out:,} of {len(short):,} train pairs are left out: the block does not hold their "
        "summaries, which are never cut"
    )
    fingerprint = {**corpus.fingerprint, "summaries_too_long": left_out}
    return corpus._replace(train=kept, fingerprint=fingerprint, notes=[*corpus.notes, note])


def _part(pairs: list[Pair], largest: int, rng: np.random.Generator) -> list[Pair]:
    order = rng.permutation(len(pairs))
    return [pairs[i] for i in order[: largest or None]]


def _unseen_by_rouge(pairs: list[Pair]) -> list[str]:
    lost = sum(not words(pair.summary) for pair in pairs)
    if not lost:
        return []
    return [
        f"{lost:,} of {len(pairs):,} summaries ({lost / len(pairs):.1%}) have no letter a-z and no "
        "digit: Rouge's tokenizer drops them whole, their score is always 0"
    ]
