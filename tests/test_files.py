"""Files are whole or not there, whatever happens while they are written."""

import errno
import os
import threading

import pytest

from synverify_core import files
from synverify_core.errors import StoreError


def names(folder):
    return sorted(path.name for path in folder.iterdir())


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
    assert names(tmp_path) == ["status.json"]


def test_a_full_disk_leaves_the_old_json_file_and_names_the_path(tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "status.json"
    files.write_json(path, {"n": 1})
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StoreError, match=r"status\.json cannot be written: No space left.*free"):
        files.write_json(path, {"n": 2})
    assert files.read_json(path) == {"n": 1}
    assert names(tmp_path) == ["status.json"]


def test_overwriting_uses_the_blocks_that_the_file_has(tmp_path):
    path = tmp_path / "status.json"
    files.write_json(path, {"padding": "x" * 100})
    size = path.stat().st_size
    files.overwrite_json(path, {"n": 2})
    assert path.stat().st_size == size
    assert files.read_json(path) == {"n": 2}


@pytest.mark.parametrize("data", [b"", b'{"a": 1', b"[1]", b"\xff", b"[" * 200_000, b"9" * 5000])
def test_a_damaged_json_file_is_named(tmp_path, data):
    path = tmp_path / "record.json"
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"record\.json"):
        files.read_json(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "meta.json")
    with pytest.raises(StoreError, match=r"meta\.json is not a regular file"):
        files.read_json(tmp_path / "meta.json")


def test_text_that_utf8_cannot_hold_is_written_with_question_marks(tmp_path):
    files.write_json(tmp_path / "status.json", {"error": "no \udcff here"})
    assert files.read_json(tmp_path / "status.json") == {"error": "no ? here"}


def test_an_interrupted_folder_is_not_there(tmp_path):
    with pytest.raises(KeyboardInterrupt), files.whole_folder(tmp_path / "model") as partial:
        (partial / "weights").write_text("half")
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_of_two_folders_made_at_once_the_first_stays(tmp_path):
    with files.whole_folder(tmp_path / "model") as late:
        with files.whole_folder(tmp_path / "model") as early:
            (early / "who").write_text("early")
        (late / "who").write_text("late")
    assert names(tmp_path) == ["model"]
    assert (tmp_path / "model" / "who").read_text() == "early"


def test_a_folder_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/\.?runs.* cannot be created"):
        files.make_folder(tmp_path / "file" / "runs")
