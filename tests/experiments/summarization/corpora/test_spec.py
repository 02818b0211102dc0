"""Names of corpora."""

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.corpora import check_spec, load_corpus


@pytest.mark.parametrize(
    ("spec", "parsed"),
    [
        ("docstrings", ("docstrings", "", None, None)),
        ("docstrings:json,numpy", ("docstrings", "json,numpy", None, None)),
        ("digitalgov", ("digitalgov", "", None, None)),
        ("jsonl:C:/news.jsonl", ("jsonl", "C:/news.jsonl", None, None)),
        ("csv: a b.csv", ("csv", "a b.csv", None, None)),
        ("parquet:folder", ("parquet", "folder", None, None)),
        ("xlsum", ("hub", "csebuetnlp/xlsum", "refs/convert/parquet", "english")),
        ("xlsum:pidgin", ("hub", "csebuetnlp/xlsum", "refs/convert/parquet", "pidgin")),
        ("hub:owner/name", ("hub", "owner/name", None, None)),
        ("hub:owner/na.me@refs/pr/1:en/x", ("hub", "owner/na.me", "refs/pr/1", "en/x")),
    ],
)
def test_known_names_are_read(spec, parsed):
    assert check_spec(spec) == parsed


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "news.jsonl",
        "jsonl:",
        "docstrings:",
        "docstrings:a b",
        "digitalgov:a",
        "hub:name",
        "xlsum:",
        "x:y",
    ],
)
def test_other_names_are_refused_with_the_forms_that_exist(spec):
    with pytest.raises(InputError, match="parquet:PATH"):
        check_spec(spec)


@pytest.mark.parametrize("sizes", [{"max_train": -1}, {"max_train": 19}, {"max_test": -1}])
def test_sizes_out_of_range_are_named(sizes):
    with pytest.raises(InputError, match=next(iter(sizes))):
        load_corpus("docstrings:json", **sizes)
