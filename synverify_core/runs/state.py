"""status.json: reading, writing, and whether the worker that wrote it still lives."""

import socket
import time
from pathlib import Path

import psutil

from synverify_core.errors import StoreError
from synverify_core.files import overwrite_json, write_json
from synverify_core.runs.record import State, Status, read_as

HEARTBEAT_SECONDS = 2.0
HEARTBEAT_LIMIT = 120.0
"""A worker that gave no sign of life for so long (s) counts as gone."""
START_LIMIT = 15.0
"""A launcher that has not named the worker's process for so long (s) has died."""
CLOCK_TOLERANCE = 2.0
"""psutil derives start times from the boot time, which moves when the clock is set (s)."""

CANCEL_FILE = "cancel"
"""Beside status.json, for a worker that the cancelling machine cannot reach."""

ENDED_SILENTLY = (
    "the worker ended without saying why (killed, out of memory, or the machine went down); "
    "resume goes on from the rows that are there"
)


def read_state(folder: Path) -> State:
    """Read status.json of a run folder; a `StoreError` names what is wrong with it."""
    return read_as(folder / "status.json", State)


def write_state(folder: Path, state: State, *, durable: bool = True) -> None:
    """Replace status.json; on a full disk the old file's own blocks take the news."""
    path = folder / "status.json"
    values = state.model_dump(mode="json")
    try:
        write_json(path, values, durable=durable)
    except StoreError:
        if not durable:
            raise
        overwrite_json(path, values)


def find_process(state: State) -> psutil.Process | None:
    """Return the worker's process, or None if it is gone or its number was given to another."""
    if state.pid is None or state.host != socket.gethostname():
        return None
    try:
        process = psutil.Process(state.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        started = process.create_time()
    except psutil.Error:
        return None
    if state.process_started is None or abs(started - state.process_started) > CLOCK_TOLERANCE:
        return None
    return process


def shown_status(state: State) -> Status:
    """Return the status to show: a run whose worker is gone is interrupted, whatever it wrote."""
    if not state.status.active:
        return state.status
    age = time.time() - state.heartbeat
    if state.pid is None:
        waiting = state.job is not None or age < START_LIMIT
        return state.status if waiting else Status.INTERRUPTED
    if state.host == socket.gethostname() and find_process(state) is None:
        return Status.INTERRUPTED
    return state.status if age < HEARTBEAT_LIMIT else Status.INTERRUPTED
