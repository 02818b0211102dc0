"""One low-priority helper process that keeps trained models loaded and answers every open page.

The page process never loads torch: it sends a request to the helper and gets plain values back,
as JSON lines over pipes. One request at a time is at work; the others wait here, in the page
process, where a session's newer request takes the place of its older one. The other side is
`companion_process`, where services are found by their name.
"""

import threading
from typing import Any

from synverify_core.errors import InputError, NotEnoughDataError, StoreError, SynverifyError
from synverify_core.runs.companion_queue import CompanionError, Plain, Queue, Ticket
from synverify_core.runs.helper import Helper, read, send

PROCESS = "synverify_core.runs.companion_process"
SECONDS_A_REQUEST = 60.0
ERRORS = {kind.__name__: kind for kind in (InputError, StoreError, NotEnoughDataError)}
CLOSED = "the model helper is closed"


class Companion:
    """Handle on the helper process, which starts with the first request and again if it dies."""

    def __init__(self) -> None:
        self._queue = Queue()
        self._news = threading.Condition()
        self._helper = Helper(PROCESS)
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
            process = self._helper.started()
            if service is not None and (process.pid, service) not in self._warmed:
                self._warmed.add((process.pid, service))
                send(process, {"warm": service})

    @property
    def pid(self) -> int | None:
        """Process id of the helper; None before it started."""
        return self._helper.pid

    def close(self) -> None:
        """End the helper and its thread; whoever waits is told."""
        with self._news:
            self._closed = True
            for ticket in self._queue.all_waiting():
                ticket.finish(CompanionError(CLOSED))
            self._news.notify()
        self._helper.kill()
        self._thread.join(timeout=10)
        self._helper.close()

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
                process = self._helper.started()
                send(process, {"service": ticket.service, "request": ticket.request})
            reply = read(process, ticket.timeout)
            if reply.answer is not None:
                return _understand(reply.answer)
            if reply.too_long:
                return CompanionError(
                    f"{ticket.service} took longer than {ticket.timeout:g} s and was ended; "
                    "try a smaller model or fewer beams, or again when no run is under way"
                )
        return CompanionError(
            f"the model helper ended twice at {ticket.service}; its last words are in the "
            "terminal that the app was started from"
        )


def _understand(reply: dict[str, Any]) -> dict[str, Any] | SynverifyError:
    if "error" in reply:
        return ERRORS.get(reply["kind"], SynverifyError)(reply["error"])
    answer: dict[str, Any] = reply["answer"]
    return answer
