"""How fast this machine trains and answers with a run's model.

torch is imported where it is measured, so that a page can ask what speeds depend on.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from synverify_core.experiments.arithmetic.config import ArithmeticConfig
from synverify_core.experiments.timing import fitting_batch, seconds_each

_MOST_PROBLEMS, _MOST_STEPS, _TRIAL = 5_000, 10_000, 16
_SPEED_FIELDS = {
    *("task", "maze_nodes", "maze_hops", "first_difficulty", "base_difficulty", "layers"),
    *("d_model", "heads", "precision", "batch_size"),
}


def speed_settings(config: ArithmeticConfig) -> Mapping[str, Any]:
    """Return what speeds depend on: runs that agree in it share a measurement."""
    return config.model_dump(mode="json", include=_SPEED_FIELDS)


def measure_prices(config: ArithmeticConfig, device: str, budget: float) -> Mapping[str, float]:
    """Train and answer with this run's model, on its original problems, for `budget` seconds."""
    from synverify_core.experiments.arithmetic.decode import answer
    from synverify_core.experiments.arithmetic.model import Transformer
    from synverify_core.experiments.arithmetic.train import Examples, fit

    rng, task, hardest = np.random.default_rng(0), config.made_task, config.base_difficulty
    n = min(_MOST_PROBLEMS, max(config.batch_size, 1_024))
    levels = rng.integers(config.first_difficulty, hardest + 1, n)
    data = Examples(*task.problems(rng, levels, easy=True), np.ones(n, dtype=bool))
    model = Transformer(config.shape).to(device)

    def train(batch_size: int, steps: int = 1) -> None:
        recipe = config.recipe(base=True, seed=0)
        fit(model, data, replace(recipe, batch_size=batch_size, steps=steps))

    def ask(count: int) -> None:
        answer(model, data.prompts[:count], task.most_characters(hardest))

    began = time.monotonic()
    batch = fitting_batch(train, config.batch_size, budget / 8, device, _TRIAL)
    step = seconds_each(partial(train, batch), budget / 2, _MOST_STEPS, device)
    each = seconds_each(ask, budget - (time.monotonic() - began), n, device)
    return {"steps": step * config.batch_size / batch, "answers": each}
