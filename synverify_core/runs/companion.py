"""One low-priority helper process that keeps trained models loaded and answers every open page.

The page process never loads torch: it sends a request to the helper and gets plain values back,
as JSON lines over pipes. One request at a time is at work; the others wait here, in the page
process, where a session's newer request takes the place of its older one. The other side is
`companion_process`, where services are found by their name.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from typing import Any

from synverify_core.errors import InputError, NotEnoughDataError, StoreError, SynverifyError
from synverify_core.runs.companion_queue import CompanionError, Plain, Queue, Ticket
from synverify_core.runs.threads import PASSIVE_WAITING, THREAD_VARIABLES

PROCESS = "synverify_core.runs.companion_process"
SECONDS_A_REQUEST = 60.0
ERRORS = {kind.__name__: kind for kind in (InputError, StoreError, NotEnoughDataError)}
CLOSED = "the model helper is closed"


class Companion:
    """Handle on the helper process, which starts with the first request and again if it dies."""

    def __init__(self) -> None:
        self._queue = Queue()
        self._news = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._warmed: set[tuple[int, str]] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="companion", daemon=True)
        self._thread.start()

    def submit(
        self,
        service: str,
        request: Plain,
        *,
        session: str = "",
        timeout: float = SECONDS_A_REQUEST,
    ) -> Ticket:
        """Ask without waiting.

        Parameters
        ----------
        service : `experiment.name`, e.g. `eigenvalues.inspect`.
        request : plain values that determine the answer; the same request is answered once.
        session : who asks; a session's newer request to a service replaces its waiting one.
        timeout : seconds at work after which the helper is ended, the loading of a model
            included.
        """
        with self._news:
            ticket = self._queue.submit(service, request, session, timeout)
            if self._closed:
                ticket.finish(CompanionError(CLOSED))
            self._news.notify()
        return ticket

    def ask(
        self, service: str, request: Plain, timeout: float = SECONDS_A_REQUEST
    ) -> dict[str, Any]:
        """Ask and wait: `timeout` seconds for others' requests and as long for this one.

        Raises
        ------
        SynverifyError
            What the service raised, of its own kind (`InputError`, `StoreError`) and with its
            message; `CompanionError` for a request that took too long.
        """
        ticket = self.submit(service, request, timeout=timeout)
        if not ticket.wait(2 * timeout):
            raise CompanionError(
                f"{service} has not been answered within {2 * timeout:g} s: the model helper is "
                "busy with other requests; try again"
            )
        return ticket.result()

    def warm(self, service: str | None = None) -> None:
        """Start the helper now, without waiting, and let it import what a service needs."""
        with self._news:
            if self._closed:
                return
            process = self._started()
            if service is not None and (process.pid, service) not in self._warmed:
                self._warmed.add((process.pid, service))
                with contextlib.suppress(OSError):  # it has died; the first request starts it anew
                    _send(process, {"warm": service})

    @property
    def pid(self) -> int | None:
        """Process id of the helper; None before it started."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the helper and its thread; whoever waits is told."""
        with self._news:
            self._closed = True
            process = self._process
            for ticket in self._queue.all_waiting():
                ticket.finish(CompanionError(CLOSED))
            self._news.notify()
        if process is not None:
            process.kill()
        self._thread.join(timeout=10)
        if process is not None:
            _reap(process)

    def _serve(self) -> None:
        while True:
            with self._news:
                while not self._closed and (ticket := self._queue.next()) is None:
                    self._news.wait()
                if self._closed:
                    return
                assert ticket is not None
            ticket.finish(self._answer(ticket))

    def _answer(self, ticket: Ticket) -> dict[str, Any] | SynverifyError:
        """Return what the helper says; a helper that died is started once more."""
        for _ in range(2):
            with self._news:
                if self._closed:
                    return CompanionError(CLOSED)
                process = self._started()
                with contextlib.suppress(OSError):  # it has died: there is no answer to read
                    _send(process, {"service": ticket.service, "request": ticket.request})
            line, too_long = _read(process, ticket.timeout)
            if line.endswith("\n"):
                return _understand(json.loads(line))
            process.kill()
            process.wait()
            if too_long:
                return CompanionError(
                    f"{ticket.service} took longer than {ticket.timeout:g} s and was ended; "
                    "try a smaller model or fewer beams, or again when no run is under way"
                )
        return CompanionError(
            f"the model helper ended twice at {ticket.service}; its last words are in the "
            "terminal that the app was started from"
        )

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            if self._process is not None:
                _reap(self._process)
            single = {**dict.fromkeys(THREAD_VARIABLES, "1"), **PASSIVE_WAITING}
            self._process = subprocess.Popen(
                [sys.executable, "-m", PROCESS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, **single, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            weakref.finalize(self, self._process.kill)
        return self._process


def _send(process: subprocess.Popen[str], message: Plain) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def _read(process: subprocess.Popen[str], seconds: float) -> tuple[str, bool]:
    """Return the helper's next line, empty if it has ended, and whether it took too long."""
    # A helper that hangs is as good as dead: ending it ends the wait for its line.
    hung = threading.Event()

    def end() -> None:
        hung.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        assert process.stdout is not None
        return process.stdout.readline(), hung.is_set()
    except (OSError, ValueError):  # a pipe that `close` has closed
        return "", False
    finally:
        timer.cancel()


def _understand(reply: dict[str, Any]) -> dict[str, Any] | SynverifyError:
    if "error" in reply:
        return ERRORS.get(reply["kind"], SynverifyError)(reply["error"])
    answer: dict[str, Any] = reply["answer"]
    return answer


def _reap(process: subprocess.Popen[str]) -> None:
    process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # unsent bytes for a process that has ended
                pipe.close()
