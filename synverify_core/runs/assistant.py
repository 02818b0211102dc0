"""A low-priority child process that computes for every open page, as JSON lines over pipes.

The page process loads no torch and computes no simulation: it sends a request and gets plain values
back. One request at a time is at work; the others wait here, in the page process. There are two
assistants, so that a slow answer of a model does not hold up the simulations. The other side is
`assistant_process`, where services are found by their name.

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
from collections.abc import Mapping, Sequence
from typing import Any

from synverify_core.errors import InputError, NotEnoughDataError, StoreError, SynverifyError
from synverify_core.runs.assistant_queue import Plain, Queue, Task
from synverify_core.runs.threads import thread_environment

PROCESS = "synverify_core.runs.assistant_process"
SECONDS_A_REQUEST = 60.0
ERRORS = {kind.__name__: kind for kind in (InputError, StoreError, NotEnoughDataError)}
CLOSED = SynverifyError("the app is being closed: nothing more is computed")


class Assistant:
    """Handle on the child, which starts with the first request and again if it dies.

    `submit` may be called at every rerun of a page: the same requests give the same `Task`, and its
    answers appear while they are computed.
    """

    def __init__(self, module: str = PROCESS) -> None:
        self._module = module
        self._queue = Queue()
        self._news = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._warmed: set[tuple[int, str]] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="assistant", daemon=True)
        self._thread.start()

    def submit(
        self,
        service: str,
        requests: Sequence[Plain],
        *,
        session: str,
        slot: str = "",
        timeout: float = SECONDS_A_REQUEST,
    ) -> Task:
        """Ask without waiting.

        Parameters
        ----------
        service : `experiment.name`, e.g. `eigenvalues.inspect`.
        requests : plain values that determine the answers; the same ones are answered once.
        session, slot : who asks, and for which place of the page (default: the service): what was
            asked for that place before is no longer wanted.
        timeout : seconds at work on one request after which the child is ended, the loading of a
            model included.
        """
        with self._news:
            task = self._queue.submit(session, slot or service, service, requests, timeout)
            if self._closed and task.pending:
                task.take(CLOSED)
            self._news.notify()
        return task

    def release(self, session: str, slot: str) -> None:
        """Forget what a session's slot asked for."""
        with self._news:
            self._queue.release(session, slot)

    def sessions_waiting(self) -> int:
        """Count the sessions that have answers to come, to look for them less often if many do."""
        with self._news:
            return len(self._queue.waiting_sessions())

    def warm(self, service: str) -> None:
        """Start the child now, without waiting, and let it import what a service needs."""
        with self._news:
            if self._closed:
                return
            process = self._started()
            if (process.pid, service) not in self._warmed:
                self._warmed.add((process.pid, service))
                _send(process, {"warm": service})

    @property
    def pid(self) -> int | None:
        """Process id of the child; None before it started."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the child and the thread; whoever waits is told."""
        with self._news:
            self._closed = True
            for task in self._queue.pending():
                task.take(CLOSED)
            self._news.notify()
        if self._process is not None:
            self._process.kill()
        self._thread.join(timeout=10)
        if self._process is not None:
            _reap(self._process)

    def _serve(self) -> None:
        while True:
            with self._news:
                while not self._closed and (work := self._queue.next()) is None:
                    self._news.wait()
                if self._closed:
                    return
                assert work is not None
            task, request = work
            answer = self._answer(task, request)
            with self._news:
                if task.pending:
                    task.take(answer)

    def _answer(self, task: Task, request: Plain) -> dict[str, Any] | SynverifyError:
        """Return what the child says; a child that died is started once more."""
        for _ in range(2):
            with self._news:
                if self._closed:
                    return CLOSED
                process = self._started()
                _send(process, {"service": task.service, "request": request})
            try:
                reply = _read(process, task.timeout)
            except TimeoutError:
                return SynverifyError(
                    f"{task.service} took longer than {task.timeout:g} s and was ended; try a "
                    "smaller model or fewer beams or samples, or again when no run is under way"
                )
            if reply is not None:
                return _understand(reply)
        return SynverifyError(
            f"the process that computes {task.service} ended twice; its last words are in the "
            "terminal that the app was started from. A smaller setting may fit into memory"
        )

    def _started(self) -> subprocess.Popen[str]:
        """Return the living child, with one thread for its products; a dead one is replaced."""
        if self._process is None or self._process.poll() is not None:
            if self._process is not None:
                _reap(self._process)
            path = {"PYTHONPATH": os.pathsep.join(sys.path)}
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, **thread_environment(1), **path},
            )
            weakref.finalize(self, self._process.kill)
        return self._process


def _understand(reply: dict[str, Any]) -> dict[str, Any] | SynverifyError:
    if "error" in reply:
        return ERRORS.get(reply["kind"], SynverifyError)(reply["error"])
    answer: dict[str, Any] = reply["answer"]
    return answer


def _send(process: subprocess.Popen[str], message: Mapping[str, Any]) -> None:
    """Write one line; a child that has died is noticed when its answer is read."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()


def _read(process: subprocess.Popen[str], seconds: float) -> dict[str, Any] | None:
    """Wait for the next line; None from a child that ended without one.

    Raises
    ------
    TimeoutError
        From a child that hangs, which is ended.
    """
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
        answer: dict[str, Any] = json.loads(line)
        return answer
    process.kill()
    process.wait()
    if hung.is_set():
        raise TimeoutError
    return None


def _reap(process: subprocess.Popen[str]) -> None:
    process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # unsent bytes for a process that has ended
                pipe.close()
