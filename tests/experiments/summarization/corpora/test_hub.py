"""Hub data sets through a library with the interface of `datasets`, which need not be installed."""

import sys
from types import ModuleType

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.corpora import load_corpus


class Part:
    """A split as `datasets.Dataset` shows it, as far as it is used."""

    def __init__(self, columns):
        self.columns = columns
        self.column_names = list(columns)

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def select_columns(self, names):
        """Return the split with these columns."""
        return Part({name: self.columns[name] for name in names})

    def iter(self, batch_size):
        """Yield batches as dicts of lists."""
        for start in range(0, len(self), batch_size):
            yield {name: v[start : start + batch_size] for name, v in self.columns.items()}


def part(n, first=0):
    numbers = range(first, first + n)
    return Part(
        {
            "id": [f"a{i}" for i in numbers],
            "title": ["x"] * n,
            "text": [f"Article number {i} tells much." for i in numbers],
            "summary": [f"Short of {i}." for i in numbers],
        }
    )


@pytest.fixture
def library(monkeypatch):
    module = ModuleType("datasets")
    module.__version__ = "5.0.0"
    module.calls = []
    module.parts = {"train": part(1_500), "validation": part(9, 4_000), "test": part(30, 2_000)}

    def load_dataset(path, **settings):
        module.calls.append((path, settings))
        if isinstance(module.parts, Exception):
            raise module.parts
        return module.parts

    module.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", module)
    return module


def test_xlsum_is_asked_for_as_the_hub_has_it_now(library):
    corpus = load_corpus("xlsum")
    expected = {"revision": "refs/convert/parquet", "data_dir": "english"}
    assert library.calls == [("csebuetnlp/xlsum", expected)]
    assert (len(corpus.train), len(corpus.test)) == (1_500, 30)
    by_name = {pair.name: pair for pair in corpus.train}
    assert by_name["a1203"].article == "Article number 1203 tells much."
    assert by_name["a1203"].summary == "Short of 1203."
    assert corpus.fingerprint["rows"] == {"train": 1_500, "validation": 9, "test": 30}


def test_any_data_set_by_name_and_columns_and_a_split_is_drawn_if_it_has_none(library):
    columns = part(200).columns
    library.parts = {"train": Part({"doc": columns["text"], "gist": columns["summary"]})}
    corpus = load_corpus("hub:me/data@v2", article_column="doc", summary_column="gist")
    assert library.calls == [("me/data", {"revision": "v2"})]
    assert (len(corpus.train), len(corpus.test)) == (180, 20)
    with pytest.raises(InputError, match=r"article_column = 'text'.*it has: doc, gist"):
        load_corpus("hub:me/data")
    library.parts = {"test": part(30)}
    with pytest.raises(InputError, match="no train split; it has: test"):
        load_corpus("hub:me/data")


def test_without_network_or_library_the_message_says_what_to_do(library, monkeypatch):
    library.parts = ConnectionError("Couldn't reach the hub")
    with pytest.raises(InputError, match="Couldn't reach the hub") as caught:
        load_corpus("xlsum:english")
    assert "hf download csebuetnlp/xlsum --repo-type dataset" in str(caught.value)
    assert "corpus=parquet:FOLDER/english" in str(caught.value)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(InputError, match=r"pip install datasets.*corpus=parquet:FOLDER"):
        load_corpus("hub:me/data")
