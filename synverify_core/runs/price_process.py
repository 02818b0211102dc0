"""Measures prices for the pages: in a process of its own, one configuration at a time.

A page asks `measured_estimate` again and again, and never waits.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from synverify_core.experiments.base import Config
from synverify_core.runs.estimate import Estimate, estimate, from_finished_runs
from synverify_core.runs.prices import PriceList, price_list
from synverify_core.runs.provenance import PROJECT
from synverify_core.runs.store import Store
from synverify_core.runs.threads import thread_environment, worker_threads

MEASURE = (sys.executable, "-m", "synverify_core.runs.prices")
LIMIT_SECONDS = 60.0
"""A measurement that lasts longer is given up; one that failed is not tried again for so long."""
ABANDONED_SECONDS = 2.0
"""A measurement that nobody asked for so long gives way to another."""


class Estimator:
    """Estimates for the pages of one process.

    Parameters
    ----------
    command : sequence of str
        Command that, with experiment, config (JSON) and device appended, measures into the cache
        named by $SYNVERIFY_CACHE.
    clock : callable
        Seconds that pass.
    """

    def __init__(
        self, command: Sequence[str] = MEASURE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._command, self._clock = tuple(command), clock
        self._lock = threading.Lock()
        self._under_way: _Measurement | None = None
        self._failures: dict[Path, tuple[float, str]] = {}

    def estimate(
        self, store: Store, experiment_name: str, config: Config, device: str = "auto"
    ) -> Estimate | None:
        """Return the estimate, or None while it is being measured: ask again in a second.

        Where measuring failed, e.g. since a run holds the device, finished runs speak, and the
        basis says why.
        """
        listed = price_list(store, experiment_name, config, device)
        if listed is None or listed.read():
            return estimate(store, experiment_name, config, device)
        with self._lock:
            now, current = self._clock(), self._under_way
            if current:
                current.asked = now if current.listed.path == listed.path else current.asked
                if current.goes_on(now):
                    return None
                self._failures[current.listed.path] = (now, current.end())
                self._under_way = None
            failed, reason = self._failures.get(listed.path, (0.0, ""))
            if reason and now - failed < LIMIT_SECONDS:
                return from_finished_runs(store, listed.experiment, config, reason)
            if listed.read() is None:
                self._under_way = _Measurement(self._command, listed, now)
                return None
        return estimate(store, experiment_name, config, device)

    def stop(self) -> None:
        """End a measurement under way: a run that starts now should not wait for it."""
        with self._lock:
            if self._under_way:
                self._under_way.end()
                self._under_way = None


class _Measurement:
    """A process that measures."""

    def __init__(self, command: Sequence[str], listed: PriceList, now: float) -> None:
        self.listed, self.started, self.asked = listed, now, now
        self._errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [*command, listed.experiment.name, listed.config.model_dump_json(), listed.device],
            cwd=PROJECT,
            env={
                **os.environ,
                **thread_environment(worker_threads()),
                "SYNVERIFY_CACHE": str(listed.root),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )
        self._overdue = False

    def goes_on(self, now: float) -> bool:
        """Tell whether it is at work, in time, and still asked for."""
        self._overdue = now - self.started > LIMIT_SECONDS
        wanted = now - self.asked < ABANDONED_SECONDS and not self._overdue
        return wanted and self.process.poll() is None

    def end(self) -> str:
        """End the process; return why there are no prices, or nothing if there may be later."""
        with self._errors:
            code = self.process.poll()
            self.process.kill()
            self.process.wait()
            if code is None:
                return f"it took more than {LIMIT_SECONDS:g} s" if self._overdue else ""
            if code == 0:
                return "" if self.listed.read() else f"{self.listed.path} cannot be read"
            self._errors.seek(0)
            words = self._errors.read().decode(errors="replace").split("\n")
            return next(
                (one.strip() for one in reversed(words) if one.strip()), f"exit code {code}"
            )


_SHARED = Estimator()
measured_estimate = _SHARED.estimate
stop_measuring = _SHARED.stop
