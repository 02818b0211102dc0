"""How fast this machine trains and answers with a run's model.

torch is imported where it is measured, so that a page can ask what speeds depend on.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.cost import beams
from synverify_core.experiments.eigenvalues.data import (
    Examples,
    Problems,
    encode_source,
    sample_problems,
)
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.timing import fitting_batch, seconds_each

_MOST_MATRICES, _MOST_STEPS = 20_000, 10_000
_TRIAL = 16
_SPEED_FIELDS = {
    *("dimension", "entries", "encoding", "layout", "encoder_layers", "decoder_layers", "d_model"),
    *("heads", "ffn_factor", "precision", "batch_size"),
}


def speed_settings(config: EigenvaluesConfig) -> Mapping[str, Any]:
    """Return what speeds depend on: runs that agree in it share a measurement."""
    return {**config.model_dump(mode="json", include=_SPEED_FIELDS), "beams": beams(config)}


def measure_prices(config: EigenvaluesConfig, device: str, budget: float) -> Mapping[str, float]:
    """Train and answer with this run's model for `budget` seconds.

    Where a whole step would take too much of them, it is told from a smaller batch.
    """
    from synverify_core.experiments.eigenvalues.model import Transformer
    from synverify_core.experiments.eigenvalues.predict import predict
    from synverify_core.experiments.eigenvalues.train import fit

    problems, examples = _some_data(config)
    model = Transformer(config.shape()).to(device)

    def train(batch_size: int, steps: int = 1) -> None:
        fit(model, examples, replace(config.recipe(steps, seed=0), batch_size=batch_size))

    def answer(count: int) -> None:
        some = Problems(problems.entries[:count], problems.eigenvalues[:count])
        predict(model, some, beams(config), precision=config.precision)

    began = time.monotonic()
    batch = fitting_batch(train, config.batch_size, budget / 8, device, _TRIAL)
    rest = budget / 2 - (time.monotonic() - began)
    step = seconds_each(partial(train, batch), rest, _MOST_STEPS, device)
    rest = budget - (time.monotonic() - began)
    each = seconds_each(answer, rest, len(problems.entries), device)
    return {"steps": step * config.batch_size / batch, "answers": each / beams(config)}


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
