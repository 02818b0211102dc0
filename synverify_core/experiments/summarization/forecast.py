"""How long a run will take here, from a few seconds of the real work.

Measuring (`speed.py`, which loads torch) and extrapolating are apart: a change of sizes, verifiers
or seeds needs no new measurement, and a page can extrapolate.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.corpora.spec import check_spec
from synverify_core.experiments.summarization.sources import FRESH, artifacts_folder
from synverify_core.experiments.summarization.work import TEST_ARTICLES, pool_size, reached_sizes

_SPEED_FIELDS = (
    "corpus",
    "article_column",
    "summary_column",
    "model",
    "dtype",
    "block_size",
    "max_new_tokens",
    "loss",
    "batch_size",
    "n_test",
)


class Forecast(NamedTuple):
    """Expected time of a whole run (s), and the two speeds that most of it follows from."""

    seconds: float
    examples_per_second: float
    articles_per_second: float

    @property
    def basis(self) -> str:
        """The speeds in words."""
        return (
            f"{self.examples_per_second:,.3g} examples trained and "
            f"{self.articles_per_second:,.3g} articles summarized a second"
        )


def speed_settings(config: SummarizationConfig) -> dict[str, Any]:
    """Return what the speeds depend on: runs that agree in it share a measurement."""
    weak = config.weak_model if config.supervised else None
    return {**config.model_dump(mode="json", include=set(_SPEED_FIELDS)), "weak_model": weak}


def measure(
    config: SummarizationConfig, device: str = "cpu", budget: float = 5.0
) -> dict[str, float]:
    """Read, train, summarize and score a little with this run's models and corpus.

    Returns
    -------
    dict
        Seconds: `imports`, `corpus` (to read it), `fresh` (to make a fresh base); and of the model
        and, where it is another one, of the supervisor (`weak ...`): `load`, `start` (of a
        training), `step`, `article` (a summary of it), `score` (of a summary).

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
    from synverify_core.experiments.summarization import speed, steps

    assert steps  # what a run imports
    return {
        "imports": time.monotonic() - began,
        **speed.measure_all(config, device, budget),
    }


def extrapolate(config: SummarizationConfig, speeds: Mapping[str, float]) -> Forecast:
    """Return what a run takes at measured speeds.

    A corpus or a fresh base that is in the cache is not counted; a generator or a pool that is
    there already is not deducted. Where all of a corpus is asked for, the largest size stands for
    the articles to train on and 2,000 for those to test on.
    """
    pool, tests = pool_size(config), config.n_test or TEST_ARTICLES
    own = _Speeds(speeds, config.batch_size)
    generator = own.training([round(config.generator_share * config.generator_epochs * pool)])
    a_seed = own.load + generator + own.summaries(tests) + own.summaries(pool)
    if config.supervised:
        weak = _Speeds(speeds, config.batch_size, "weak " if "weak step" in speeds else "")
        learning = weak.load + weak.training([round(config.weak_epochs * pool)])
        a_seed += learning + weak.summaries(tests) + weak.score * pool
    curves = [own.curve(sizes, tests) for sizes in reached_sizes(config)]
    once = speeds["imports"] + own.load + own.summaries(tests)
    once += 0.0 if _is_cached(config) else speeds["corpus"]
    if FRESH in (config.model, config.weak_model) and not _has_fresh_base(config):
        once += speeds["fresh"]
    seconds = once + config.n_seeds * (a_seed + sum(curves))
    return Forecast(seconds, config.batch_size / own.step, 1 / own.article)


class _Speeds:
    """Speeds of one model in seconds, and what larger work takes with it."""

    def __init__(self, speeds: Mapping[str, float], batch: int, prefix: str = "") -> None:
        self.load, self.start, self.step, self.article = (
            speeds[prefix + name] for name in ("load", "start", "step", "article")
        )
        self.score = speeds.get(prefix + "score", 0.0)
        self.batch = batch

    def training(self, sizes: list[int]) -> float:
        """Time of a training that stops at each of the sizes; a stage fills its last batch."""
        steps = sum(math.ceil((last - first) / self.batch) for first, last in pairwise([0, *sizes]))
        return len(sizes) * self.start + max(1, steps) * self.step

    def curve(self, sizes: list[int], tests: int) -> float:
        """Time to retrain the base up to the largest size and to test it at each of them."""
        if not sizes:
            return 0.0
        return self.load + self.training(sizes) + len(sizes) * self.summaries(tests)

    def summaries(self, articles: int) -> float:
        """Time to summarize so many articles."""
        return articles * self.article


def _is_cached(config: SummarizationConfig) -> bool:
    """Tell whether the corpus is read already; files and data sets never are."""
    spec = check_spec(config.corpus)
    if spec.kind != "docstrings":
        return False
    from synverify_core.experiments.summarization.corpora.cached import corpus_path

    return corpus_path(spec.target, artifacts_folder() / "corpora").is_file()


def _has_fresh_base(config: SummarizationConfig) -> bool:
    """Tell whether a fresh base was made of this corpus."""
    return any(_made_of(path, config) for path in artifacts_folder().glob("fresh-*"))


def _made_of(folder: Path, config: SummarizationConfig) -> bool:
    try:
        facts = json.loads((folder / "provenance.json").read_text(encoding="utf8"))["corpus"]
        return bool(
            facts["spec"] == config.corpus
            and (not config.max_train or facts["counts"]["train"] == config.max_train)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False  # half made, or of another version: it is made in seconds
