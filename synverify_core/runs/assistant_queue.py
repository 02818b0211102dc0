"""What an assistant is asked: who wants what, whose turn it is, the last answers."""

import json
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from synverify_core.errors import SynverifyError

TASKS_REMEMBERED = 256

Plain = Mapping[str, Any]


class Task:
    """Requests to one service, answered one by one; shared by all sessions that ask the same."""

    def __init__(self, service: str, requests: Sequence[Plain], timeout: float) -> None:
        self.service, self.timeout = service, timeout
        self.waiting = deque(requests)
        self.total = len(self.waiting)
        self.answers: list[dict[str, Any]] = []
        self.error: SynverifyError | None = None
        self._finished = threading.Event()

    @property
    def pending(self) -> bool:
        """True while answers are still to come."""
        return self.error is None and len(self.answers) < self.total

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the last answer at most so long; say whether it has come."""
        return self._finished.wait(seconds)

    def result(self) -> list[dict[str, Any]]:
        """Return all answers, as soon as they are there.

        Raises
        ------
        SynverifyError
            What the service raised, with its message; or why there is no answer.
        """
        self.wait()
        if self.error is not None:
            raise self.error
        return self.answers

    def take(self, answer: dict[str, Any] | SynverifyError) -> None:
        """Add one answer, or the error that ends the task."""
        if isinstance(answer, SynverifyError):
            self.error = answer
        else:
            self.answers.append(answer)
        if not self.pending:
            self._finished.set()


class Queue:
    """Whose request is next, and the last tasks; not thread-safe, `Assistant` holds the lock."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Task] = OrderedDict()
        self._wanted: OrderedDict[str, dict[str, Task]] = OrderedDict()

    def submit(
        self, session: str, slot: str, service: str, requests: Sequence[Plain], timeout: float
    ) -> Task:
        """Return the task of these requests; it replaces what the session's slot asked before.

        A replaced task waits for somebody who wants it, and then goes on where it stopped.
        """
        key = json.dumps([service, requests], sort_keys=True)
        task = self._known.get(key)
        if task is None or task.error is not None:
            task = self._known[key] = Task(service, requests, timeout)
        self._known.move_to_end(key)
        if len(self._known) > TASKS_REMEMBERED:
            self._known.popitem(last=False)
        for idle in set(self._wanted) - set(self.waiting_sessions()) - {session}:
            del self._wanted[idle]
        self._wanted.setdefault(session, {})[slot] = task
        return task

    def release(self, session: str, slot: str) -> None:
        """Drop what a session's slot asked for; other sessions may still want the same task."""
        self._wanted.get(session, {}).pop(slot, None)

    def next(self) -> tuple[Task, Plain] | None:
        """Take the next request: sessions in turn, a session's slots in the order first asked."""
        for session in list(self._wanted):
            self._wanted.move_to_end(session)
            for task in self._wanted[session].values():
                if task.error is None and task.waiting:
                    return task, task.waiting.popleft()
        return None

    def pending(self) -> list[Task]:
        """Return what is wanted and not finished."""
        return [task for slots in self._wanted.values() for task in slots.values() if task.pending]

    def waiting_sessions(self) -> list[str]:
        """Name the sessions that have answers to come."""
        return [
            session
            for session, slots in self._wanted.items()
            if any(task.pending for task in slots.values())
        ]
