"""Locks between processes: who may start a run, who holds the device."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from synverify_core.errors import StoreError
from synverify_core.files import make_folder, store_errors

STARTS_TIMEOUT = 60.0


@contextmanager
def store_lock(root: Path) -> Iterator[None]:
    """Hold the right to start, cancel, move or name the runs of a store; held for moments only."""
    path = make_folder(root / "locks") / "starts.lock"
    lock = FileLock(path, timeout=STARTS_TIMEOUT)
    with store_errors(path, "locked"):
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(
                f"{path} has been held by another process for {STARTS_TIMEOUT:g} s: end it first"
            ) from None
    try:
        yield
    finally:
        lock.release()


def device_lock(root: Path) -> FileLock:
    """Return the lock that the run on this machine's device holds while it works.

    Slurm gives every job a device of its own, so that jobs of one machine do not wait for another.
    """
    owner = os.environ.get("SLURM_JOB_ID") or socket.gethostname()
    return FileLock(make_folder(root / "locks") / f"device-{owner}.lock")
