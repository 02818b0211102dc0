"""Kinds of articles: what a verifier may keep more or less of, whatever their summaries are."""

import numpy as np

from synverify_core.experiments.summarization.pool import SummaryPool
from synverify_core.measuring import Strata, bands, crossed

LENGTHS = ("short article", "middling article", "long article")
WORDS = ("short words", "middling words", "long words")


def strata(pool: SummaryPool) -> Strata:
    """Cross the articles' length (words) with the mean length of their words, each in thirds."""
    split = [article.split() for article in pool.articles]
    lengths = [len(words) for words in split]
    letters = [sum(map(len, words)) / max(1, len(words)) for words in split]
    names, labels = crossed(bands(lengths, LENGTHS), bands(letters, WORDS))
    number = {text: place for place, text in enumerate(dict.fromkeys(pool.summaries))}
    return Strata(
        names,
        labels,
        answers=np.array([number[text] for text in pool.summaries]),
        words=np.array([len(text.split()) for text in pool.summaries], dtype=float),
    )
