"""The fake experiment's forecast: half a second a unit of work, once it was measured."""

import os
import time
from typing import NamedTuple

SECONDS = 0.5


class Forecast(NamedTuple):
    """Seconds, and how they were found."""

    seconds: float
    basis: str


def speed_settings(config):
    """Say that speeds depend on these fields and on no others."""
    return config.model_dump(mode="json", include={"delay", "fail_size", "label"})


def measure(config, device, budget):
    """Sleep or fail as the config says; tell which threads and priority there were."""
    time.sleep(config.delay)
    if config.fail_size is not None:
        raise RuntimeError("the measurement exploded")
    threads = float(os.environ.get("OMP_NUM_THREADS", 0))
    niceness = float(os.getpriority(os.PRIO_PROCESS, 0))
    return {"unit": SECONDS, "threads": threads, "niceness": niceness, "budget": budget}


def extrapolate(config, speeds):
    """Scale with the number of seeds."""
    return Forecast(config.n_seeds * speeds["unit"], f"{1 / speeds['unit']:g} units a second")
