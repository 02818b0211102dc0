"""Corpora in files: what is read, split, dropped, and refused."""

import json
import sys

import pyarrow
import pyarrow.parquet
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.corpora import load_corpus


def rows(n, first=0):
    return [
        {
            "id": f"news-{i}",
            "url": f"https://example.org/{i}",
            "title": f"Title {i}",
            "summary": f"The council decided number {i}.",
            "text": f"On day {i} the council met, spoke and voted on item {i} of its list.",
        }
        for i in range(first, first + n)
    ]


def write_jsonl(path, items):
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf8")
    return path


def write_csv(path, items, mark=","):
    import csv

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, items[0], delimiter=mark)
        writer.writeheader()
        writer.writerows(items)
    return path


def write_parquet(path, items):
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(items), path)
    return path


WRITERS = {"jsonl": write_jsonl, "csv": write_csv, "parquet": write_parquet}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_gives_the_same_pairs(kind, tmp_path):
    path = WRITERS[kind](tmp_path / f"news.{kind}", rows(100))
    corpus = load_corpus(f"{kind}:{path}")
    assert (len(corpus.train), len(corpus.test)) == (90, 10)
    by_name = {pair.name: pair for pair in corpus.train + corpus.test}
    for row in rows(100):
        pair = by_name[row["id"]]
        assert (pair.article, pair.summary) == (row["text"], row["summary"])
    assert corpus.fingerprint["counts"] == {"train": 90, "validation": 0, "test": 10}
    assert list(corpus.fingerprint["files"]) == [path.name]


def test_the_seed_draws_split_and_order_and_smaller_corpora_are_parts_of_larger_ones(tmp_path):
    path = write_jsonl(tmp_path / "news.jsonl", rows(200))
    one, again, other = (load_corpus(f"jsonl:{path}", seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert {pair.name for pair in one.test} != {pair.name for pair in other.test}
    part = load_corpus(f"jsonl:{path}", seed=1, max_train=30, max_test=7)
    assert part.train == one.train[:30]
    assert len(part.test) == 7
    assert set(part.test) <= set(one.test)
    assert part.fingerprint["hash"] != one.fingerprint["hash"]


@pytest.mark.parametrize("asked", ["english_train.jsonl", "english_test.jsonl", ""])
def test_the_split_of_the_files_is_used(asked, tmp_path):
    write_jsonl(tmp_path / "english_train.jsonl", rows(40))
    write_jsonl(tmp_path / "english_test.jsonl", rows(8, first=100))
    write_jsonl(tmp_path / "english_val.jsonl", rows(8, first=200))
    corpus = load_corpus(f"jsonl:{tmp_path / asked}")
    assert {pair.name for pair in corpus.train} == {row["id"] for row in rows(40)}
    assert {pair.name for pair in corpus.test} == {row["id"] for row in rows(8, first=100)}
    assert {pair.name for pair in corpus.validation} == {row["id"] for row in rows(8, first=200)}


def test_shards_in_folders_as_the_hub_lays_them_out_are_read_together(tmp_path):
    for folder, first in (("train", 0), ("test", 500), ("validation", 900)):
        (tmp_path / "english" / folder).mkdir(parents=True)
        for shard in range(2):
            file = tmp_path / "english" / folder / f"000{shard}.parquet"
            write_parquet(file, rows(30, first + 30 * shard))
    corpus = load_corpus(f"parquet:{tmp_path / 'english'}")
    assert [len(corpus.train), len(corpus.validation), len(corpus.test)] == [60] * 3


def test_repeated_and_empty_rows_are_dropped_and_counted(tmp_path):
    test = rows(6, first=100)
    shouted = {**test[0], "id": "again", "text": test[0]["text"].upper()}
    train = [*rows(30), rows(1)[0], shouted, {**rows(1, 60)[0], "text": " "}]
    train.append({**rows(1, 61)[0], "summary": None})
    write_jsonl(tmp_path / "a_train.jsonl", train)
    corpus = load_corpus(f"jsonl:{write_jsonl(tmp_path / 'a_test.jsonl', test)}")
    assert (len(corpus.train), len(corpus.test)) == (30, 6)
    assert corpus.fingerprint["dropped"] == {
        "repeats an article that is held out": 1,
        "repeated article": 1,
        "empty article or summary": 1,
        "article or summary is no text": 1,
    }
    assert any("repeats an article that is held out" in note for note in corpus.notes)


@pytest.mark.parametrize(
    ("count", "summary", "note"),
    [
        (10, "議会は決定した。", "10 of 50 summaries (20.0%)"),
        (50, "On day", "50 of 50 summaries looked at (100%) stand word for word"),
    ],
)
def test_texts_that_rouge_cannot_see_and_copied_ones_are_reported(count, summary, note, tmp_path):
    items = [{**row, "summary": summary} if i < count else row for i, row in enumerate(rows(50))]
    corpus = load_corpus(f"jsonl:{write_jsonl(tmp_path / 'news.jsonl', items)}")
    assert any(note in one for one in corpus.notes)


def test_a_byte_order_mark_empty_lines_other_columns_and_semicolons_are_no_obstacle(tmp_path):
    lines = [json.dumps(row) for row in rows(40)]
    path = tmp_path / "news.jsonl"
    path.write_text("\ufeff" + "\n\n".join(lines) + "\n\n", encoding="utf8")
    assert len(load_corpus(f"jsonl:{path}").train) == 35
    renamed = [{"body": row["text"], "abstract": row["summary"]} for row in rows(30)]
    renamed[0]["body"] += " x" * 100_000  # longer than the csv module reads by default
    table = write_csv(tmp_path / "news.csv", renamed, ";")
    corpus = load_corpus(f"csv:{table}", article_column="body", summary_column="abstract")
    assert max(len(pair.article) for pair in corpus.train + corpus.test) > 200_000
    assert corpus.train[0].name.startswith("row ")


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("jsonl", b'{"text": "a", "summary": "b"}\n\n{"text": \n', r"line 3: not JSON"),
        ("jsonl", b'{"text": "a", "summary": "b"}\n{"text": "\xff"}\n', r"line 2: not UTF-8"),
        ("jsonl", b'[{"text": "a"}]\n', r"line 1: not a JSON object"),
        ("jsonl", b'{"article": "a"}\n', r"article_column = 'text'.*has: article$"),
        ("jsonl", b"[" * 100_000, r"line 1: not JSON .it is nested too deep"),
        ("jsonl", b"9" * 5_000, r"line 1: not JSON"),
        ("jsonl", b'"a secret"\n', r"line 1: not a JSON object$"),
        ("jsonl", b"", r"0 train and 0 test pairs"),
        ("jsonl", b'{"text": "a", "summary": "b"}\n', r"0 train and 1 test pairs.*at least 20"),
        ("csv", b"id,story\n1,x\n", r"'text' is not a column of .*csv; it has 2 others$"),
        ("csv", b"root:x:0:0:root\nbin:x:1:1\n", r"^(?!.*root:x).*has 1 others$"),
        ("csv", b"text,summary\na,caf\xe9\n", r"not UTF-8"),
        ("csv", b'text,summary\na,"b" c\n', r"after line 1: "),
        ("csv", b"", r"has 0 others$"),
    ],
)
def test_bad_files_are_refused_with_their_place(kind, content, message, tmp_path):
    path = tmp_path / f"news.{kind}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_corpus(f"{kind}:{path}")


def test_bad_parquet_is_refused_and_missing_columns_are_named(tmp_path, monkeypatch):
    path = tmp_path / "news.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match="cannot be read as parquet"):
        load_corpus(f"parquet:{path}")
    write_parquet(path, rows(3))
    with pytest.raises(InputError, match=r"summary_column = 'abstract'.*id, url, title"):
        load_corpus(f"parquet:{path}", summary_column="abstract")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install pyarrow.*jsonl:PATH"):
        load_corpus(f"parquet:{path}")


def test_missing_paths_and_folders_without_such_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="there is no such file or folder"):
        load_corpus(f"jsonl:{tmp_path / 'none.jsonl'}")
    for path in ("~nobody-of-that-name/a", "x" * 300):
        with pytest.raises(InputError, match="cannot be read"):
            load_corpus(f"jsonl:{path}")
    (tmp_path / "readme.txt").write_text("no data")
    with pytest.raises(InputError, match=r"no \.jsonl file to train on$"):
        load_corpus(f"jsonl:{tmp_path}")
