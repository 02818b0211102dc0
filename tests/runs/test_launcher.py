"""Runs in processes of their own."""

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.runs.launcher import LocalLauncher
from synverify_core.runs.record import Status
from synverify_core.runs.state import read_state, write_state
from synverify_core.runs.store import Store
from synverify_core.runs.threads import WORKER_NICENESS
from synverify_core.runs.worker import RunBusyError, execute
from tests.runs.conftest import FAKE_CLI
from tests.runs.fake import FakeConfig

SLOW = {"delay": 0.5, "sizes": tuple(range(1, 6))}
ENDLESS = {"delay": 60.0}


def worker_of(store, uid):
    return psutil.Process(read_state(store.get(uid).path).pid)


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def endless(store, launcher, wait_for):
    """Start a run that never ends; return it and its worker's process."""

    def start(**settings):
        run = launcher.start("fake", FakeConfig(**ENDLESS, **settings))
        return wait_for(run.uid, Status.RUNNING), worker_of(store, run.uid)

    return start


def test_two_starts_at_the_same_instant_are_one_run(store, launcher, wait_for):
    config = FakeConfig(delay=0.1)
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: launcher.start("fake", config), range(8)))
    uid = runs[0].uid
    assert {run.uid for run in runs} == {uid}
    assert len({read_state(run.path).pid for run in runs}) == 1
    done = wait_for(uid, Status.DONE)
    assert store.log_tail(uid, 100).count("begins on") == 1
    assert len(store.rows(uid)) == done.record.n_rows
    assert store.runs() == [done]


def test_starts_from_two_processes_are_one_run(store, expected):
    command = [*FAKE_CLI, "run", "fake", "--set", "delay=0.1", "--json"]
    starts = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    answers = [process.communicate(timeout=120)[0] for process in starts]
    assert [process.returncode for process in starts] == [0, 0]
    assert answers[0] == answers[1]
    (run,) = store.runs()
    assert store.log_tail(run.uid, 100).count("begins on") == 1
    assert [row.value for row in store.rows(run.uid)] == [row.value for row in expected()]


def test_of_two_runs_one_waits_for_the_device(store, launcher, wait_for, wait_for_rows):
    first = launcher.start("fake", FakeConfig(seed=1, **SLOW)).uid
    wait_for(first, Status.RUNNING)
    second = launcher.start("fake", FakeConfig(seed=2, n_seeds=1)).uid
    wait_for_rows(first, 5)
    assert store.get(second).status is Status.QUEUED
    launcher.cancel(first)
    assert wait_for(second, Status.DONE).record.n_rows == len(store.rows(second))


def test_a_worker_is_its_own_session_is_polite_and_is_left_alone_by_others(store, endless):
    run, worker = endless()
    assert os.getsid(worker.pid) == worker.pid
    assert worker.nice() >= WORKER_NICENESS
    with pytest.raises(RunBusyError, match=f"running already, in process {worker.pid}"):
        execute(run.path)
    assert worker_of(store, run.uid) == worker


def test_cancel_ends_the_worker_and_its_children(launcher, endless):
    run, worker = endless(child=True)
    path = run.path / "checkpoints" / "child.txt"
    while not path.exists() or not path.read_text():
        assert worker.is_running()
    child = psutil.Process(int(path.read_text()))
    cancelled = launcher.cancel(run.uid)
    assert cancelled.status is Status.CANCELLED
    assert cancelled.resumable
    assert is_gone(child)
    assert is_gone(worker)
    assert launcher.cancel(run.uid).status is Status.CANCELLED


def test_a_full_disk_does_not_keep_a_worker_alive(launcher, endless, monkeypatch):
    run, worker = endless()

    def full_disk(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.touch", full_disk)
        patch.setattr("os.fsync", full_disk)
        assert launcher.cancel(run.uid).status is Status.CANCELLED
    assert is_gone(worker)


def test_a_queued_run_can_be_cancelled_and_not_be_deleted(store, launcher):
    run = launcher.start("fake", FakeConfig(**ENDLESS))
    assert run.status is Status.QUEUED
    with pytest.raises(InputError, match="cancel it first"):
        store.delete(run.uid)
    assert launcher.cancel(run.uid).status is Status.CANCELLED


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.INTERRUPTED])
def test_a_cancelled_or_killed_run_resumes_to_the_same_rows(
    store, launcher, wait_for, wait_for_rows, expected, status
):
    run = launcher.start("fake", FakeConfig(delay=0.1))
    wait_for_rows(run.uid, 6)
    if status is Status.CANCELLED:
        launcher.cancel(run.uid)
    else:
        worker_of(store, run.uid).kill()
        assert "ended without saying why" in wait_for(run.uid, status).error
    assert launcher.resume(run.uid).status.active
    wait_for(run.uid, Status.DONE)
    assert store.rows(run.uid) == expected(delay=0.1)


def test_a_hanging_worker_is_ended_before_another_resumes(store, launcher, endless):
    run, hanging = endless()
    hanging.suspend()
    state = read_state(run.path)
    write_state(run.path, state.model_copy(update={"heartbeat": 0.0}))
    assert store.get(run.uid).status is Status.INTERRUPTED
    launcher.resume(run.uid)
    assert is_gone(hanging)
    assert worker_of(store, run.uid).pid != hanging.pid


def test_a_run_outlives_the_process_that_started_it(store, launcher, wait_for, tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import tests.runs.fake_cli\n"
        "from synverify_core.runs.launcher import LocalLauncher\n"
        "from synverify_core.runs.store import Store\n"
        "from tests.runs.fake import FakeConfig\n"
        "launcher = LocalLauncher(Store(), sys.argv[2:])\n"
        "print(launcher.start('fake', FakeConfig(delay=0.1)).uid)\n"
    )
    root = os.getcwd()
    page = subprocess.run(
        [sys.executable, "-c", script, root, *FAKE_CLI, "worker"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Store().get(page.stdout.strip()).status.active
    wait_for(page.stdout.strip(), Status.DONE)


def test_a_worker_that_cannot_be_started_fails_the_run_and_one_that_breaks_leaves_a_log(
    store, wait_for
):
    launcher = LocalLauncher(store, worker=("/nowhere/python",))
    with pytest.raises(StoreError, match="No such file"):
        launcher.start("fake", FakeConfig())
    (run,) = store.runs()
    assert run.status is Status.FAILED
    assert "No such file" in run.error
    launcher = LocalLauncher(store, worker=(sys.executable, "-c", "raise SystemExit('broken')"))
    run = launcher.start("fake", FakeConfig(seed=1))
    assert wait_for(run.uid, Status.INTERRUPTED).resumable
    assert "broken" in store.log_tail(run.uid)


def test_a_done_run_is_not_resumed_and_a_damaged_one_not_started_over(launcher, finished):
    run = finished()
    assert launcher.resume(run.uid) == run
    (run.path / "record.json").write_text("{")
    with pytest.raises(StoreError, match=r"record\.json"):
        launcher.start("fake", run.config)
    assert (run.path / "record.json").read_text() == "{"


def test_what_cannot_be_resumed_says_why(store, launcher, monkeypatch):
    run = store.create("fake", FakeConfig(seed=4))
    launcher.cancel(run.uid)
    monkeypatch.setattr("tests.runs.fake.Fake.version", 2)
    with pytest.raises(InputError, match="another version of its code"):
        launcher.resume(run.uid)
