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


SILENT = module.HEARTBEAT_LIMIT + 1
GONE = {"pid": "gone"}
QUEUED = {"status": Status.QUEUED, "pid": None}
ELSEWHERE = {"host": "elsewhere", **GONE}
SHOWN = [({"status": status}, 0, status) for status in ACTIVE]
SHOWN += [({"status": status, **GONE}, 0, Status.INTERRUPTED) for status in ACTIVE]
SHOWN += [({"status": status, **GONE}, 1e6, status) for status in Status if not status.active]
SHOWN += [
    ({"process_started": 1000.0}, 0, Status.INTERRUPTED),  # its number was given to another
    ({}, SILENT, Status.INTERRUPTED),
    (ELSEWHERE, 0, Status.RUNNING),  # only the heartbeat tells of a worker elsewhere
    (ELSEWHERE, SILENT, Status.INTERRUPTED),
    (QUEUED, 0, Status.QUEUED),
    (QUEUED, module.START_LIMIT + 1, Status.INTERRUPTED),
    ({**QUEUED, "job": "17"}, 1e6, Status.QUEUED),  # Slurm may let it wait for days
]


@pytest.mark.parametrize(("changes", "age", "shown"), SHOWN)
def test_a_run_is_shown_as_what_became_of_its_worker(gone, changes, age, shown):
    if changes.get("pid") == "gone":
        changes = {**changes, "pid": gone}
    assert shown_status(alive(**changes, heartbeat=time.time() - age)) is shown


def test_a_worker_that_hangs_is_found():
    assert find_process(alive(heartbeat=0.0)).pid == os.getpid()


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


def test_on_a_full_disk_the_last_status_goes_into_the_old_file(tmp_path, monkeypatch):
    write_state(tmp_path, alive(stage="retrain", done=3, total=9))
    assert read_state(tmp_path).done == 3

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
