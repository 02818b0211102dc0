"""Measures, in the process that calls it, how long a run will take; loads torch.

`python -m synverify_core.runs.measure EXPERIMENT CONFIG DEVICE` is what pages start: it works with
the threads and the priority of a worker, because it predicts what a worker will do.
"""

import json
import sys
from collections.abc import Sequence

from filelock import Timeout

from synverify_core.errors import SynverifyError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config
from synverify_core.runs.estimate import Estimate, estimate_seconds
from synverify_core.runs.forecast import (
    BUDGET_SECONDS,
    DEVICE_BUSY,
    Job,
    fallback,
    find_job,
    keep_speeds,
    known_estimate,
)
from synverify_core.runs.locks import device_lock
from synverify_core.runs.provenance import device_name, resolve_device
from synverify_core.runs.store import Store
from synverify_core.runs.threads import yield_to_others


def estimate_here(
    store: Store, experiment_name: str, config: Config, device: str = "auto"
) -> Estimate:
    """Return what is known of a run's time, measured for a few seconds if it never was.

    Raises
    ------
    InputError
        If the device is not available.
    StoreError
        If the cache cannot be written.
    """
    job = find_job(store, experiment_name, config, device)
    if job is None:
        return estimate_seconds(store, registry.get(experiment_name), config)
    known = known_estimate(job)
    try:
        if known is None and not _measure(job):
            return fallback(job, "a run holds the device")
    except SynverifyError as error:
        resolve_device(device)  # one that is not there is refused
        return fallback(job, str(error))
    return known or known_estimate(job) or fallback(job, f"{job.path} cannot be read")


def _measure(job: Job) -> bool:
    """Measure while no run holds the device; tell whether that was so."""
    device = resolve_device(job.device)
    lock = device_lock(job.store.root)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    try:
        speeds = job.hook.measure(job.config, device, BUDGET_SECONDS)
    finally:
        lock.release()
    keep_speeds(job, speeds, device_name(device))
    return True


def main(arguments: Sequence[str]) -> int:
    """Measure one run for a page, which reads the result from the cache."""
    name, config, device = arguments
    yield_to_others()
    try:
        job = find_job(
            Store(), name, registry.get(name).config_type.make(json.loads(config)), device
        )
        return 0 if job is None or _measure(job) else DEVICE_BUSY
    except SynverifyError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
