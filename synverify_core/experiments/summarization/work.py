"""How much work a run is, from its settings alone."""

import re

from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH

_PARAMETERS = {EMBEDDED: 6e6, FRESH: 2e5}
_UNKNOWN = 1e8
_SCALE = {"k": 1e3, "m": 1e6, "b": 1e9}
# Their number is not known before the corpus is read.
TEST_ARTICLES = 2_000
"""Counted where all are asked for."""


def products(config: SummarizationConfig) -> float:
    """Count multiplications: parameters times tokens, and three times that to train."""
    pool = pool_size(config)
    reached = reached_sizes(config)
    retrained = sum(max(sizes, default=0) for sizes in reached)
    tested = sum(map(len, reached)) + 2  # the generator and the base
    examples = 3 * (config.generator_epochs * config.generator_share * pool + retrained)
    examples += pool + tested * (config.n_test or TEST_ARTICLES)
    total = parameters(config.model) * examples
    if config.supervised:
        total += parameters(config.weak_model) * (3 * config.weak_epochs + 1) * pool
    return config.n_seeds * config.block_size * total


def pool_size(config: SummarizationConfig) -> int:
    """Count the articles to train on; where all are asked for, the largest size stands for it."""
    return config.max_train or config.sizes[-1]


def reached_sizes(config: SummarizationConfig) -> list[list[int]]:
    """List the sizes that each curve reaches: one a verifier and rate, then human summaries."""
    pool = pool_size(config)
    kept = [round((rate or 1.0) * pool) for rate in config.selection_rates]
    curves = [*kept * len(config.verifiers), pool]
    return [[size for size in config.sizes if size <= most] for most in curves]


def parameters(model: str) -> float:
    """Read a size like 7b or 135M in a model's name; a guess where it has none."""
    found = re.findall(r"(\d+(?:\.\d+)?)([kmb])(?![a-z])", model.lower())
    if model in _PARAMETERS or not found:
        return _PARAMETERS.get(model, _UNKNOWN)
    number, unit = found[-1]
    return float(number) * _SCALE[unit]
