import errno
import os
import time
from unittest import mock

import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.runs import reporter
from synverify_core.runs.locks import device_lock
from synverify_core.runs.record import Status
from synverify_core.runs.reporter import STAGE_SECONDS, RunReporter
from synverify_core.runs.rows import RowWriter
from synverify_core.runs.state import read_state
from synverify_core.runs.worker import execute
from tests.runs.fake import FakeConfig, Listener

N_ROWS = 1 + 2 * (2 + 2 * 3 * 2)


def test_a_run_ends_with_its_rows_and_a_record(store):
    run = store.create("fake", FakeConfig())
    listener = Listener()
    execute(run.path, listener)
    after = store.get(run.uid)
    record = after.record
    assert after.status is record.status is Status.DONE
    assert record.n_rows == len(store.rows(run.uid)) == N_ROWS
    assert store.rows(run.uid) == listener.rows
    assert record.config == run.config.model_dump(mode="json")
    assert {"python", "numpy", "scipy", "synverify"} <= set(record.versions)
    assert record.commit
    assert record.device.startswith("cpu (")
    assert record.command == "python -m synverify_core run fake"
    assert record.started < record.finished
    assert after.progress[:3] == ("done", 19, 19)
    assert read_state(run.path).pid is None
    assert listener.stages[-1] == ("done", 19, 19)


CASES = [(at, 0) for at in (1, 2, 3, 4, 7, 14, 15, 16, 26, N_ROWS)]
CASES += [(9, cut) for cut in (1, 30, 150, 400, 700)]


@pytest.mark.parametrize(("at", "cut"), CASES)
def test_an_interrupted_run_resumes_to_the_same_rows_even_torn_ones(store, expected, at, cut):
    run = store.create("fake", FakeConfig())
    with pytest.raises(KeyboardInterrupt):
        execute(run.path, Listener(KeyboardInterrupt(), at))
    stopped = store.get(run.uid)
    assert stopped.status is Status.INTERRUPTED and stopped.resumable
    assert "keyboard" in stopped.error
    assert len(store.rows(run.uid)) == at
    path = run.path / "rows.jsonl"
    path.write_bytes(path.read_bytes()[: path.stat().st_size - cut])
    execute(run.path)
    assert store.get(run.uid).status is Status.DONE
    assert store.rows(run.uid) == expected()


def test_a_failed_run_says_why_and_goes_on_when_the_cause_is_gone(store, tmp_path, expected):
    settings = {"fail_size": 2, "unless": str(tmp_path / "repaired")}
    run = store.create("fake", FakeConfig(**settings))
    with pytest.raises(RuntimeError, match="exploded"):
        execute(run.path)
    failed = store.get(run.uid)
    assert failed.status is failed.record.status is Status.FAILED
    assert failed.error == failed.record.error == "RuntimeError: the fit exploded"
    assert failed.resumable
    assert "Traceback" in store.log_tail(run.uid, 50)
    (tmp_path / "repaired").write_text("")
    execute(run.path)
    done = store.get(run.uid)
    assert (done.status, done.error, done.record.error) == (Status.DONE, None, None)
    assert store.rows(run.uid) == expected(**settings)


def test_a_full_disk_fails_the_run_and_keeps_its_rows(store, monkeypatch, expected):
    run = store.create("fake", FakeConfig())
    append, count = RowWriter.append, iter(range(100))

    def append_until_full(writer, row):
        if next(count) == 7:
            writer._file.write(b'{"half')
            raise_full = mock.Mock(side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
            writer._file = mock.Mock(wraps=writer._file, write=raise_full)
        append(writer, row)

    with monkeypatch.context() as patch, pytest.raises(StoreError):
        patch.setattr(RowWriter, "append", append_until_full)
        execute(run.path)
    failed = store.get(run.uid)
    assert failed.status is Status.FAILED
    assert str(run.path / "rows.jsonl") in failed.error
    assert "No space left on device; free some space and resume" in failed.error
    assert len(store.rows(run.uid)) == 7
    assert store.problems == []
    execute(run.path)
    assert store.rows(run.uid) == expected()


def test_a_run_survives_a_status_that_cannot_be_written(store, monkeypatch, capsys):
    run = store.create("fake", FakeConfig(fail_size=3))
    write = reporter.write_state

    def refuse(folder, state, **options):
        if state.status is Status.FAILED or state.stage.startswith("seed"):
            raise StoreError("status.json cannot be written: No space left on device")
        write(folder, state, **options)

    monkeypatch.setattr(reporter, "write_state", refuse)
    with pytest.raises(RuntimeError, match="exploded"):
        execute(run.path)
    assert "status.json cannot be written" in capsys.readouterr().err
    assert store.get(run.uid).record.error == "RuntimeError: the fit exploded"


def test_an_unavailable_gpu_fails_the_run_with_a_remedy(store, monkeypatch):
    monkeypatch.setattr("synverify_core.runs.provenance._cuda_works", lambda: False)
    run = store.create("fake", FakeConfig(), "cuda")
    with pytest.raises(InputError, match="not available here"):
        execute(run.path)
    assert store.get(run.uid).status is Status.FAILED


def test_a_run_of_another_version_of_the_code_is_refused(store, monkeypatch):
    run = store.create("fake", FakeConfig())
    monkeypatch.setattr("tests.runs.fake.Fake.version", 2)
    with pytest.raises(InputError, match="another version of fake"):
        execute(run.path)


def test_the_status_shows_progress_and_time_left(store):
    seen = []

    class _Watcher(Listener):
        def row(self, row):
            seen.append(store.get(run.uid))

    run = store.create("fake", FakeConfig(delay=0.2, n_seeds=1))
    execute(run.path, _Watcher())
    last = seen[-1]
    assert last.status is Status.RUNNING
    assert last.progress.total == 10
    assert 1 <= last.progress.done < 10
    assert last.progress.seconds_elapsed > 0
    assert last.progress.eta_seconds > 0
    assert store.get(run.uid).record.seconds > 1.0


def test_time_at_work_adds_up_over_sessions(store):
    run = store.create("fake", FakeConfig(delay=0.2, n_seeds=1))
    with pytest.raises(KeyboardInterrupt):
        execute(run.path, Listener(KeyboardInterrupt(), 8))
    first = store.get(run.uid).progress.seconds_elapsed
    execute(run.path)
    assert store.get(run.uid).record.seconds > first + 0.2


def test_a_worker_waits_for_the_device_as_queued(store):
    run = store.create("fake", FakeConfig())
    lock = device_lock(store.root)
    lock.acquire()

    class _Waiting(Listener):
        def stage(self, name, done, total):
            super().stage(name, done, total)
            if name == "waiting for the device":
                self.seen = store.get(run.uid)
                lock.release()

    listener = _Waiting()
    execute(run.path, listener)
    assert listener.seen.status is Status.QUEUED
    assert listener.seen.progress.stage == "waiting for the device"
    assert store.get(run.uid).status is Status.DONE


def test_signs_of_life_go_on_during_a_long_step(store, monkeypatch):
    monkeypatch.setattr("synverify_core.runs.reporter.HEARTBEAT_SECONDS", 0.05)
    beats = []

    class _Slow(Listener):
        def row(self, row):
            if len(beats) < 2:
                time.sleep(0.3)
                beats.append(read_state(run.path).heartbeat)

    run = store.create("fake", FakeConfig())
    execute(run.path, _Slow())
    assert beats[1] - beats[0] > 0.2


def test_the_share_of_the_unit_under_way_is_shown_and_counts(store):
    run = store.create("fake", FakeConfig())
    writer = RunReporter(run.path, read_state(run.path))
    writer.begin("cpu", expected=None)
    writer.stage("train", 2, 4)
    time.sleep(STAGE_SECONDS)
    writer.within(0.5, "5 of 10 steps")
    writer.within(0.75, "7 of 10 steps")  # too soon after the last one to be written
    state = read_state(run.path)
    assert (state.within, state.detail) == (0.5, "5 of 10 steps")
    assert store.get(run.uid).progress.stage == "train, 5 of 10 steps"
    assert writer.state.eta_seconds == pytest.approx(STAGE_SECONDS * 5 / 3, rel=0.3)
    writer.stage("verify", 3, 4)
    assert (writer.state.within, writer.state.detail) == (0.0, "")
    writer.stop()
