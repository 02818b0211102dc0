"""How long a run will take, measured on this machine before it starts.

An experiment whose package has a module `forecast` can be measured; the others are estimated from
finished runs. A page asks `measured_estimate` again and again: the measurement is done by a
process of its own (`measure.py`), one at a time, and what it finds is kept in the cache.
"""

import hashlib
import importlib
import importlib.util
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, cast

from filelock import Timeout

from synverify_core.errors import StoreError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config
from synverify_core.files import make_folder, read_json, write_json
from synverify_core.runs.estimate import Estimate, estimate_seconds
from synverify_core.runs.locks import device_lock
from synverify_core.runs.provenance import PROJECT, cpu_name, package_versions
from synverify_core.runs.store import Store
from synverify_core.runs.threads import thread_environment, usable_cores, worker_threads
from synverify_core.runs.uid import AnyExperiment

MEASURE = (sys.executable, "-m", "synverify_core.runs.measure")
BUDGET_SECONDS = 5.0
LIMIT_SECONDS = 60.0
"""A measurement that lasts longer is given up."""
ABANDONED_SECONDS = 2.0
"""A measurement that nobody asked for so long gives way to another."""
VALID_SECONDS = 24 * 3600.0
"""Afterwards it is measured again: machines are updated, throttled, shared."""
DEVICE_BUSY = 3
"""Exit code of a measurement that found a run holding the device."""
SCHEMA = 1


class Forecast(Protocol):
    """What `extrapolate` returns."""

    @property
    def seconds(self) -> float:
        """Expected time of the whole run (s)."""
        ...

    @property
    def basis(self) -> str:
        """The measured speeds in words."""
        ...


class Hook(Protocol):
    """The functions of `synverify_core/experiments/<name>/forecast.py`.

    Importing the module must load neither torch nor transformers; `measure` may.
    """

    def speed_settings(self, config: Any) -> Mapping[str, Any]:
        """Return what the speeds depend on, as JSON values."""
        ...

    def measure(self, config: Any, device: str, budget: float) -> Mapping[str, float]:
        """Do some of the run's work for `budget` seconds and return its speeds."""
        ...

    def extrapolate(self, config: Any, speeds: Mapping[str, float]) -> Forecast:
        """Return what a run takes at these speeds."""
        ...


class Job(NamedTuple):
    """A run that has not begun, and where the speeds of this machine at its work are kept."""

    store: Store
    experiment: type[AnyExperiment]
    config: Config
    device: str
    hook: Hook
    path: Path


def find_job(store: Store, experiment_name: str, config: Config, device: str) -> Job | None:
    """Return what is to be measured, or None for an experiment without a forecast."""
    experiment = registry.get(experiment_name)
    module = experiment.__module__.rpartition(".")[0] + ".forecast"
    if importlib.util.find_spec(module) is None:
        return None
    hook = cast(Hook, importlib.import_module(module))
    identity = {
        "experiment": [experiment.name, experiment.version],
        "settings": hook.speed_settings(config),
        "device": device,
        "machine": [socket.gethostname(), cpu_name(), usable_cores(), worker_threads()],
        "versions": package_versions(),
    }
    text = json.dumps(identity, sort_keys=True)
    name = f"{experiment.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    return Job(store, experiment, config, device, hook, store.root / "forecasts" / name)


def known_estimate(job: Job) -> Estimate | None:
    """Return what an earlier measurement on this machine says, if there is one."""
    try:
        values = read_json(job.path)
        measured = datetime.fromisoformat(values["measured"])
        speeds = values["speeds"]
        forecast = job.hook.extrapolate(job.config, speeds)
    except (StoreError, KeyError, TypeError, ValueError):
        return None  # none yet, or a damaged one: it is a few seconds' work to replace
    age = (datetime.now(UTC) - measured).total_seconds()
    if values.get("schema_version") != SCHEMA or not 0 <= age < VALID_SECONDS:
        return None
    when = measured.astimezone().strftime("%H:%M")
    return Estimate(forecast.seconds, f"measured at {when} on {values['on']}: {forecast.basis}")


def keep_speeds(job: Job, speeds: Mapping[str, float], on: str) -> None:
    """Keep a measurement, made on the device named `on`."""
    make_folder(job.path.parent)
    values = {
        "schema_version": SCHEMA,
        "measured": datetime.now(UTC).isoformat(),
        "on": on,
        "settings": dict(job.hook.speed_settings(job.config)),
        "speeds": dict(speeds),
    }
    write_json(job.path, values, durable=False)


def fallback(job: Job, reason: str) -> Estimate:
    """Estimate from finished runs and say why it was not measured."""
    seconds, basis = estimate_seconds(job.store, job.experiment, job.config)
    return Estimate(seconds, f"{basis}; not measured: {reason}")


def best_estimate(
    store: Store, experiment_name: str, config: Config, device: str = "auto"
) -> Estimate:
    """Return what is known without measuring: an earlier measurement, else finished runs."""
    job = find_job(store, experiment_name, config, device)
    known = known_estimate(job) if job else None
    return known or estimate_seconds(store, registry.get(experiment_name), config)


class Forecaster:
    """Measures for the pages of one process, one configuration at a time.

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
        self._command = tuple(command)
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: _Measurement | None = None
        self._failures: dict[Path, str] = {}

    def estimate(
        self, store: Store, experiment_name: str, config: Config, device: str = "auto"
    ) -> Estimate | None:
        """Return the estimate, or None while it is being measured: ask again in a second.

        It never waits. Where a run holds the device, or measuring failed, finished runs speak,
        and the basis says why.
        """
        job = find_job(store, experiment_name, config, device)
        if job is None:
            return estimate_seconds(store, registry.get(experiment_name), config)
        with self._lock:
            reason = self._look_after(job)
            known = known_estimate(job)
            if known or reason:
                return known or fallback(job, reason or "")
            if self._under_way is None:
                if _device_is_held(store.root):
                    return fallback(job, "a run holds the device")
                self._under_way = _Measurement(self._command, job, self._clock())
        return None

    def stop(self) -> None:
        """End a measurement under way."""
        with self._lock:
            if self._under_way:
                self._under_way.end()
                self._under_way = None

    def _look_after(self, job: Job) -> str | None:
        """Take the end of the measurement under way; return why this one failed, if it did."""
        now, current = self._clock(), self._under_way
        if current:
            path = current.job.path
            if path == job.path:
                current.asked = now
            code = current.process.poll()
            if code is None and now - current.started > LIMIT_SECONDS:
                self._failures[path] = f"it took more than {LIMIT_SECONDS:g} s"
            elif code is None and now - current.asked < ABANDONED_SECONDS:
                return None
            elif code == 0 and known_estimate(current.job) is None:
                self._failures[path] = f"{path} cannot be read"
            elif code not in (None, 0, DEVICE_BUSY):
                self._failures[path] = current.last_words() or f"exit code {code}"
            current.end()
            self._under_way = None
            if code == DEVICE_BUSY and path == job.path:
                return "a run holds the device"
        return self._failures.get(job.path)


class _Measurement:
    """A process that measures."""

    def __init__(self, command: Sequence[str], job: Job, now: float) -> None:
        self.job, self.started, self.asked = job, now, now
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        values = job.config.model_dump_json()
        self.process = subprocess.Popen(
            [*command, job.experiment.name, values, job.device],
            cwd=PROJECT,
            env={
                **os.environ,
                **thread_environment(worker_threads()),
                "SYNVERIFY_CACHE": str(job.store.root),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def last_words(self) -> str:
        """Return the last line that the process wrote about its end."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def end(self) -> None:
        """End the process if it still works."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        self._errors.close()


def _device_is_held(root: Path) -> bool:
    lock = device_lock(root)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


_SHARED = Forecaster()


def stop_measuring() -> None:
    """Give up a measurement under way: a run that starts now should not wait for it."""
    _SHARED.stop()


def measured_estimate(
    store: Store, experiment_name: str, config: Config, device: str = "auto"
) -> Estimate | None:
    """Return the estimate of a page's run, or None while it is being measured: ask again."""
    return _SHARED.estimate(store, experiment_name, config, device)
