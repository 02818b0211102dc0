"""A run's models at some of its work, and how long that takes; loads torch."""

import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from transformers import LlamaForCausalLM

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.base_model import FRESH_SHAPE
from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.corpora import Pair
from synverify_core.experiments.summarization.corpus_sample import sample_corpus
from synverify_core.experiments.summarization.cost import TEST_ARTICLES
from synverify_core.experiments.summarization.generate import summarize
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.memory_plan import Weights, main_memory, needs
from synverify_core.experiments.summarization.model_sizes import model_sizes
from synverify_core.experiments.summarization.models import Loaded, load
from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH
from synverify_core.experiments.summarization.text import (
    encode_generated,
    encode_summary,
    end_token,
)
from synverify_core.experiments.summarization.tokenizer import train_tokenizer
from synverify_core.experiments.summarization.training import Training, rows_of
from synverify_core.experiments.timing import fitting_batch, seconds_each, timed

_MOST_STEPS, _MOST_ARTICLES = 256, 512
# A trained model ends its summaries, some late: a batch takes longer than their mean length.
_LENGTHS = 1.5


def measure_all(config: SummarizationConfig, device: str, budget: float) -> dict[str, float]:
    """Return seconds for each kind of work that `cost` counts, but imports and a fresh base."""
    sample = sample_corpus(config)
    own_supervisor = config.supervised and config.weak_model != config.model
    share = budget / 2 if own_supervisor else budget
    bench = _Bench(config, config.model, sample.pairs, device)
    own = weak = bench.seconds(share, scoring=config.supervised and not own_supervisor)
    if own_supervisor:
        weak = _Bench(config, config.weak_model, sample.pairs, device).seconds(share, scoring=True)
    found = {"corpus": sample.seconds, **own}
    if config.supervised:
        found |= {f"weak {name}": seconds for name, seconds in weak.items()}
    return found


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
        tokenizer = self.loaded.tokenizer
        examples = [
            encode_generated(tokenizer, pair.article, pair.summary[:200], block)
            for pair in self.pairs
        ]
        self.rows = rows_of(examples, config.loss)

    def seconds(self, budget: float, *, scoring: bool) -> dict[str, float]:
        """Measure; half of the budget goes to training."""
        # Together, examples are quicker, about fourfold.
        batch = fitting_batch(self._train, self.config.batch_size, budget / 2, self.device, 1)
        first = timed(partial(self._train, batch), self.device)
        room = budget / 2 - first
        steps = max(2, min(_MOST_STEPS, int(room / max(first, 1e-6))))
        more = timed(partial(self._train, batch, steps), self.device)
        step = max(more - first, 0.02 * first) / (steps - 1)
        most = min(self.config.n_test or TEST_ARTICLES, _MOST_ARTICLES)
        found = {
            "load": self.load,
            "start": max(0.0, first - step),
            "step": step * self.config.batch_size / batch,
            "article": seconds_each(self._summarize, budget / 3, most, self.device),
        }
        if scoring:
            found["score"] = seconds_each(self._score, budget / 6, _MOST_ARTICLES, self.device)
        return found

    def _train(self, batch: int, steps: int = 1) -> None:
        # A rate so small that the model stays what it was.
        recipe = replace(
            self.config.recipe(0), learning_rate=1e-12, batch_size=batch, max_steps=steps
        )
        some = self.rows[: max(batch, min(steps * batch, len(self.rows)))]
        with tempfile.TemporaryDirectory() as folder:
            Training(self.loaded, some, recipe, Path(folder), checkpoint_seconds=math.inf).run()

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


def _local(model: str, dtype: Weights, device: str, pairs: Sequence[Pair]) -> Loaded:
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


def _check_memory(model: str, dtype: Weights, device: str) -> None:
    """Refuse to load what could not be trained: the system would end this process."""
    sizes = model_sizes(model)
    needed = needs(sizes, dtype, 1).training if sizes else 0
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
