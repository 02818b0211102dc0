"""The five verbs of Section 6.2 (Figure 5)."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.base import Experiment, Reporter
from synverify_core.experiments.budget import Budgets
from synverify_core.experiments.config import Config
from synverify_core.experiments.summarization import cost
from synverify_core.experiments.summarization.budgets import budget_note, budgets
from synverify_core.experiments.summarization.config import PRESETS, SummarizationConfig
from synverify_core.experiments.summarization.pool import SummaryPool, load_pool, save_pool
from synverify_core.experiments.summarization.sources import (
    corpus_identity,
    embedded_folder,
    model_identity,
)
from synverify_core.experiments.summarization.strata import strata
from synverify_core.experiments.unit import Unit
from synverify_core.measuring import Strata

if TYPE_CHECKING:
    from synverify_core.experiments.summarization.corpora.pairs import Pair
    from synverify_core.experiments.summarization.models import Loaded
    from synverify_core.experiments.summarization.steps import Steps

MODEL_NAME, CORPUS_NAME = "model", "corpus.json"
_CORPUS_FIELDS = ("corpus", "article_column", "summary_column", "max_train")
_TRAINING_FIELDS = ("dtype", "block_size", "loss", "batch_size")


class Summarization(Experiment[SummarizationConfig, "Loaded", SummaryPool]):
    """A language model summarizes articles; verified summaries train the next one."""

    name: ClassVar[str] = "summarization"
    title: ClassVar[str] = "Summarization by language models"
    version: ClassVar[int] = 2
    config_type: ClassVar[type[Config]] = SummarizationConfig
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS
    primary_metric: ClassVar[str] = "rouge1"
    generator_fields: ClassVar[tuple[str, ...]] = (
        *_CORPUS_FIELDS,
        *_TRAINING_FIELDS,
        "model",
        "generator_share",
        "learning_rate",
        "epochs",
        "generator_learning_rate",
    )
    helper_fields: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "weak": (
            *_CORPUS_FIELDS,
            *_TRAINING_FIELDS,
            "weak_model",
            "weak_learning_rate",
            "weak_epochs",
        )
    }
    stores_pool: ClassVar[bool] = True
    pool_fields: ClassVar[tuple[str, ...]] = ("max_new_tokens",)
    nested_sizes: ClassVar[bool] = True

    @property
    def helpers(self) -> tuple[str, ...]:
        """The supervisor that `weak` and `self_weak` ask, if a verifier does."""
        return ("weak",) if self.config.supervised else ()

    @property
    def budgets(self) -> Budgets:
        """Epochs of generator, retrained models and supervisor."""
        return budgets(self.config)

    @property
    def budget_note(self) -> str:
        """Appendix D's two recipes, where they are the run's."""
        return budget_note(self.config)

    def strata(self, pool: SummaryPool) -> Strata:
        """Cross length and words of the articles."""
        return strata(pool)

    def identity(self, helper: str | None = None) -> Mapping[str, Any]:
        """Tell contents of files, package versions, and weights.

        `readers` are the models into whose blocks a human summary must fit to be trained on.
        """
        config = self.config
        readers = {config.model, *((config.weak_model,) if config.supervised else ())}
        return {
            "corpus": corpus_identity(config.corpus),
            "model": model_identity(config.weak_model if helper else config.model),
            "readers": [[name, model_identity(name)] for name in sorted(readers)],
        }

    def original(self, rng: np.random.Generator) -> SummaryPool:
        """Return the generator's articles with their human summaries."""
        pairs = self._share(rng.spawn(2)[0])
        return _human([pair.article for pair in pairs], [pair.summary for pair in pairs])

    def train_generator(self, rng: np.random.Generator, workspace: Path) -> Loaded:
        """Fine-tune the base on a share of the human summaries."""
        config = self.config
        own = rng.spawn(2)[0]
        pairs = self._share(own)
        recipe = config.recipe(int(own.integers(2**31)))
        if config.generator_learning_rate:
            rate = config.generator_learning_rate
            recipe = replace(recipe, learning_rate=rate, schedule="cosine")
        return self._steps.finetuned(config.model, pairs, recipe, workspace)

    def train_helper(self, name: str, rng: np.random.Generator, workspace: Path) -> Loaded:
        """Fine-tune the supervisor on all human summaries."""
        config = self.config
        # A stream of its own: the generator is the same without a supervisor.
        recipe = replace(
            config.recipe(int(rng.spawn(2)[1].integers(2**31))),
            learning_rate=config.weak_learning_rate,
            schedule="cosine",
            epochs=config.weak_epochs,
        )
        train = self._steps.corpus.train
        return self._steps.finetuned(config.weak_model, train, recipe, workspace)

    def synthesize(
        self,
        generator: Loaded,
        helpers: Mapping[str, Loaded],
        rng: np.random.Generator,
        workspace: Path,
    ) -> SummaryPool:
        """Let the generator summarize all articles of the training side by greedy decoding."""
        steps, weak = self._steps, helpers.get("weak")
        articles = [pair.article for pair in steps.corpus.train]
        references = [pair.summary for pair in steps.corpus.train]
        summaries = steps.summarize(generator, articles, workspace)
        texts = [summary.text for summary in summaries]
        return SummaryPool(
            articles=articles,
            summaries=texts,
            references=references,
            similarity=steps.rouge1(texts, references),
            log_probability=np.array([summary.log_probability_mean for summary in summaries]),
            weak_log_probability=steps.supervise(weak, articles, summaries) if weak else None,
            ended=np.array([summary.ended for summary in summaries]),
        )

    def save_pool(self, pool: SummaryPool, folder: Path) -> None:
        """Write texts as JSON lines and scores as npz."""
        save_pool(pool, folder)

    def load_pool(self, folder: Path) -> SummaryPool:
        """Read what was saved."""
        return load_pool(folder)

    def clean(self, pool: SummaryPool, rng: np.random.Generator) -> SummaryPool:
        """Give the same articles their human summaries."""
        return _human(pool.articles, pool.references)

    def retrain(
        self,
        pool: SummaryPool,
        indices: NDArray[np.intp],
        start: Loaded | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> Loaded:
        """Fine-tune the base on the summaries at `indices`."""
        order = rng.permutation(indices)
        stages = self.retrain_in_stages(pool, order, [len(order)], start, rng, workspace)
        model = next(stages)
        assert model is not None  # the last size is never left behind
        return model

    def retrain_in_stages(
        self,
        pool: SummaryPool,
        order: NDArray[np.intp],
        sizes: Sequence[int],
        start: Loaded | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> Iterator[Loaded | None]:
        """Fine-tune the base once on the summaries in `order`, at a constant learning rate."""
        recipe = self.config.recipe(int(rng.integers(2**31)))
        return self._steps.in_stages(pool.take(order), sizes, recipe, workspace / "training")

    def evaluate(self, model: Loaded, workspace: Path) -> Mapping[str, float]:
        """Rouge-1, the share of empty summaries and their mean length (words) on `held_out`."""
        return self._steps.test(model, workspace)

    def evaluate_generator(
        self, generator: Loaded, helpers: Mapping[str, Loaded], workspace: Path
    ) -> Mapping[str, float]:
        """Measure the generator, and the supervisor beside it as `weak rouge1`."""
        metrics = self._steps.test(generator, workspace)
        for name, helper in helpers.items():
            metrics[f"{name} rouge1"] = self._steps.test(helper)["rouge1"]
        return metrics

    def reference_lines(self) -> Mapping[str, Mapping[str, float]]:
        """Measure the base as it is, before any human or synthesized summary."""
        return {"base": self._steps.test(self._steps.load(self.config.model))}

    def save(self, model: Loaded, folder: Path) -> None:
        """Write the model as transformers does, with what the corpus was made of."""
        _module("models").save(model, folder / MODEL_NAME)
        corpus = self._steps.corpus
        facts = {"fingerprint": corpus.fingerprint, "notes": corpus.notes}
        (folder / CORPUS_NAME).write_text(json.dumps(facts, indent=1), encoding="utf8")

    def load(self, folder: Path, helper: str | None = None) -> Loaded:
        """Read what was saved, into main memory."""
        return self._steps.load(str(folder / MODEL_NAME), "cpu")

    def ship(self, source: Path, target: Path) -> None:
        """Copy a model with its weights in half the space."""
        _module("shipping").ship(source, target)

    @classmethod
    def build_base(
        cls,
        folder: str | None,
        corpus_file: str | None,
        device: str,
        reporter: Reporter,
        facts: Mapping[str, Any],
    ) -> Path:
        """Pre-train the embedded model, by default where it is looked for.

        corpus_file : what it reads, as another training kept it; None: all that is installed.
        """
        place = Path(folder).expanduser() if folder else embedded_folder()
        corpus = Path(corpus_file).expanduser() if corpus_file else None
        _module("base_model").build_base(place, corpus, device, reporter, facts)
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
            self.config, self.device, self.cache, self.log, self.within
        )
        return steps

    def _share(self, rng: np.random.Generator) -> list[Pair]:
        """Draw the articles whose human summaries the generator learns from."""
        train = self._steps.corpus.train
        count = max(1, round(self.config.generator_share * len(train)))
        return [train[place] for place in np.sort(rng.choice(len(train), count, replace=False))]


def _human(articles: Sequence[str], summaries: Sequence[str]) -> SummaryPool:
    return SummaryPool(
        articles=articles,
        summaries=summaries,
        references=summaries,
        similarity=np.ones(len(articles)),
        log_probability=np.full(len(articles), np.nan),
        ended=np.ones(len(articles), dtype=bool),
    )


def _module(name: str) -> Any:
    return importlib.import_module(f"synverify_core.experiments.summarization.{name}")


EXPERIMENT = Summarization
