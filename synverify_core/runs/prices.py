"""What each kind of work costs on this machine: measured for a few seconds, kept in the cache.

An experiment can be measured if its package has a module `speed` with `speed_settings(config)`,
what prices depend on, and `measure_prices(config, device, budget)`, the seconds for one of each
amount that its `cost` counts. Importing that module must not load torch.
"""

import hashlib
import importlib
import importlib.util
import json
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from filelock import Timeout

from synverify_core.errors import StoreError, SynverifyError
from synverify_core.experiments import registry
from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.config import Config
from synverify_core.files import make_folder, read_json, write_json
from synverify_core.runs.locks import device_lock
from synverify_core.runs.provenance import (
    cpu_name,
    device_name,
    package_versions,
    resolve_device,
)
from synverify_core.runs.store import Store
from synverify_core.runs.threads import usable_cores, worker_threads

BUDGET_SECONDS = 5.0
VALID_SECONDS = 24 * 3600.0
"""Afterwards it is measured again: machines are updated, throttled, shared."""
SCHEMA = 2


class Prices(NamedTuple):
    """Seconds for one of each amount of work, and where and when they were measured, in words."""

    seconds: Mapping[str, float]
    basis: str


class PriceList(NamedTuple):
    """Where the prices of a run's settings on a device of this machine are kept."""

    root: Path
    experiment: type[AnyExperiment]
    config: Config
    device: str
    path: Path

    def read(self) -> Prices | None:
        """Return what was measured in the last day, if it was and can be read."""
        try:
            values = read_json(self.path)
            measured = datetime.fromisoformat(values["measured"])
            prices = {str(name): float(price) for name, price in values["prices"].items()}
            age = (datetime.now(UTC) - measured).total_seconds()
            if values["schema_version"] != SCHEMA or not 0 <= age < VALID_SECONDS:
                return None
            when = measured.astimezone().strftime("%H:%M")
            return Prices(prices, f"measured at {when} on {values['on']}")
        except (StoreError, KeyError, TypeError, ValueError, AttributeError):
            return None  # none yet, or a damaged one: it is a few seconds' work to replace

    def measure(self) -> None:
        """Measure in this process.

        Raises
        ------
        SynverifyError
            If a run holds the device, what the run needs is not there, or the cache cannot be
            written.
        """
        device = resolve_device(self.device)
        lock = device_lock(self.root)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise SynverifyError("a run holds the device") from None
        try:
            speed = importlib.import_module(_speed_module(self.experiment))
            prices = speed.measure_prices(self.config, device, BUDGET_SECONDS)
        finally:
            lock.release()
        make_folder(self.path.parent)
        values = {
            "schema_version": SCHEMA,
            "measured": datetime.now(UTC).isoformat(),
            "on": device_name(device),
            "settings": _settings(self.experiment, self.config),
            "prices": dict(prices),
        }
        write_json(self.path, values, durable=False)


def price_list(
    store: Store, experiment_name: str, config: Config, device: str = "auto"
) -> PriceList | None:
    """Return where the run's prices are kept, or None for an experiment that is not measured."""
    experiment = registry.get(experiment_name)
    if importlib.util.find_spec(_speed_module(experiment)) is None:
        return None
    identity = {
        "experiment": [experiment.name, experiment.version],
        "settings": _settings(experiment, config),
        "device": device,
        "machine": [socket.gethostname(), cpu_name(), usable_cores(), worker_threads()],
        "versions": package_versions(),
    }
    text = json.dumps(identity, sort_keys=True)
    name = f"{experiment.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    return PriceList(store.root, experiment, config, device, store.root / "prices" / name)


def _speed_module(experiment: type[AnyExperiment]) -> str:
    return experiment.__module__.rpartition(".")[0] + ".speed"


def _settings(experiment: type[AnyExperiment], config: Config) -> dict[str, Any]:
    return dict(importlib.import_module(_speed_module(experiment)).speed_settings(config))
