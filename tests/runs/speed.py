"""What the fake experiment's models cost, once that was measured."""

import os
import time

SECONDS = 0.25


def speed_settings(config):
    """Say that prices depend on these fields and on no others."""
    return config.model_dump(mode="json", include={"delay", "fail_size", "label"})


def measure_prices(config, device, budget):
    """Sleep or fail as the config says; tell which threads and priority there were."""
    time.sleep(config.delay)
    if config.fail_size is not None:
        raise RuntimeError("the measurement exploded")
    threads = float(os.environ.get("OMP_NUM_THREADS", 0))
    niceness = float(os.getpriority(os.PRIO_PROCESS, 0))
    return {"models": SECONDS, "threads": threads, "niceness": niceness, "budget": budget}
