"""How long a run will take here, from a few seconds of the real work."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.data import Examples, encode_source, sample_problems
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.predict import predict
from synverify_core.experiments.eigenvalues.train import fit

_MOST_MATRICES = 20_000


class Forecast(NamedTuple):
    """Expected time of a whole run (s), and the two speeds that it follows from."""

    seconds: float
    examples_per_second: float
    matrices_per_second: float


def forecast(config: EigenvaluesConfig, device: str = "cpu", budget: float = 5.0) -> Forecast:
    """Measure training and decoding of this run's model and extrapolate.

    Parameters
    ----------
    budget : seconds to spend; a single step of a very large model may take longer.
    """
    encoding = get_encoding(config.encoding)
    problems = sample_problems(
        np.random.default_rng(0),
        min(_MOST_MATRICES, max(config.batch_size, 1024)),
        dimension=config.dimension,
        encoding=encoding,
        entries=config.entries,
    )
    source = encode_source(
        problems.entries, dimension=config.dimension, encoding=encoding, layout=config.layout
    )
    examples = Examples(source, encoding.encode(problems.eigenvalues))
    model = Transformer(config.shape()).to(device)

    def train(steps: int) -> None:
        fit(model, examples, config.recipe(steps, seed=0))

    def answer(count: int) -> None:
        some = type(problems)(problems.entries[:count], problems.eigenvalues[:count])
        predict(model, some, beams, precision=config.precision)

    beams = config.beam_size if config.synthesis == "best_of_beam" else 1
    step = _seconds_each(train, budget / 2, 10_000, device)
    matrix = _seconds_each(answer, budget / 2, len(problems.entries), device)
    curves = len(config.verifiers) * len(config.selection_rates) + 1
    models = curves * len(config.sizes)
    trained = config.generator_steps * (2 if config.weak_d_model else 1) + config.base_steps
    steps = trained + models * config.retrain_steps
    tests = config.n_test * (models + 1) + config.n_table * sum(config.table_beams)
    seconds = config.n_seeds * (steps * step + (config.pool_size + tests / beams) * matrix)
    return Forecast(seconds, config.batch_size / step, 1 / matrix)


def _seconds_each(work: Callable[[int], None], budget: float, most: int, device: str) -> float:
    """Seconds per item of the last of some growing portions, after one that warms up."""
    work(1)
    portion, began = 1, time.monotonic()
    while True:
        start = time.monotonic()
        work(portion)
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        seconds = time.monotonic() - start
        # A portion four times as large would take about four times as long.
        if portion == most or time.monotonic() - began + 4 * seconds > budget:
            return max(seconds, 1e-9) / portion
        portion = min(most, 4 * portion)
