import errno
import json
import math
import os
import threading

import pytest

from synverify_core.errors import StoreError
from synverify_core.experiments.row import Row
from synverify_core.runs import files


def row(**changes):
    values = dict.fromkeys(("selection_rate", "p", "phi", "psi", "p_star", "kept", "pool_size"))
    base = {"experiment": "fake", "uid": "u", "verifier": "random", "n_samples": 1, "seed": 0}
    return Row(**{**values, **base, "metric": "accuracy", "value": 0.1 + 0.2, **changes})


def full_disk(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_reader_never_sees_a_part_of_a_json_file(tmp_path):
    path = tmp_path / "status.json"
    files.write_json(path, {"n": 0})
    stop = threading.Event()

    def write():
        n = 0
        while not stop.is_set():
            n += 1
            files.write_json(path, {"n": n, "padding": "x" * (n % 5000)}, durable=False)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [files.read_json(path)["n"] for _ in range(400)]
    finally:
        stop.set()
        writer.join()
    assert seen == sorted(seen)
    assert seen[-1] > 0
    assert [item.name for item in tmp_path.iterdir()] == ["status.json"]


def test_a_full_disk_leaves_the_old_json_file_and_names_the_path(tmp_path, monkeypatch):
    path = tmp_path / "status.json"
    files.write_json(path, {"n": 1})
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StoreError, match=r"status\.json cannot be written: No space left.*free"):
        files.write_json(path, {"n": 2})
    assert files.read_json(path) == {"n": 1}
    assert [item.name for item in tmp_path.iterdir()] == ["status.json"]


def test_overwriting_uses_the_blocks_that_the_file_has(tmp_path):
    path = tmp_path / "status.json"
    files.write_json(path, {"padding": "x" * 100})
    size = path.stat().st_size
    files.overwrite_json(path, {"n": 2})
    assert path.stat().st_size == size
    assert files.read_json(path) == {"n": 2}


@pytest.mark.parametrize("text", ["", '{"a": 1', "[1]", "\udcff"])
def test_a_damaged_json_file_is_named(tmp_path, text):
    path = tmp_path / "record.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(StoreError, match=r"record\.json"):
        files.read_json(path)


def test_rows_come_back_exactly(tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [
        row(seed=1),
        row(seed=2, value=1e-300, p=0.1, kept=3),
        row(seed=3, selection_rate=1 / 3),
    ]
    writer = files.RowWriter(path)
    for one in rows:
        writer.append(one)
    writer.close()
    assert files.read_rows(path) == rows


def test_a_value_that_is_not_a_number_is_null_on_disk(tmp_path):
    path = tmp_path / "rows.jsonl"
    writer = files.RowWriter(path)
    writer.append(row(value=math.nan))
    writer.close()
    assert json.loads(path.read_text())["value"] is None
    assert math.isnan(files.read_rows(path)[0].value)


def test_a_half_written_last_line_is_left_out_and_written_over(tmp_path):
    path = tmp_path / "rows.jsonl"
    writer = files.RowWriter(path)
    writer.append(row(seed=1))
    writer.append(row(seed=2))
    writer.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert files.read_rows(path) == [row(seed=1)]
    writer = files.RowWriter(path)
    writer.append(row(seed=2))
    writer.close()
    assert path.read_bytes() == whole


def test_the_same_point_is_written_once(tmp_path):
    writer = files.RowWriter(tmp_path / "rows.jsonl")
    writer.append(row(seed=1))
    writer.append(row(seed=1))
    writer.close()
    writer = files.RowWriter(tmp_path / "rows.jsonl")
    writer.append(row(seed=1))
    writer.close()
    assert files.read_rows(tmp_path / "rows.jsonl") == [row(seed=1)]


@pytest.mark.parametrize("line", ["{", "{}", '{"value": 1, "colour": 2}', "[]"])
def test_a_damaged_line_is_named_with_its_number(tmp_path, line):
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(row().as_json())}\n{line}\n")
    with pytest.raises(StoreError, match=r"rows\.jsonl, line 2, is damaged"):
        files.read_rows(path)


def test_a_folder_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/runs cannot be created"):
        files.make_folder(tmp_path / "file" / "runs")
