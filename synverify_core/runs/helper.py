"""A child process that answers JSON lines over pipes; started when needed, again if it died.

A plain subprocess and not `multiprocessing`, because Streamlit replaces `__main__`, which a spawned
child would import again.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple

from synverify_core.runs.threads import thread_environment


class Reply(NamedTuple):
    """What came back: the decoded line, or None with whether it took too long."""

    answer: dict[str, Any] | None
    too_long: bool = False


class Helper:
    """Handle on `python -m module`; the owner calls it under a lock of its own.

    The child has one thread for its products, and ends when its stdin does.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child; None before it started."""
        return self._process.pid if self._process else None

    def started(self) -> subprocess.Popen[str]:
        """Return the living child; one that died is replaced."""
        if self._process is None or self._process.poll() is not None:
            if self._process is not None:
                _reap(self._process)
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={
                    **os.environ,
                    **thread_environment(1),
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
            )
            weakref.finalize(self, self._process.kill)
        return self._process

    def kill(self) -> None:
        """End the child; whoever reads its answer sees that it ended."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Close the pipes of a child that was ended."""
        if self._process is not None:
            _reap(self._process)


def send(process: subprocess.Popen[str], message: Mapping[str, Any]) -> None:
    """Write one line; a child that has died is noticed when its answer is read."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()


def read(process: subprocess.Popen[str], seconds: float) -> Reply:
    """Wait for the next line; a child that hangs, or ends without one, is ended."""
    hung = threading.Event()

    def end() -> None:
        hung.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
    except (OSError, ValueError):  # a pipe that `close` has closed
        line = ""
    finally:
        timer.cancel()
    if line.endswith("\n"):
        return Reply(json.loads(line))
    process.kill()
    process.wait()
    return Reply(None, hung.is_set())


def _reap(process: subprocess.Popen[str]) -> None:
    process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # unsent bytes for a process that has ended
                pipe.close()
