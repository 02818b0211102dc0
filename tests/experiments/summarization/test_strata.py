import numpy as np

from synverify_core.experiments.summarization.pool import SummaryPool
from synverify_core.experiments.summarization.strata import strata


def test_articles_are_told_apart_by_length_and_words():
    articles = ["a " * n for n in (2, 3, 50, 60, 400, 500)]
    articles += ["incomprehensibilities " * n for n in (2, 3, 50, 60, 400, 500)]
    articles += ["words " * n for n in (2, 3, 50, 60, 400, 500)]
    summaries = ["the same", "the same", *(f"number {n}" for n in range(16))]
    zeros = np.zeros(18)
    found = strata(SummaryPool(articles, summaries, summaries, zeros, zeros))
    named = [found.names[label] for label in found.labels]
    assert named[0] == "short article · short words"
    assert named[5] == "long article · short words"
    assert named[11] == "long article · long words"
    assert found.answers[0] == found.answers[1] != found.answers[2]
    assert set(found.words) == {2.0}
