"""A few pairs of a corpus, and how long all of it takes to read."""

import time
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.corpora.pairs import Pair
from synverify_core.experiments.summarization.corpora.spec import FILE_KINDS, Spec, check_spec

_FILES, _ROWS = 100, 300


class Sample(NamedTuple):
    """Some pairs, and the seconds that it takes to read the whole corpus (estimated)."""

    pairs: Sequence[Pair]
    seconds: float


def sample_corpus(config: SummarizationConfig) -> Sample:
    """Read every so many of the source files, or the first rows of a file.

    A data set of the hub is not touched, since that may download it: its articles are taken to
    fill the block, its reading to be quick.

    Raises
    ------
    InputError
        If the files are not there or not readable.
    """
    spec = check_spec(config.corpus)
    if spec.kind == "digitalgov":
        found = _announcements()
    elif spec.kind == "docstrings":
        found = _docstrings(spec.target)
    elif spec.kind in FILE_KINDS:
        found = _rows(spec, config)
    else:
        found = Sample([], 0.0)
    return found if found.pairs else Sample(_made_up(config), found.seconds)


def _docstrings(selected: str) -> Sample:
    from synverify_core.experiments.summarization.corpora.docstring_corpus import corpus_of
    from synverify_core.experiments.summarization.corpora.packages import sources, versions

    began = time.monotonic()
    every = list(sources(versions(selected), selected))
    listed = time.monotonic() - began
    some = every[:: max(1, len(every) // _FILES)]
    corpus = corpus_of(some)
    reading = (time.monotonic() - began - listed) * len(every) / max(1, len(some))
    return Sample(corpus.train + corpus.test, listed + reading)


def _announcements() -> Sample:
    from synverify_core.experiments.summarization.corpora.digitalgov import read_digitalgov

    began = time.monotonic()
    pairs = read_digitalgov().train[:_ROWS]
    return Sample(pairs, time.monotonic() - began)


def _rows(spec: Spec, config: SummarizationConfig) -> Sample:
    from synverify_core.experiments.summarization.corpora.files import READERS, find_sides
    from synverify_core.experiments.summarization.corpora.rows import Columns, PairReader

    began = time.monotonic()
    columns = Columns(config.article_column, config.summary_column)
    sides = find_sides(spec)
    rows = READERS[spec.kind](sides.train[0], columns)
    pairs = list(PairReader(columns).pairs(islice(rows, _ROWS), sides.train[0].name))
    seconds = time.monotonic() - began
    size = sum(path.stat().st_size for path in sides.train + sides.test)
    read = sum(len(pair.article.encode()) + len(pair.summary.encode()) for pair in pairs)
    return Sample(pairs, seconds * max(1.0, size / max(1, read)))


def _made_up(config: SummarizationConfig) -> list[Pair]:
    return [Pair("the value " * config.block_size, "the value of the value", "", "")]
