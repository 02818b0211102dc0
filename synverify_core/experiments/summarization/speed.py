"""How fast this machine trains, summarizes and scores with a run's models; loads torch."""

import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaForCausalLM

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.base_model import FRESH_RECIPE, FRESH_SHAPE
from synverify_core.experiments.summarization.batches import Row
from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.corpora import Pair
from synverify_core.experiments.summarization.corpus_sample import sample_corpus
from synverify_core.experiments.summarization.finetune import finetune
from synverify_core.experiments.summarization.generate import summarize
from synverify_core.experiments.summarization.hardware import main_memory
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.model_sizes import model_sizes
from synverify_core.experiments.summarization.models import Loaded, load
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH
from synverify_core.experiments.summarization.text import (
    encode_generated,
    encode_summary,
    end_token,
)
from synverify_core.experiments.summarization.tokenizer import train_tokenizer
from synverify_core.experiments.summarization.training import train
from synverify_core.experiments.summarization.work import TEST_ARTICLES

_FEWEST_STEPS, _MOST_STEPS, _MOST_ARTICLES = 10, 256, 512
# A trained model ends its summaries, some late: a batch takes longer than their mean length.
_LENGTHS = 1.5


def measure_all(config: SummarizationConfig, device: str, budget: float) -> dict[str, float]:
    """Return the speeds that `forecast.measure` promises, all but the imports.

    Raises
    ------
    InputError, StoreError
        As `forecast.measure`.
    """
    sample = sample_corpus(config)
    speeds = {"corpus": sample.seconds}
    own_supervisor = config.supervised and config.weak_model != config.model
    share = budget / 2 if own_supervisor else budget
    bench = _Bench(config, config.model, sample.pairs, device)
    speeds |= bench.speeds(share, scoring=config.supervised and not own_supervisor)
    if own_supervisor:
        weak = _Bench(config, config.weak_model, sample.pairs, device)
        found = weak.speeds(share, scoring=True)
        speeds |= {f"weak {name}": seconds for name, seconds in found.items()}
    if FRESH in (config.model, config.weak_model):
        speeds["fresh"] = _seconds_of_a_fresh_base(sample.pairs, share / 4)
    return speeds


class _Bench:
    """One model at some of the run's work."""

    def __init__(
        self, config: SummarizationConfig, model: str, pairs: Sequence[Pair], device: str
    ) -> None:
        self.config, self.device = config, device
        began = time.monotonic()
        self.loaded = _local(model, config.dtype, device, pairs)
        self.load = time.monotonic() - began
        self.pairs = list(islice(cycle(pairs), _MOST_ARTICLES))
        block = self.loaded.block(config.block_size)
        self.examples = [
            encode_generated(self.loaded.tokenizer, pair.article, pair.summary[:200], block)
            for pair in self.pairs
        ]

    def speeds(self, budget: float, *, scoring: bool) -> dict[str, float]:
        """Measure; half of the budget goes to training."""
        batch = self._fitting_batch(budget / 8)
        first = self._timed(partial(self._train, 1, batch))
        room = budget / 2 - first
        steps = max(2, min(_MOST_STEPS, int(room / max(first, 1e-6))))
        more = self._timed(partial(self._train, steps, batch))
        step = max(more - first, 0.02 * first) / (steps - 1)
        most = min(self.config.n_test or TEST_ARTICLES, _MOST_ARTICLES)
        speeds = {
            "load": self.load,
            "start": max(0.0, first - step),
            "step": step * self.config.batch_size / batch,
            "article": self._seconds_each(self._summarize, budget / 3, most),
        }
        if scoring:
            speeds["score"] = self._seconds_each(self._score, budget / 6, _MOST_ARTICLES)
        return speeds

    def _fitting_batch(self, limit: float) -> int:
        """Halve the batch until a step of it should take less than the limit (s)."""
        batch = self.config.batch_size
        self._train(1, 1)  # what is prepared once
        each = self._timed(partial(self._train, 1, 1))
        while batch > 1 and batch * each / 4 > limit:  # together they are quicker, about fourfold
            batch //= 2
        return batch

    def _train(self, steps: int, batch: int) -> None:
        # A rate so small that the model stays what it was.
        recipe = self.config.recipe(1e-12, "constant", seed=0)
        recipe = replace(recipe, batch_size=batch, max_steps=steps)
        with tempfile.TemporaryDirectory() as folder:
            finetune(
                self.loaded,
                self.examples[: max(batch, min(steps * batch, len(self.examples)))],
                recipe,
                workspace=Path(folder),
                checkpoint_seconds=math.inf,
            )

    def _summarize(self, count: int) -> None:
        tokenizer, most = self.loaded.tokenizer, self.config.max_new_tokens
        summaries = [encode_summary(tokenizer, pair.summary) for pair in self.pairs[:32]]
        mean = sum(map(len, summaries)) / len(summaries) + 1
        summarize(
            self.loaded,
            [pair.article for pair in self.pairs[:count]],
            block_size=self.config.block_size,
            max_new_tokens=min(most, math.ceil(_LENGTHS * mean)),
        )

    def _score(self, count: int) -> None:
        mean_log_probability(
            self.loaded,
            [pair.article for pair in self.pairs[:count]],
            [pair.summary[:200] for pair in self.pairs[:count]],
            block_size=self.config.block_size,
            reserve=self.config.max_new_tokens,
        )

    def _seconds_each(self, work: Callable[[int], None], budget: float, most: int) -> float:
        """Seconds per item of the last of some growing portions, after one that warms up."""
        began = time.monotonic()
        work(1)
        portion = min(4, most)
        while True:
            seconds = self._timed(partial(work, portion))
            spent = time.monotonic() - began
            if portion == most or spent + 3 * seconds > budget:
                return max(seconds, 1e-9) / portion
            portion = min(most, 4 * portion)

    def _timed(self, work: Callable[[], None]) -> float:
        began = time.monotonic()
        work()
        if self.device.startswith("cuda"):
            torch.cuda.synchronize()
        return time.monotonic() - began


def _local(model: str, dtype: str, device: str, pairs: Sequence[Pair]) -> Loaded:
    """Load a model that is on this machine; of a fresh one the shape is enough."""
    if model == FRESH:
        return _fresh(pairs, device)
    _check_memory(model, dtype, device)
    if model == EMBEDDED or Path(model).expanduser().is_dir():
        return load(model, dtype, device)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = snapshot_download(model, local_files_only=True)
    except (LocalEntryNotFoundError, HFValidationError):
        raise InputError(f"model = {model!r} is not on this machine") from None
    return load(folder, dtype, device)


def _check_memory(model: str, dtype: str, device: str) -> None:
    """Refuse to load what could not be trained: the system would end this process."""
    sizes = model_sizes(model)
    needed = (16 if dtype == "float32" else 8) * sizes.parameters if sizes else 0
    if device == "cpu" and needed > main_memory():
        raise InputError(
            f"model = {model!r} needs {needed / 1e9:,.0f} GB to be trained; main memory has "
            f"{main_memory() / 1e9:,.0f} GB"
        )


def _fresh(pairs: Sequence[Pair], device: str = "cpu") -> Loaded:
    tokenizer = train_tokenizer(
        [pair.article for pair in pairs], FRESH_SHAPE.vocabulary, FRESH_SHAPE.context
    )
    model: Any = LlamaForCausalLM(FRESH_SHAPE.config(end_token(tokenizer), tokenizer.pad_token_id))
    return Loaded(model.to(device).eval(), tokenizer)


def _seconds_of_a_fresh_base(pairs: Sequence[Pair], budget: float) -> float:
    """Time that a fresh base takes, from some of its steps."""
    loaded = _fresh(pairs)
    width = FRESH_RECIPE.block_size
    block = list(islice(cycle(range(2, loaded.model.config.vocab_size)), width))
    rows = [Row(block, block)] * FRESH_RECIPE.batch_size

    def steps(count: int) -> float:
        recipe: Recipe = replace(FRESH_RECIPE, max_steps=count)
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            train(loaded.model, rows, recipe, pad=0, workspace=Path(folder))
        return time.monotonic() - began

    first = steps(1)
    # Not from a difference of two times: a single hiccup would count many hundredfold.
    count = max(_FEWEST_STEPS, min(FRESH_RECIPE.max_steps, int(budget / max(first, 1e-6))))
    return steps(count) / count * FRESH_RECIPE.max_steps
