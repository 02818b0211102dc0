"""What the experiment's verbs are made of: load, fine-tune, summarize, score. Loads torch."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.base_model import fresh_folder
from synverify_core.experiments.summarization.batches import Row
from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.corpora import Corpus, Pair, load_corpus
from synverify_core.experiments.summarization.generate import Summary, counts, summarize
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.models import (
    Loaded,
    load,
    load_reader,
    on_device,
    save,
)
from synverify_core.experiments.summarization.pool import SummaryPool
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.rouge import rouge1
from synverify_core.experiments.summarization.sources import FRESH
from synverify_core.experiments.summarization.text import Encoded, encode_generated, fitting
from synverify_core.experiments.summarization.training import Training, rows_of

# Every model of every seed is tested on the same articles.
_CORPUS_SEED = 0
Log = Callable[[str], None]
Within = Callable[[float, str], None]


class Steps:
    """Steps of one run on one device.

    Parameters
    ----------
    cache : folder for the corpus and a fresh base; None: both are made anew.
    log, within : hear lines, and how far a long step is.
    """

    def __init__(
        self,
        config: SummarizationConfig,
        device: str,
        cache: Path | None,
        log: Log,
        within: Within,
    ) -> None:
        self.config, self.device = config, device
        self.cache, self.log, self._within = cache, log, within

    @cached_property
    def corpus(self) -> Corpus:
        """Pairs to train and to test on; what they are made of goes into the log.

        To train on, a pair's summary must fit whole into the block of every model.
        """
        corpus = self._read_corpus(self._fitting)
        for note in corpus.notes:
            self.log(f"corpus: {note}")
        self.log(f"corpus: {json.dumps(corpus.fingerprint)}")
        return corpus

    @cached_property
    def _every_pair(self) -> Corpus:
        """Pairs with summaries of any length: before there is a model, there is no block."""
        return self._read_corpus()

    def _read_corpus(
        self, fitting: Callable[[Sequence[str]], Sequence[bool]] | None = None
    ) -> Corpus:
        config = self.config
        return load_corpus(
            config.corpus,
            max_train=config.max_train,
            max_test=config.n_test,
            article_column=config.article_column,
            summary_column=config.summary_column,
            seed=_CORPUS_SEED,
            cache=self.cache and self.cache / "corpora",
            fitting=fitting,
        )

    def _fitting(self, summaries: Sequence[str]) -> list[bool]:
        """Tell which summaries fit whole into the block, whichever model reads them."""
        models = {self.config.model, *([self.config.weak_model] if self.config.supervised else [])}
        found = [True] * len(summaries)
        for model in sorted(models):
            with self._source(model) as source:
                tokenizer, context = load_reader(source)
            fits = fitting(tokenizer, summaries, min(self.config.block_size, context))
            found = [one and other for one, other in zip(found, fits, strict=True)]
        return found

    def load(self, model: str, device: str | None = None) -> Loaded:
        """Load a model by name, on the run's device unless another is named."""
        with self._source(model) as source:
            return load(source, self.config.dtype, device or self.device)

    @contextmanager
    def _source(self, model: str) -> Iterator[str]:
        """Name where a model is; a fresh one is made if it is not there yet."""
        if model != FRESH:
            yield model
            return
        with tempfile.TemporaryDirectory() as folder:
            yield str(fresh_folder(self._every_pair, self.cache or Path(folder), self.log))

    def finetuned(
        self, model: str, pairs: Sequence[Pair], recipe: Recipe, workspace: Path
    ) -> Loaded:
        """Fine-tune on human summaries; afterwards the weights wait in main memory.

        A finished one is kept in the workspace, for the case that what follows is interrupted.
        """
        finished, partial = workspace / "finished", workspace / "finished.partial"
        if finished.is_dir():
            return self.load(str(finished), "cpu")
        loaded = self.load(model)
        articles = [pair.article for pair in pairs]
        examples = self._examples(loaded, articles, [pair.summary for pair in pairs])
        outcome = self._training(
            loaded, rows_of(examples, recipe.loss, self.log), recipe, workspace / "training"
        ).run()
        self.log(
            f"{outcome.steps} steps, loss {outcome.loss:.3f}, "
            f"{outcome.tokens_per_second:.0f} tokens/s"
        )
        loaded.model.to("cpu")
        save(loaded, partial)
        partial.rename(finished)
        return loaded

    def in_stages(
        self, pool: SummaryPool, sizes: Sequence[int], recipe: Recipe, workspace: Path
    ) -> Iterator[Loaded | None]:
        """Fine-tune the base on a pool's summaries in their order; yield it after each size.

        None where an interrupted training has already left that size behind.
        """
        base = self.load(self.config.model)
        examples = self._examples(base, pool.articles, pool.summaries, pool.ended)
        training = self._training(base, rows_of(examples, recipe.loss), recipe, workspace)
        for outcome in training.in_stages(sizes):
            yield base if outcome else None

    def _training(
        self, loaded: Loaded, rows: Sequence[Row], recipe: Recipe, workspace: Path
    ) -> Training:
        progress = self._progress("trained", "steps")
        return Training(loaded, rows, recipe, workspace, self.log, progress)

    def summarize(
        self, loaded: Loaded, articles: Sequence[str], workspace: Path | None
    ) -> list[Summary]:
        """Let a model summarize articles by greedy decoding, and log what came of it."""
        summaries = self._generate(loaded, articles, workspace)
        self.log(counts(summaries))
        return summaries

    def _generate(
        self, loaded: Loaded, articles: Sequence[str], workspace: Path | None
    ) -> list[Summary]:
        with on_device(loaded, self.device) as model:
            return summarize(
                model,
                articles,
                block_size=self.config.block_size,
                max_new_tokens=self.config.max_new_tokens,
                workspace=workspace,
                log=self.log,
                progress=self._progress("summarized", "articles"),
            )

    def supervise(
        self, weak: Loaded, articles: Sequence[str], summaries: Sequence[Summary]
    ) -> NDArray[np.float64]:
        """Mean log-probability per token of the summaries' texts under a supervisor, (n,)."""
        with on_device(weak, self.device) as supervisor:
            return mean_log_probability(
                supervisor,
                articles,
                [summary.text for summary in summaries],
                ended=[summary.ended for summary in summaries],
                block_size=self.config.block_size,
                reserve=self.config.max_new_tokens,
                log=self.log,
            )

    def rouge1(self, summaries: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
        """Rouge-1 F of each summary against its reference, (n,)."""
        return rouge1(summaries, references)

    def test(self, loaded: Loaded, workspace: Path | None = None) -> dict[str, float]:
        """Measure a model on the articles that are held out.

        `rouge1 test error` is the standard error of rouge1.
        """
        pairs = getattr(self.corpus, self.config.held_out)
        if not pairs:
            raise InputError(
                f"held_out = validation: corpus = {self.config.corpus} has no articles for it, "
                "only for training and for the test"
            )
        summaries = self._generate(loaded, [pair.article for pair in pairs], workspace)
        texts = [summary.text for summary in summaries]
        scores = rouge1(texts, [pair.summary for pair in pairs])
        return {
            "empty": float(np.mean([not text for text in texts])),
            "words": float(np.mean([len(text.split()) for text in texts])),
            "rouge1 test error": float(np.std(scores) / np.sqrt(len(scores))),
            "rouge1": float(np.mean(scores)),
        }

    def _examples(
        self,
        loaded: Loaded,
        articles: Sequence[str],
        summaries: Sequence[str],
        ended: NDArray[np.bool_] | None = None,
    ) -> list[Encoded]:
        block = loaded.block(self.config.block_size)
        ends = [True] * len(articles) if ended is None else ended.tolist()
        return [
            encode_generated(loaded.tokenizer, article, summary, block, ended=end)
            for article, summary, end in zip(articles, summaries, ends, strict=True)
        ]

    def _progress(self, verb: str, things: str) -> Callable[[int, int, float], None]:
        def tell(done: int, total: int, speed: float) -> None:
            text = f"{verb} {done:,} of {total:,} {things}, {speed:,.0f} tokens a second"
            self._within(done / total, text)

        return tell
