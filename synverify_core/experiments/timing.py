"""How long a piece of work takes, from a few seconds of it."""

import time
from collections.abc import Callable
from functools import partial


def timed(work: Callable[[], object], device: str) -> float:
    """Return the seconds that work takes, to its end on the device."""
    began = time.monotonic()
    work()
    if device.startswith("cuda"):
        import torch

        torch.cuda.synchronize()
    return time.monotonic() - began


def seconds_each(work: Callable[[int], object], budget: float, most: int, device: str) -> float:
    """Return the seconds per item of the last of some growing portions.

    Parameters
    ----------
    work : does so many items; its first call, which prepares what is prepared once, is not counted.
    budget : seconds for all portions; at least one is measured.
    most : items of the largest portion (count).
    """
    began = time.monotonic()
    work(1)
    portion = 1
    while True:
        seconds = timed(partial(work, portion), device)
        # A portion four times as large would take about four times as long.
        if portion == most or time.monotonic() - began + 4 * seconds > budget:
            return max(seconds, 1e-9) / portion
        portion = min(most, 4 * portion)


def fitting_batch(
    step: Callable[[int], object], batch_size: int, limit: float, device: str, trial: int
) -> int:
    """Halve a batch until a step of it should take less than the limit (s).

    Parameters
    ----------
    step : trains one step on so many examples.
    trial : examples from which the time is told; on a GPU, where few take as long as many, all.
    """
    trial = batch_size if device.startswith("cuda") else min(trial, batch_size)
    step(trial)  # what is prepared once
    each = timed(partial(step, trial), device) / trial
    while batch_size > trial and batch_size * each > limit:
        batch_size //= 2
    return max(batch_size, trial)
