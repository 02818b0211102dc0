"""What a worker writes while it works: rows, log, and signs of life."""

import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from synverify_core.errors import StoreError
from synverify_core.experiments.base import Reporter
from synverify_core.experiments.row import Row
from synverify_core.files import store_errors
from synverify_core.runs.estimate import time_left
from synverify_core.runs.record import State, Status
from synverify_core.runs.rows import RowWriter
from synverify_core.runs.state import CANCEL_FILE, HEARTBEAT_SECONDS, write_state

SYNC_SECONDS = 5.0
STAGE_SECONDS = 0.3


class RunReporter:
    """Writes a run's rows, log and status, and tells the same to a listener.

    The status is refreshed from a thread, so that a long step does not look like a dead worker.
    """

    def __init__(self, folder: Path, before: State, listener: Reporter | None = None) -> None:
        self._folder = folder
        self._listener = listener
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._seconds_before = before.seconds
        self._work_started: float | None = None
        self._first_done: int | None = None
        self._expected: float | None = None
        self._written = 0.0
        self._synced = time.monotonic()
        self.state = before.model_copy(
            update={
                "status": Status.QUEUED,
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "process_started": psutil.Process().create_time(),
                "error": None,
                "stage": "starting",
                "eta_seconds": None,
            }
        )
        self._write({})
        self._rows: RowWriter | None = None
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def begin(self, device: str, expected: float | None = None) -> None:
        """Say that the device is held and the work begins, to take so many seconds in all."""
        self._expected = expected
        self._rows = RowWriter(self._folder / "rows.jsonl")
        self._work_started = time.monotonic()
        now = datetime.now(UTC)
        started = self.state.started or now
        self._write({"status": Status.RUNNING, "device": device, "started": started})

    def stage(self, name: str, done: int, total: int) -> None:
        """Announce the stage and the number of finished units."""
        if self._work_started is not None and total and self._first_done is None:
            self._first_done = done
        news = {"stage": name, "detail": "", "within": 0.0, "done": done, "total": total}
        self._write(news, durable=False, at_once=name != self.state.stage)
        if self._listener:
            self._listener.stage(name, done, total)

    def within(self, share: float, text: str) -> None:
        """Say how far the unit under way is; only the newest word is kept."""
        news = {"within": min(max(share, 0.0), 1.0), "detail": text}
        self._write(news, durable=False, at_once=False)
        if self._listener:
            self._listener.within(share, text)

    def row(self, row: Row) -> None:
        """Take one measured point."""
        if self._rows is None:
            raise RuntimeError("a row came before the run began")
        self._rows.append(row)
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self._rows.sync()
            self._synced = time.monotonic()
        if self._listener:
            self._listener.row(row)

    def log(self, message: str) -> None:
        """Take one line for the log; a full disk loses log lines before it ends a run."""
        stamp = datetime.now().astimezone().isoformat(timespec="seconds")
        path = self._folder / "log.txt"
        with suppress(StoreError), store_errors(path, "written"):
            with path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(f"{stamp} {message}\n")
        if self._listener:
            self._listener.log(message)

    @property
    def seconds(self) -> float:
        """Time at work, over this and all earlier sessions (s)."""
        now = time.monotonic()
        return self._seconds_before + (now - self._work_started if self._work_started else 0.0)

    def stop(self) -> None:
        """End the signs of life and close the rows, safely on disk."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._rows is not None:
            rows, self._rows = self._rows, None
            try:
                rows.sync()
            finally:
                rows.close()

    def finish(self, status: Status, error: str | None = None) -> None:
        """Write the last status."""
        eta = 0.0 if status is Status.DONE else None
        self._write({"status": status, "error": error, "pid": None, "eta_seconds": eta})

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            if (self._folder / CANCEL_FILE).exists():
                self._end_cancelled()
            self._write({}, durable=False)

    def _end_cancelled(self) -> None:
        """End this process for a launcher on another machine, which cannot."""
        with self._lock:  # so that no other thread writes `running` over it
            news = {"status": Status.CANCELLED, "pid": None, "eta_seconds": None}
            with suppress(StoreError):
                write_state(self._folder, self.state.model_copy(update=news))
            os.kill(os.getpid(), signal.SIGTERM)

    def _write(
        self, news: Mapping[str, Any], *, durable: bool = True, at_once: bool = True
    ) -> None:
        """Change the state and write it, unless it was written a moment ago.

        What is not `durable` may fail: the next sign of life tries again.
        """
        with self._lock:
            times = {"heartbeat": time.time(), "seconds": self.seconds}
            self.state = self.state.model_copy(update={**times, **news})
            if self.state.status is Status.RUNNING:
                self.state = self.state.model_copy(update={"eta_seconds": self._eta()})
            if at_once or time.monotonic() - self._written > STAGE_SECONDS:
                with nullcontext() if durable else suppress(StoreError):
                    write_state(self._folder, self.state, durable=durable)
                self._written = time.monotonic()

    def _eta(self) -> float | None:
        if self._work_started is None or self._first_done is None:
            return None
        return time_left(
            time.monotonic() - self._work_started,
            before=self._first_done,
            done=self.state.done + self.state.within,
            total=self.state.total,
            expected=self._expected,
        )
