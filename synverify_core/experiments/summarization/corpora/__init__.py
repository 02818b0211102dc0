"""Corpora of (article, summary) pairs: docstrings, files, hub data sets."""

from synverify_core.experiments.summarization.corpora.loading import load_corpus
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair
from synverify_core.experiments.summarization.corpora.spec import check_spec

__all__ = ["Corpus", "Pair", "check_spec", "load_corpus"]
