import ast
import itertools
import string
import sysconfig
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from synverify_core.errors import InputError
from synverify_core.experiments.summarization import rouge
from synverify_core.experiments.summarization.rouge import rouge1

SCORER = RougeScorer(["rouge1"], use_stemmer=True)
PACKAGES = ("pandas/core", "numpy/lib", "scipy/signal", "scipy/optimize", "scipy/linalg")


def theirs(predictions, references):
    """F-measures of rouge-score, one pair at a time."""
    pairs = zip(predictions, references, strict=True)
    return np.array([SCORER.score(right, said)["rouge1"].fmeasure for said, right in pairs])


def described():
    """First lines and the texts below them, of libraries that are always there."""
    root = Path(sysconfig.get_paths()["purelib"])
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    first, _, rest = (ast.get_docstring(node) or "").partition("\n\n")
                    if rest:
                        yield first, rest[:200]


@pytest.fixture(scope="module")
def docstrings():
    return list(itertools.islice(described(), 1200))


def test_every_pair_of_a_corpus_has_the_number_of_rouge_score(docstrings):
    assert len(docstrings) == 1200
    first, rest = (list(side) for side in zip(*docstrings, strict=True))
    for said in (rest, first[1:] + first[:1]):
        found = rouge1(said, first)
        np.testing.assert_array_equal(found, theirs(said, first))
        assert 0.01 < found.mean() < 0.9


texts = st.text(st.characters() | st.sampled_from(" aeiousingedly_-.'\n")) | st.lists(
    st.sampled_from("runs running ran flies died agreed hopping 1990s state-of the KELVIN".split())
).map(" ".join)


@given(texts, texts)
@example("", "")
@example("", "a")
@example("\u212aelvin \u0130zmir stra\u00dfe", "kelvin i zmir strasse")
@example("\ud800 a", "a")
@example("the the the cat", "the cat the")
@example("a" * 1000 + "ing", "ing " * 50)
def test_any_two_texts_have_the_number_of_rouge_score(said, right):
    assert rouge1([said], [right]).tolist() == theirs([said], [right]).tolist()


def test_every_word_of_three_or_four_letters_gives_one_token():
    letters = "aeiosydgl" + string.digits[:1]
    words = ["".join(word) for n in (3, 4) for word in itertools.product(letters, repeat=n)]
    assert rouge1(words, words).tolist() == [1.0] * len(words)


def test_each_distinct_word_is_stemmed_once(monkeypatch):
    memo = rouge._Tokens()
    asked = []
    stem = memo._tokenize
    monkeypatch.setattr(memo, "_tokenize", lambda word, by: asked.append(word) or stem(word, by))
    monkeypatch.setattr(rouge, "_memo", lambda: memo)
    rouge1(["Cats chase cats", "a dog chases cats"], ["cats: they chase", "Dog!"])
    assert sorted(asked) == ["a", "cats", "chase", "chases", "dog", "they"]


def test_threads_share_the_memo(docstrings):
    first, rest = (list(side) for side in zip(*docstrings[:300], strict=True))
    expected, found = theirs(rest, first), [None] * 4

    def work(place):
        found[place] = rouge1(rest, first)

    workers = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for scores in found:
        np.testing.assert_array_equal(scores, expected)


def test_no_pair_gives_no_score_and_texts_without_partner_are_refused():
    assert rouge1([], []).shape == (0,)
    assert rouge1(["日本語"], ["日本語"]).tolist() == [0.0]
    with pytest.raises(InputError, match="predictions has 2 texts and references 1"):
        rouge1(["a", "b"], ["a"])
