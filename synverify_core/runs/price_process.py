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

from synverify_core.experiments.config import Config
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
        self._failures: dict[Path, tuple[float, str]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._path, self._started, self._asked = Path(), 0.0, 0.0

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
            now = self._clock()
            if self._process:
                self._asked = now if self._path == listed.path else self._asked
                late = now - self._started > LIMIT_SECONDS
                wanted = now - self._asked < ABANDONED_SECONDS
                if self._process.poll() is None and wanted and not late:
                    return None
                self._failures[self._path] = (now, self._end(late))
            failed, reason = self._failures.get(listed.path, (0.0, ""))
            if listed.read() is None and reason and now - failed < LIMIT_SECONDS:
                return from_finished_runs(store, listed.experiment, config, reason)
            if listed.read() is None:
                self._begin(listed, now)
                return None
        return estimate(store, experiment_name, config, device)

    def stop(self) -> None:
        """End a measurement under way: a run that starts now should not wait for it."""
        with self._lock:
            if self._process:
                self._end()

    def _begin(self, listed: PriceList, now: float) -> None:
        self._path, self._started, self._asked = listed.path, now, now
        self._errors = tempfile.TemporaryFile()
        threads = thread_environment(worker_threads())
        self._process = subprocess.Popen(
            [
                *self._command,
                listed.experiment.name,
                listed.config.model_dump_json(),
                listed.device,
            ],
            cwd=PROJECT,
            env={**os.environ, **threads, "SYNVERIFY_CACHE": str(listed.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def _end(self, late: bool = False) -> str:
        """End the process; return why it left no prices, or nothing if it was abandoned."""
        process, self._process = self._process, None
        assert process
        with self._errors:
            code = process.poll()
            process.kill()
            process.wait()
            if code is None:
                return f"it took more than {LIMIT_SECONDS:g} s" if late else ""
            self._errors.seek(0)
            words = self._errors.read().decode(errors="replace").split("\n")
            said = [one.strip() for one in words if one.strip()]
        return said[-1] if code and said else f"exit code {code} without prices in {self._path}"


_SHARED = Estimator()
measured_estimate = _SHARED.estimate
stop_measuring = _SHARED.stop
