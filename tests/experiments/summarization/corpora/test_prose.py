"""What a base reads: all that is installed, but nothing that a model is tested on."""

import importlib.metadata
from collections import Counter

from synverify_core.experiments.summarization.corpora import load_corpus, prose
from synverify_core.experiments.summarization.corpora.packages import Source, installed
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair


def test_the_announcements_have_headlines_and_sides_that_do_not_move():
    corpus = load_corpus("digitalgov")
    sides = corpus.train, corpus.validation, corpus.test
    assert [len(side) for side in sides] == [1513, 84, 208]
    assert len({pair.article for side in sides for pair in side}) == 1805
    assert "user-experience-ux-vs-customer-experience-cx-whats-the-dif" in {
        pair.name for side in sides for pair in side
    }
    assert any("CC0" in note for note in corpus.notes)
    assert load_corpus("digitalgov", max_train=100).train == corpus.train[:100]


def test_everything_installed_is_read_listed_or_not_but_no_tests():
    modules = Counter(source.package for source in installed())
    assert {"stdlib", "numpy", "torch", "mypy"} <= {*modules}
    names = [source.module for source in installed()]
    assert "transformers.models.llama.modeling_llama" in names
    assert not any(".tests." in name for name in names)


def test_a_base_reads_descriptions_and_announcements_too(monkeypatch):
    pair = Pair("article", "summary", "pack", "name")
    docstrings = Corpus([pair], [pair], [pair], ["text"], {}, ["note"])
    monkeypatch.setattr(prose, "installed", lambda: [Source("path", "pack", "pack")])

    def corpus_of(files, *, short_texts):
        assert short_texts and len(list(files)) == 1
        return docstrings

    monkeypatch.setattr(prose, "corpus_of", corpus_of)
    corpus = prose.prose_corpus()
    announcements = load_corpus("digitalgov")
    for side in ("train", "validation", "test"):
        assert len(getattr(corpus, side)) == 1 + len(getattr(announcements, side))
    described = [text.split("\n")[0] for text in corpus.unpaired[1:]]
    assert "numpy" in described and len(described) > 20
    assert corpus.fingerprint["packages"]["numpy"] == importlib.metadata.version("numpy")
    assert "License-Expression" not in " ".join(corpus.unpaired)
