"""The five verbs of Section 6.2 (Figure 5)."""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import StoreError
from synverify_core.experiments.base import Config, Experiment, Reporter
from synverify_core.experiments.summarization.config import PRESETS, SummarizationConfig
from synverify_core.experiments.summarization.pool import SummaryPool, load_pool, save_pool
from synverify_core.experiments.summarization.sources import (
    FRESH,
    corpus_identity,
    embedded_folder,
    model_identity,
)
from synverify_core.experiments.summarization.work import products

if TYPE_CHECKING:
    from synverify_core.experiments.summarization.corpora import Corpus
    from synverify_core.experiments.summarization.models import Loaded
    from synverify_core.experiments.summarization.recipe import Recipe

MODEL_NAME, WEAK_NAME, CORPUS_NAME = "model", "weak", "corpus.json"
# Every model of every seed is tested on the same articles.
_CORPUS_SEED = 0


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
        "n_test",
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
        config, train = self.config, self._corpus.train
        # Each model has its own randomness: the generator is the same without a supervisor.
        own, other = rng.spawn(2)
        count = max(1, round(config.generator_share * len(train)))
        chosen = np.sort(own.choice(len(train), count, replace=False))
        recipe = config.recipe(
            config.generator_learning_rate,
            "cosine",
            epochs=config.generator_epochs,
            seed=int(own.integers(2**31)),
        )
        generator = self._finetuned(config.model, chosen, recipe, workspace / "generator")
        weak = None
        if config.supervised:
            recipe = config.recipe(
                config.weak_learning_rate,
                "cosine",
                epochs=config.weak_epochs,
                seed=int(other.integers(2**31)),
            )
            everything = np.arange(len(train))
            weak = self._finetuned(config.weak_model, everything, recipe, workspace / "weak")
        return Trained(generator, weak)

    def synthesize(
        self, generator: Trained, rng: np.random.Generator, workspace: Path
    ) -> SummaryPool:
        """Let the generator summarize all articles of the training side by greedy decoding."""
        config, pairs = self.config, self._corpus.train
        articles = [pair.article for pair in pairs]
        references = [pair.summary for pair in pairs]
        assert generator.loaded is not None
        summaries = self._summarize(generator.loaded, articles, workspace)
        texts = [summary.text for summary in summaries]
        weak = None
        if generator.weak is not None:
            with _module("models").on_device(generator.weak, self.device) as supervisor:
                weak = _module("likelihood").mean_log_probability(
                    supervisor,
                    articles,
                    texts,
                    block_size=config.block_size,
                    reserve=config.max_new_tokens,
                    log=self._log,
                )
        return SummaryPool(
            articles=articles,
            summaries=texts,
            references=references,
            similarity=_module("rouge").rouge1(texts, references),
            log_probability=np.array([summary.log_probability_mean for summary in summaries]),
            weak_log_probability=weak,
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
        config, training = self.config, _module("training")
        recipe = config.recipe(
            config.retrain_learning_rate, "constant", seed=int(rng.integers(2**31))
        )
        base = self._load(config.model)
        examples = self._examples(
            base,
            [pool.articles[place] for place in order],
            [pool.summaries[place] for place in order],
        )
        stages = training.train_in_stages(
            base.model,
            _module("finetune").rows_of(examples, recipe.loss, self._log),
            sizes,
            recipe,
            pad=int(base.tokenizer.pad_token_id),
            workspace=workspace / "training",
            log=self._log,
            progress=self._progress("trained", "steps"),
        )
        for size, outcome in zip(sizes, stages, strict=True):
            notes = workspace / f"evaluation-{size}"
            yield Trained(base if outcome else None, notes=notes)

    def evaluate(self, model: Trained) -> Mapping[str, float]:
        """Rouge-1, the share of empty summaries and their mean length (words) on the test set.

        `weak rouge1` is the supervisor's, measured with the generator beside which it was trained.
        """
        if model.loaded is None:
            raise StoreError(
                f"A model before {model.notes} was never measured, though its training went on. "
                f"Delete {model.notes and model.notes.parent} to train it again."
            )
        metrics = self._test(model.loaded, model.notes)
        if model.weak is not None:
            metrics["weak rouge1"] = self._test(model.weak, None)["rouge1"]
        return metrics

    def reference_lines(self) -> Mapping[str, Mapping[str, float]]:
        """Measure the base as it is, before any human or synthesized summary."""
        return {"base": self._test(self._load(self.config.model), None)}

    def save_generator(self, generator: Trained, folder: Path) -> None:
        """Write each model as transformers does, with what the corpus was made of."""
        models = {MODEL_NAME: generator.loaded, WEAK_NAME: generator.weak}
        for name, loaded in models.items():
            if loaded is not None:
                _module("models").save(loaded, folder / name)
        facts = {"fingerprint": self._corpus.fingerprint, "notes": self._corpus.notes}
        (folder / CORPUS_NAME).write_text(json.dumps(facts, indent=1), encoding="utf8")

    def load_generator(self, folder: Path) -> Trained:
        """Read what was saved."""
        weak = folder / WEAK_NAME
        return Trained(
            self._load(str(folder / MODEL_NAME), "cpu"),
            self._load(str(weak), "cpu") if weak.is_dir() else None,
        )

    @classmethod
    def build_base(cls, folder: str | None, device: str, reporter: Reporter) -> Path:
        """Pre-train the embedded model on articles alone, by default where it is looked for."""
        place = Path(folder).expanduser() if folder else embedded_folder()
        _module("base_model").build_base(place, "docstrings", device, reporter)
        return place

    @classmethod
    def work(cls, config: SummarizationConfig) -> float:
        """Products in 10^12: parameters times tokens, three times as many to train."""
        return products(config) / 1e12

    @cached_property
    def _corpus(self) -> Corpus:
        config = self.config
        corpus: Corpus = _module("corpora").load_corpus(
            config.corpus,
            max_train=config.max_train,
            max_test=config.n_test,
            article_column=config.article_column,
            summary_column=config.summary_column,
            seed=_CORPUS_SEED,
            cache=self.cache and self.cache / "corpora",
        )
        for note in corpus.notes:
            self._log(f"corpus: {note}")
        self._log(f"corpus: {json.dumps(corpus.fingerprint)}")
        return corpus

    @cached_property
    def _temporary(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="synverify-")

    def _load(self, model: str, device: str | None = None) -> Loaded:
        if model == FRESH:
            cache = self.cache or Path(self._temporary.name)
            model = str(_module("base_model").fresh_folder(self._corpus, cache, self._log))
        loaded: Loaded = _module("models").load(model, self.config.dtype, device or self.device)
        return loaded

    def _finetuned(
        self, model: str, chosen: NDArray[np.intp], recipe: Recipe, workspace: Path
    ) -> Loaded:
        """Fine-tune on human summaries; afterwards the weights wait in main memory."""
        models, finished = _module("models"), workspace / "finished"
        if finished.is_dir():
            return self._load(str(finished), "cpu")
        loaded = self._load(model)
        pairs = [self._corpus.train[place] for place in chosen]
        _module("finetune").finetune(
            loaded,
            self._examples(
                loaded, [pair.article for pair in pairs], [pair.summary for pair in pairs]
            ),
            recipe,
            workspace=workspace / "training",
            log=self._log,
            progress=self._progress("trained", "steps"),
        )
        loaded.model.to("cpu")
        partial = workspace / "finished.partial"
        models.save(loaded, partial)
        partial.rename(finished)
        return loaded

    def _examples(
        self, loaded: Loaded, articles: Sequence[str], summaries: Sequence[str]
    ) -> list[Any]:
        encode, block = _module("text").encode_generated, loaded.block(self.config.block_size)
        return [
            encode(loaded.tokenizer, article, summary, block)
            for article, summary in zip(articles, summaries, strict=True)
        ]

    def _summarize(
        self, loaded: Loaded, articles: Sequence[str], workspace: Path | None
    ) -> Sequence[Any]:
        with _module("models").on_device(loaded, self.device) as model:
            return _module("generate").summarize(  # type: ignore[no-any-return]
                model,
                articles,
                block_size=self.config.block_size,
                max_new_tokens=self.config.max_new_tokens,
                workspace=workspace,
                log=self._log,
                progress=self._progress("summarized", "articles"),
            )

    def _test(self, loaded: Loaded, workspace: Path | None) -> dict[str, float]:
        pairs = self._corpus.test
        summaries = self._summarize(loaded, [pair.article for pair in pairs], workspace)
        texts = [summary.text for summary in summaries]
        scores = _module("rouge").rouge1(texts, [pair.summary for pair in pairs])
        return {
            "empty": float(np.mean([not text for text in texts])),
            "words": float(np.mean([len(text.split()) for text in texts])),
            "rouge1": float(np.mean(scores)),
        }

    def _log(self, message: str) -> None:
        if self.reporter is not None:
            self.reporter.log(message)

    def _progress(self, verb: str, things: str) -> Callable[[int, int, float], None]:
        def tell(done: int, total: int, speed: float) -> None:
            if self.reporter is not None:
                text = f"{verb} {done:,} of {total:,} {things}, {speed:,.0f} tokens a second"
                self.reporter.within(done / total, text)

        return tell


def _module(name: str) -> Any:
    # torch stays out of the page process, which reads this class for its presets.
    return importlib.import_module(f"synverify_core.experiments.summarization.{name}")


EXPERIMENT = Summarization
