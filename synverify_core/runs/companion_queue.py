"""Requests to the model helper: who waits for which, whose turn it is, the last answers."""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from synverify_core.errors import SynverifyError

ANSWERS_REMEMBERED = 256

Plain = Mapping[str, Any]


class CompanionError(SynverifyError):
    """The helper process could not answer: it took too long, ended, or was closed."""


class SupersededError(SynverifyError):
    """The session that asked has asked something newer before this was begun."""


class Ticket:
    """One request, shared by all sessions that ask the same; `result` is its answer."""

    def __init__(self, service: str, request: Plain, timeout: float) -> None:
        self.service, self.request, self.timeout = service, request, timeout
        self.slots: set[tuple[str, str]] = set()
        self._finished = threading.Event()
        self._answer: dict[str, Any] = {}
        self._error: SynverifyError | None = None

    @property
    def done(self) -> bool:
        """True when there is an answer or an error."""
        return self._finished.is_set()

    @property
    def failed(self) -> bool:
        """True when it ended without an answer."""
        return self._error is not None

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end at most so long; say whether it has come."""
        return self._finished.wait(seconds)

    def result(self) -> dict[str, Any]:
        """Return the answer, as soon as it is there.

        Raises
        ------
        SynverifyError
            What the service raised, with its message; or why there is no answer.
        """
        self._finished.wait()
        if self._error is not None:
            raise self._error
        return self._answer

    def finish(self, answer: dict[str, Any] | SynverifyError) -> None:
        """Give the waiting sessions their answer; the first one given stays."""
        if not self.done:
            if isinstance(answer, SynverifyError):
                self._error = answer
            else:
                self._answer = answer
            self._finished.set()


class Queue:
    """Which request is next, and the last answers; not thread-safe, `Companion` holds the lock."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Ticket] = OrderedDict()
        self._known: OrderedDict[str, Ticket] = OrderedDict()
        self._slots: dict[tuple[str, str], Ticket] = {}

    def submit(self, service: str, request: Plain, session: str, timeout: float) -> Ticket:
        """Return the ticket of this request; it replaces what the session's slot waits for."""
        key = json.dumps([service, request], sort_keys=True)
        ticket = self._known.get(key)
        if ticket is None or ticket.failed:
            ticket = self._known[key] = self._waiting[key] = Ticket(service, request, timeout)
        self._known.move_to_end(key)
        if session:
            self._take_slot((session, service), ticket)
        else:
            ticket.slots.add(("", ""))  # someone waits for it who never changes his mind
        self._forget()
        return ticket

    def next(self) -> Ticket | None:
        """Take the request that has waited longest."""
        return self._waiting.popitem(last=False)[1] if self._waiting else None

    def all_waiting(self) -> list[Ticket]:
        """Take all that wait."""
        tickets = list(self._waiting.values())
        self._waiting.clear()
        return tickets

    def _take_slot(self, slot: tuple[str, str], ticket: Ticket) -> None:
        before = self._slots.pop(slot, None)
        if before is not None and before is not ticket:
            before.slots.discard(slot)
            if not before.slots:
                self._drop(before)
        if not ticket.done:
            self._slots[slot] = ticket
            ticket.slots.add(slot)

    def _drop(self, ticket: Ticket) -> None:
        for key, waiting in list(self._waiting.items()):
            if waiting is ticket:
                del self._waiting[key], self._known[key]
                ticket.finish(SupersededError("a newer request has taken the place of this one"))

    def _forget(self) -> None:
        while len(self._known) > ANSWERS_REMEMBERED:
            self._known.popitem(last=False)
        for slot, ticket in list(self._slots.items()):
            if ticket.done:
                del self._slots[slot]
