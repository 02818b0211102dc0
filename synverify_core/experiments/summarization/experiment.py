"""The five verbs of Section 6.2 (Figure 5)."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import StoreError
from synverify_core.experiments.base import Config, Experiment, Reporter
from synverify_core.experiments.plan import Unit
from synverify_core.experiments.summarization import cost
from synverify_core.experiments.summarization.config import PRESETS, SummarizationConfig
from synverify_core.experiments.summarization.pool import SummaryPool, load_pool, save_pool
from synverify_core.experiments.summarization.sources import (
    corpus_identity,
    embedded_folder,
    model_identity,
)

if TYPE_CHECKING:
    from synverify_core.experiments.summarization.models import Loaded
    from synverify_core.experiments.summarization.steps import Steps

MODEL_NAME, WEAK_NAME, CORPUS_NAME = "model", "weak", "corpus.json"


@dataclass(frozen=True)
class Trained:
    """A trained model, and for the generator the supervisor that was trained beside it.

    loaded : None for a model that an interrupted training has already left behind.
    weak : the supervisor that `weak` and `self_weak` ask, if a verifier does.
    notes : folder for an evaluation's finished batches.
    """

    loaded: Loaded | None
    weak: Loaded | None = None
    notes: Path | None = None


class Summarization(Experiment[SummarizationConfig, Trained, SummaryPool, Trained]):
    """A language model summarizes articles; verified summaries train the next one."""

    name: ClassVar[str] = "summarization"
    title: ClassVar[str] = "Summarization by language models"
    version: ClassVar[int] = 1
    config_type: ClassVar[type[Config]] = SummarizationConfig
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS
    primary_metric: ClassVar[str] = "rouge1"
    generator_fields: ClassVar[tuple[str, ...]] = (
        "corpus",
        "article_column",
        "summary_column",
        "max_train",
        "model",
        "weak_model",
        "dtype",
        "generator_share",
        "block_size",
        "loss",
        "batch_size",
        "generator_learning_rate",
        "generator_epochs",
        "weak_learning_rate",
        "weak_epochs",
    )
    stores_pool: ClassVar[bool] = True
    pool_fields: ClassVar[tuple[str, ...]] = ("max_new_tokens",)
    nested_sizes: ClassVar[bool] = True

    def identity(self) -> Mapping[str, Any]:
        """Tell contents of files, package versions, weights, and whether there is a supervisor."""
        config = self.config
        weak = model_identity(config.weak_model) if config.supervised else None
        return {
            "corpus": corpus_identity(config.corpus),
            "model": model_identity(config.model),
            "supervised": config.supervised,
            "weak": weak,
        }

    def train_generator(self, rng: np.random.Generator, workspace: Path) -> Trained:
        """Fine-tune the base on a share of the human summaries, the supervisor on all of them."""
        config, train = self.config, self._steps.corpus.train
        # Each model has its own randomness: the generator is the same without a supervisor.
        own, other = rng.spawn(2)
        count = max(1, round(config.generator_share * len(train)))
        chosen = np.sort(own.choice(len(train), count, replace=False))
        generator = self._steps.finetuned(
            config.model,
            [train[place] for place in chosen],
            config.recipe(
                config.generator_learning_rate,
                "cosine",
                epochs=config.generator_epochs,
                seed=int(own.integers(2**31)),
            ),
            workspace / "generator",
        )
        if not config.supervised:
            return Trained(generator)
        recipe = config.recipe(
            config.weak_learning_rate,
            "cosine",
            epochs=config.weak_epochs,
            seed=int(other.integers(2**31)),
        )
        weak = self._steps.finetuned(config.weak_model, train, recipe, workspace / "weak")
        return Trained(generator, weak)

    def synthesize(
        self, generator: Trained, rng: np.random.Generator, workspace: Path
    ) -> SummaryPool:
        """Let the generator summarize all articles of the training side by greedy decoding."""
        steps = self._steps
        articles = [pair.article for pair in steps.corpus.train]
        references = [pair.summary for pair in steps.corpus.train]
        summaries = steps.summarize(_present(generator), articles, workspace)
        texts = [summary.text for summary in summaries]
        weak = generator.weak
        return SummaryPool(
            articles=articles,
            summaries=texts,
            references=references,
            similarity=steps.rouge1(texts, references),
            log_probability=np.array([summary.log_probability_mean for summary in summaries]),
            weak_log_probability=steps.supervise(weak, articles, texts) if weak else None,
        )

    def save_pool(self, pool: SummaryPool, folder: Path) -> None:
        """Write texts as JSON lines and scores as npz."""
        save_pool(pool, folder)

    def load_pool(self, folder: Path, generator: Trained) -> SummaryPool:
        """Read what was saved."""
        return load_pool(folder)

    def clean(self, pool: SummaryPool, rng: np.random.Generator) -> SummaryPool:
        """Give the same articles their human summaries."""
        count = len(pool)
        return SummaryPool(
            articles=pool.articles,
            summaries=pool.references,
            references=pool.references,
            similarity=np.ones(count),
            log_probability=np.full(count, np.nan),
        )

    def retrain(
        self,
        pool: SummaryPool,
        indices: NDArray[np.intp],
        rng: np.random.Generator,
        workspace: Path,
    ) -> Trained:
        """Fine-tune the base on the summaries at `indices`."""
        order = rng.permutation(indices)
        return next(self.retrain_in_stages(pool, order, [len(order)], rng, workspace))

    def retrain_in_stages(
        self,
        pool: SummaryPool,
        order: NDArray[np.intp],
        sizes: Sequence[int],
        rng: np.random.Generator,
        workspace: Path,
    ) -> Iterator[Trained]:
        """Fine-tune the base once on the summaries in `order`, at a constant learning rate."""
        recipe = self.config.recipe(
            self.config.retrain_learning_rate, "constant", seed=int(rng.integers(2**31))
        )
        stages = self._steps.in_stages(
            [pool.articles[place] for place in order],
            [pool.summaries[place] for place in order],
            sizes,
            recipe,
            workspace / "training",
        )
        for size, loaded in zip(sizes, stages, strict=True):
            yield Trained(loaded, notes=workspace / f"evaluation-{size}")

    def evaluate(self, model: Trained) -> Mapping[str, float]:
        """Rouge-1, the share of empty summaries and their mean length (words) on the test set.

        `weak rouge1` is the supervisor's, measured with the generator beside which it was trained.
        """
        metrics = self._steps.test(_present(model), model.notes)
        if model.weak is not None:
            metrics["weak rouge1"] = self._steps.test(model.weak)["rouge1"]
        return metrics

    def reference_lines(self) -> Mapping[str, Mapping[str, float]]:
        """Measure the base as it is, before any human or synthesized summary."""
        return {"base": self._steps.test(self._steps.load(self.config.model))}

    def save_generator(self, generator: Trained, folder: Path) -> None:
        """Write each model as transformers does, with what the corpus was made of."""
        models = {MODEL_NAME: generator.loaded, WEAK_NAME: generator.weak}
        for name, loaded in models.items():
            if loaded is not None:
                _module("models").save(loaded, folder / name)
        corpus = self._steps.corpus
        facts = {"fingerprint": corpus.fingerprint, "notes": corpus.notes}
        (folder / CORPUS_NAME).write_text(json.dumps(facts, indent=1), encoding="utf8")

    def load_generator(self, folder: Path) -> Trained:
        """Read what was saved."""
        weak = folder / WEAK_NAME
        return Trained(
            self._steps.load(str(folder / MODEL_NAME), "cpu"),
            self._steps.load(str(weak), "cpu") if weak.is_dir() else None,
        )

    def ship_generator(self, source: Path, target: Path) -> None:
        """Copy a generator with its weights in half the space."""
        _module("shipping").ship_generator(source, target)

    @classmethod
    def build_base(
        cls, folder: str | None, device: str, reporter: Reporter, facts: Mapping[str, Any]
    ) -> Path:
        """Pre-train the embedded model on articles alone, by default where it is looked for."""
        place = Path(folder).expanduser() if folder else embedded_folder()
        _module("base_model").build_base(place, "docstrings", device, reporter, facts)
        return place

    @property
    def prices(self) -> Mapping[str, float]:
        """Return nominal seconds by the sizes of the models."""
        return cost.prices(self.config)

    def cost(self, unit: Unit) -> Mapping[str, float]:
        """Count trainings, their steps, and articles summarized and scored."""
        return cost.cost(self.config, unit)

    @cached_property
    def _steps(self) -> Steps:
        # torch stays out of the page process, which reads this class for its presets.
        steps: Steps = _module("steps").Steps(
            self.config, self.device, self.cache, self._log, self._within
        )
        return steps

    def _log(self, message: str) -> None:
        if self.reporter is not None:
            self.reporter.log(message)

    def _within(self, share: float, text: str) -> None:
        if self.reporter is not None:
            self.reporter.within(share, text)


def _present(model: Trained) -> Loaded:
    if model.loaded is None:
        raise StoreError(
            f"A model before {model.notes} was never measured, though its training went on. "
            f"Delete {model.notes and model.notes.parent} to train it again."
        )
    return model.loaded


def _module(name: str) -> Any:
    return importlib.import_module(f"synverify_core.experiments.summarization.{name}")


EXPERIMENT = Summarization
