"""How long a run will take here, from a few seconds of the real work.

Measuring and extrapolating are apart: a change of steps, sizes or seeds needs no new measurement.
torch is imported where it is measured, so that a page can extrapolate.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.data import (
    Examples,
    Problems,
    encode_source,
    sample_problems,
)
from synverify_core.experiments.eigenvalues.encodings import get_encoding

_MOST_MATRICES, _MOST_STEPS = 20_000, 10_000
_TRIAL = 16
_SPEED_FIELDS = (
    "dimension",
    "entries",
    "encoding",
    "layout",
    "encoder_layers",
    "decoder_layers",
    "d_model",
    "heads",
    "ffn_factor",
    "precision",
    "batch_size",
)


class Forecast(NamedTuple):
    """Expected time of a whole run (s), and the two speeds that it follows from."""

    seconds: float
    examples_per_second: float
    matrices_per_second: float

    @property
    def basis(self) -> str:
        """The speeds in words."""
        return (
            f"{self.examples_per_second:,.0f} examples trained and "
            f"{self.matrices_per_second:,.0f} matrices answered a second"
        )


def speed_settings(config: EigenvaluesConfig) -> dict[str, Any]:
    """Return what the speeds depend on: runs that agree in it share a measurement."""
    return {**config.model_dump(mode="json", include=set(_SPEED_FIELDS)), "beams": _beams(config)}


def measure(
    config: EigenvaluesConfig, device: str = "cpu", budget: float = 5.0
) -> dict[str, float]:
    """Train and decode with this run's model; return the seconds of a step and of a matrix.

    Parameters
    ----------
    budget : seconds to spend; where a whole step would take too much of it, a smaller batch is
        measured.
    """
    from synverify_core.experiments.eigenvalues.model import Transformer
    from synverify_core.experiments.eigenvalues.predict import predict
    from synverify_core.experiments.eigenvalues.train import fit

    problems, examples = _some_data(config)
    model = Transformer(config.shape()).to(device)

    def train(steps: int, batch_size: int) -> None:
        fit(model, examples, replace(config.recipe(steps, seed=0), batch_size=batch_size))

    def answer(count: int) -> None:
        some = Problems(problems.entries[:count], problems.eigenvalues[:count])
        predict(model, some, _beams(config), precision=config.precision)

    began = time.monotonic()
    batch = _fitting_batch(train, config.batch_size, budget / 8, device)
    rest = budget / 2 - (time.monotonic() - began)
    step = _seconds_each(lambda steps: train(steps, batch), rest, _MOST_STEPS, device)
    rest = budget - (time.monotonic() - began)
    matrix = _seconds_each(answer, rest, len(problems.entries), device)
    return {"step": step * config.batch_size / batch, "matrix": matrix}


def extrapolate(config: EigenvaluesConfig, speeds: Mapping[str, float]) -> Forecast:
    """Return what a run takes at measured speeds; a model that is there already is not deducted."""
    step, matrix = speeds["step"], speeds["matrix"]
    curves = len(config.verifiers) * len(config.selection_rates) + 1
    models = curves * len(config.sizes)
    trained = config.generator_steps * (2 if config.weak_d_model else 1) + config.base_steps
    steps = trained + models * config.retrain_steps
    tests = config.n_test * (models + 1) + config.n_table * sum(config.table_beams)
    answers = config.pool_size + tests / _beams(config)
    seconds = config.n_seeds * (steps * step + answers * matrix)
    return Forecast(seconds, config.batch_size / step, 1 / matrix)


def forecast(config: EigenvaluesConfig, device: str = "cpu", budget: float = 5.0) -> Forecast:
    """Measure training and decoding of this run's model and extrapolate."""
    return extrapolate(config, measure(config, device, budget))


def _beams(config: EigenvaluesConfig) -> int:
    return config.beam_size if config.synthesis == "best_of_beam" else 1


def _some_data(config: EigenvaluesConfig) -> tuple[Problems, Examples]:
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
    return problems, Examples(source, encoding.encode(problems.eigenvalues))


def _fitting_batch(
    train: Callable[[int, int], None], batch_size: int, limit: float, device: str
) -> int:
    """Halve a batch until a step of it should take less than the limit (s)."""
    trial = min(_TRIAL, batch_size)
    train(1, trial)
    each = _timed(partial(train, 1, trial), device) / trial
    while batch_size > trial and batch_size * each > limit:
        batch_size //= 2
    return max(batch_size, trial)


def _seconds_each(work: Callable[[int], None], budget: float, most: int, device: str) -> float:
    """Seconds per item of the last of some growing portions, after one that warms up."""
    began = time.monotonic()
    work(1)
    portion = 1
    while True:
        seconds = _timed(partial(work, portion), device)
        # A portion four times as large would take about four times as long.
        if portion == most or time.monotonic() - began + 4 * seconds > budget:
            return max(seconds, 1e-9) / portion
        portion = min(most, 4 * portion)


def _timed(work: Callable[[], None], device: str) -> float:
    import torch

    start = time.monotonic()
    work()
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return time.monotonic() - start
