"""How fast this machine does a run's work; what loads torch is in `bench`."""

import time
from collections.abc import Mapping
from typing import Any

from synverify_core.experiments.summarization.config import SummarizationConfig

_SPEED_FIELDS = {
    *("corpus", "article_column", "summary_column", "model", "dtype", "block_size"),
    *("max_new_tokens", "loss", "batch_size", "n_test"),
}


def speed_settings(config: SummarizationConfig) -> Mapping[str, Any]:
    """Return what speeds depend on: runs that agree in it share a measurement."""
    weak = config.weak_model if config.supervised else None
    return {**config.model_dump(mode="json", include=_SPEED_FIELDS), "weak_model": weak}


def measure_prices(config: SummarizationConfig, device: str, budget: float) -> Mapping[str, float]:
    """Read, train, summarize and score a little with this run's models and corpus.

    Parameters
    ----------
    budget : seconds to spend on all but imports, loading and the first step.

    Raises
    ------
    InputError
        If a model is not on this machine, or too large for it; nothing is ever downloaded.
    StoreError
        If the model's files cannot be read.
    """
    began = time.monotonic()
    from synverify_core.experiments.summarization import bench, steps

    assert steps  # what a run imports
    imports = time.monotonic() - began
    return {"imports": imports, **bench.measure_all(config, device, budget)}
