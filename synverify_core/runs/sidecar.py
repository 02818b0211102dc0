"""One low-priority helper process that computes small simulations for every open page.

The page process keeps the queue: it asks the helper for one point at a time, taking turns between
sessions, so a newer setting replaces an older one between two points, and no session starves the
others.
"""

import contextlib
import json
import os
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Any, TextIO

from synverify_core.errors import SynverifyError
from synverify_core.experiments.gaussian import simulate
from synverify_core.runs.helper import Helper, read, send

Point = dict[str, Any]
SESSIONS_REMEMBERED = 256
JOBS_REMEMBERED = 128
SECONDS_A_POINT = 60.0


class Job:
    """Points of one simulation; shared by every session that asks for the same settings."""

    def __init__(self, kind: str, settings: Mapping[str, Any]) -> None:
        self.waiting: deque[Point] = deque(simulate.plan(kind, settings))
        self.total = len(self.waiting)
        self.points: list[Point] = []
        self.error: str | None = None

    @property
    def pending(self) -> bool:
        """True while points are still to come."""
        return self.error is None and len(self.points) < self.total


class Schedule:
    """Whose point is computed next; not thread-safe, `Sidecar` holds the lock."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._wanted: OrderedDict[str, dict[str, Job]] = OrderedDict()

    def submit(self, session: str, slot: str, kind: str, settings: Mapping[str, Any]) -> Job:
        """Return the job of these settings; it replaces what the session's slot asked before."""
        key = json.dumps([kind, settings], sort_keys=True)
        job = self._jobs.get(key)
        if job is None or job.error is not None:
            job = self._jobs[key] = Job(kind, settings)
        self._jobs.move_to_end(key)
        self._wanted.setdefault(session, {})[slot] = job
        self._forget()
        return job

    def release(self, session: str, slot: str) -> None:
        """Drop what a session's slot asked for; other sessions may still want the same job."""
        self._wanted.get(session, {}).pop(slot, None)

    def next(self) -> tuple[Job, Point] | None:
        """Take the next point: sessions in turn, each session's slots in the order first asked."""
        for session in list(self._wanted):
            self._wanted.move_to_end(session)
            for job in self._wanted[session].values():
                if job.error is None and job.waiting:
                    return job, job.waiting.popleft()
        return None

    def sessions_waiting(self) -> int:
        """Count the sessions that have points to come."""
        return sum(any(job.pending for job in slots.values()) for slots in self._wanted.values())

    def _forget(self) -> None:
        while len(self._jobs) > JOBS_REMEMBERED:
            self._jobs.popitem(last=False)
        while len(self._wanted) > SESSIONS_REMEMBERED:
            self._wanted.popitem(last=False)


class Sidecar:
    """Handle on the helper process, which starts with the first point and again if it dies.

    `submit` may be called at every rerun: the same settings give the same `Job`, and its points
    appear while they are computed.
    """

    def __init__(self) -> None:
        self._schedule = Schedule()
        self._news = threading.Condition()
        self._helper = Helper("synverify_core.runs.sidecar")
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="sidecar", daemon=True)
        self._thread.start()

    def submit(self, session: str, slot: str, kind: str, settings: Mapping[str, Any]) -> Job:
        """Ask for a simulation; see `simulate.plan` for kinds and settings.

        Raises
        ------
        InputError
            If a setting is refused; nothing is queued then.
        """
        with self._news:
            job = self._schedule.submit(session, slot, kind, settings)
            self._news.notify()
        return job

    def release(self, session: str, slot: str) -> None:
        """Forget what a session's slot asked for."""
        with self._news:
            self._schedule.release(session, slot)

    def sessions_waiting(self) -> int:
        """Count the sessions that have points to come, to look for them less often if many do."""
        with self._news:
            return self._schedule.sessions_waiting()

    def warm(self) -> None:
        """Start the helper now, so that the first point does not wait for its imports."""
        with self._news:
            self._helper.started()

    @property
    def pid(self) -> int | None:
        """Process id of the helper; None before it started."""
        return self._helper.pid

    def close(self) -> None:
        """End the helper and its thread."""
        with self._news:
            self._closed = True
            self._news.notify()
        self._helper.kill()
        self._thread.join(timeout=10)
        self._helper.close()

    def _serve(self) -> None:
        while True:
            with self._news:
                while not self._closed and (task := self._schedule.next()) is None:
                    self._news.wait()
                if self._closed:
                    return
                assert task is not None
            job, request = task
            answer = self._ask(request)
            with self._news:
                if "error" in answer:
                    job.error = answer["error"]
                else:
                    job.points.append(answer["point"])

    def _ask(self, request: Point) -> Point:
        """Return the helper's answer; a helper that died is started once more."""
        for _ in range(2):
            with self._news:
                if self._closed:
                    break
                process = self._helper.started()
            send(process, request)
            answer = read(process, SECONDS_A_POINT).answer
            if answer is not None:
                return answer
        return {"error": "The simulation helper ended twice on this setting; try smaller n or d."}


def answer_all(requests: TextIO, answers: TextIO) -> None:
    """Compute a point for every line until the page process goes away."""
    for line in requests:
        try:
            answer: Point = {"point": simulate.compute(json.loads(line))}
        except SynverifyError as error:
            answer = {"error": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Be the helper: give way to the pages and to training, then answer."""
    if hasattr(os, "nice"):
        os.nice(5)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        answer_all(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
