import json
import math
import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

from synverify_core.errors import StoreError
from synverify_core.runs import state as module
from synverify_core.runs.record import State, Status
from synverify_core.runs.state import find_process, read_state, shown_status, write_state

ACTIVE = (Status.QUEUED, Status.RUNNING)


def alive(**changes):
    """Return the state that this process would write."""
    values = {
        "status": Status.RUNNING,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "process_started": psutil.Process().create_time(),
    }
    return State(**{**values, **changes})


@pytest.fixture
def gone():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("status", ACTIVE)
def test_a_living_worker_keeps_its_status(status):
    assert shown_status(alive(status=status)) is status


@pytest.mark.parametrize("status", ACTIVE)
def test_a_dead_worker_is_interrupted(status, gone):
    assert shown_status(alive(status=status, pid=gone)) is Status.INTERRUPTED


def test_a_process_number_given_to_another_is_interrupted():
    started = psutil.Process().create_time() - 1000
    assert shown_status(alive(process_started=started)) is Status.INTERRUPTED


def test_a_worker_without_a_sign_of_life_is_interrupted():
    old = time.time() - module.HEARTBEAT_LIMIT - 1
    assert shown_status(alive(heartbeat=old)) is Status.INTERRUPTED
    assert find_process(alive(heartbeat=old)) is not None


def test_a_zombie_is_dead():
    process = subprocess.Popen([sys.executable, "-c", ""])
    try:
        started = psutil.Process(process.pid).create_time()
        deadline = time.monotonic() + 30
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        state = alive(pid=process.pid, process_started=started)
        assert shown_status(state) is Status.INTERRUPTED
    finally:
        process.wait()


def test_only_the_heartbeat_tells_of_a_worker_elsewhere(gone):
    assert shown_status(alive(host="elsewhere", pid=gone)) is Status.RUNNING
    old = time.time() - module.HEARTBEAT_LIMIT - 1
    assert shown_status(alive(host="elsewhere", heartbeat=old)) is Status.INTERRUPTED


def test_a_run_waits_for_its_worker_for_a_moment_only():
    state = alive(status=Status.QUEUED, pid=None)
    assert shown_status(state) is Status.QUEUED
    old = time.time() - module.START_LIMIT - 1
    assert shown_status(state.model_copy(update={"heartbeat": old})) is Status.INTERRUPTED


def test_a_run_waits_for_its_slurm_job_without_limit():
    old = time.time() - 1e6
    state = alive(status=Status.QUEUED, pid=None, job="17", heartbeat=old)
    assert shown_status(state) is Status.QUEUED


@pytest.mark.parametrize("status", [status for status in Status if status not in ACTIVE])
def test_what_has_ended_stays_as_it_ended(status, gone):
    assert shown_status(alive(status=status, pid=gone, heartbeat=0.0)) is status


def test_a_state_comes_back_from_disk(tmp_path):
    write_state(tmp_path, alive(stage="retrain", done=3, total=9))
    assert read_state(tmp_path).done == 3


def test_on_a_full_disk_the_last_status_goes_into_the_old_file(tmp_path, monkeypatch):
    write_state(tmp_path, alive())

    def full_disk(*_, **__):
        raise StoreError("status.json cannot be written: No space left on device")

    monkeypatch.setattr(module, "write_json", full_disk)
    with pytest.raises(StoreError):
        write_state(tmp_path, alive(done=1), durable=False)
    write_state(tmp_path, alive(status=Status.FAILED, error="disk full"))
    assert read_state(tmp_path).error == "disk full"


WRONG = {
    "schema_version": 99,
    "status": "tired",
    "pid": -1,
    "job": "--me",
    "heartbeat": math.inf,
    "seconds": -1.0,
    "done": 1e300,
    "within": 2,
    "started": "0001-01-01T00:00:00",
    "requested_device": "tpu",
    "host": ["here"],
}


@pytest.mark.parametrize("field", WRONG)
def test_a_status_with_an_absurd_field_is_named(tmp_path, field):
    values = {**alive().model_dump(mode="json"), field: WRONG[field]}
    (tmp_path / "status.json").write_text(json.dumps(values))
    with pytest.raises(StoreError, match=rf"status\.json.*{field}"):
        read_state(tmp_path)
