"""The five verbs of Section 6.1 (Figure 4), and Table 1."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.base import Config, Experiment
from synverify_core.experiments.eigenvalues import cost
from synverify_core.experiments.eigenvalues.config import PRESETS, EigenvaluesConfig
from synverify_core.experiments.eigenvalues.data import (
    Examples,
    Problems,
    encode_source,
    sample_problems,
)
from synverify_core.experiments.eigenvalues.encodings import Encoding, get_encoding
from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.scoring import accuracies, metric_name, relative_error
from synverify_core.experiments.plan import Unit

if TYPE_CHECKING:
    from synverify_core.experiments.eigenvalues.model import Transformer
    from synverify_core.experiments.eigenvalues.predict import Answers

MODEL_NAME, BASE_NAME, WEAK_NAME = "model.safetensors", "base.safetensors", "weak.safetensors"
POOL_NAME = "pool.npz"
# Every model of every run with the same kind of matrices is tested on the same ones.
_TEST_SEED = 20_240_611


@dataclass(frozen=True)
class Trained:
    """A trained model, and for the generator what was trained beside it on original data.

    base : where downstream models start (Table 3), if from another model.
    weak : the smaller model that the verifier `weak` asks, if there is one.
    """

    model: Transformer
    is_generator: bool = False
    base: Transformer | None = None
    weak: Transformer | None = None


class Eigenvalues(Experiment[EigenvaluesConfig, Trained, EigenPool, Trained]):
    """A transformer predicts eigenvalues; verified predictions train the next one."""

    name: ClassVar[str] = "eigenvalues"
    title: ClassVar[str] = "Eigenvalues by transformer"
    version: ClassVar[int] = 1
    config_type: ClassVar[type[Config]] = EigenvaluesConfig
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS
    primary_metric: ClassVar[str] = metric_name(0.01)
    generator_fields: ClassVar[tuple[str, ...]] = (
        "dimension",
        "entries",
        "encoding",
        "layout",
        "encoder_layers",
        "decoder_layers",
        "d_model",
        "heads",
        "ffn_factor",
        "precision",
        "batch_size",
        "learning_rate",
        "warmup_steps",
        "schedule",
        "clip_norm",
        "n_original",
        "generator_steps",
        "base_original",
        "base_steps",
        "weak_d_model",
    )
    stores_pool: ClassVar[bool] = True
    pool_fields: ClassVar[tuple[str, ...]] = ("pool_size", "synthesis", "beam_size")

    def train_generator(self, rng: np.random.Generator, workspace: Path) -> Trained:
        """Train on n_original matrices with their true eigenvalues."""
        config = self.config
        # Each model has its own randomness: the generator is the same with and without helpers.
        own, base_rng, weak_rng = rng.spawn(3)
        problems = self._problems(own, config.n_original)
        data = self._examples(problems.entries, problems.eigenvalues)
        model = self._fit(self._fresh(own), data, config.generator_steps, own, workspace)
        base = weak = None
        if config.base_steps:
            other = self._problems(base_rng, config.base_original)
            examples = self._examples(other.entries, other.eigenvalues)
            folder = _subfolder(workspace, "base")
            base = self._fit(self._fresh(base_rng), examples, config.base_steps, base_rng, folder)
        if config.weak_d_model:
            fresh, folder = (
                self._fresh(weak_rng, config.weak_d_model),
                _subfolder(workspace, "weak"),
            )
            weak = self._fit(fresh, data, config.generator_steps, weak_rng, folder)
        return Trained(model, is_generator=True, base=base, weak=weak)

    def synthesize(
        self, generator: Trained, rng: np.random.Generator, workspace: Path
    ) -> EigenPool:
        """Let the generator answer pool_size new matrices."""
        config = self.config
        problems = self._problems(rng, config.pool_size)
        beams = config.beam_size if config.synthesis == "best_of_beam" else 1
        answers = self._predict(generator.model, problems, beams)
        single, weak_error = np.float32, None
        if generator.weak is not None:
            second = self._predict(generator.weak, problems, 1).eigenvalues
            # An infinite distance (all zeros against anything else) is as far as 100 %.
            distance = np.minimum(relative_error(second, answers.eigenvalues), 1.0)
            weak_error = distance.astype(single)
        return EigenPool(
            x=problems.entries.astype(single),
            y_true=problems.eigenvalues,
            y_synth=answers.eigenvalues,
            log_probability=answers.log_probability.astype(single),
            tolerance=config.tolerance,
            weak_error=weak_error,
            start=self._start(generator),
        )

    def save_pool(self, pool: EigenPool, folder: Path) -> None:
        """Write the samples to pool.npz; the model to start from is the generator's."""
        names = ("x", "y_true", "y_synth", "log_probability", "weak_error")
        columns: dict[str, Any] = {name: getattr(pool, name) for name in names}
        present = {name: column for name, column in columns.items() if column is not None}
        np.savez(folder / POOL_NAME, **present)

    def load_pool(self, folder: Path, generator: Trained) -> EigenPool:
        """Read pool.npz."""
        with np.load(folder / POOL_NAME, allow_pickle=False) as stored:
            columns = {name: stored[name] for name in stored.files}
        return EigenPool(**columns, tolerance=self.config.tolerance, start=self._start(generator))

    def clean(self, pool: EigenPool, rng: np.random.Generator) -> EigenPool:
        """Give the same matrices their true eigenvalues."""
        return replace(pool, y_synth=pool.y_true)

    def retrain(
        self,
        pool: EigenPool,
        indices: NDArray[np.intp],
        rng: np.random.Generator,
        workspace: Path,
    ) -> Trained:
        """Train a model of the same shape, fresh or from `start`, on the selected answers."""
        examples = self._examples(pool.x[indices], pool.y_synth[indices])
        model = self._fresh(rng)
        if pool.start is not None:
            model.load_state_dict(pool.start.state_dict())
        return Trained(self._fit(model, examples, self.config.retrain_steps, rng, workspace))

    def evaluate(self, model: Trained) -> Mapping[str, float]:
        """Accuracy at 5, 2, 1 and 0.5 % by greedy decoding, and of the generator's beams.

        `beam 10, any@2%` counts a matrix where one of ten beams is right, `beam 10, best@2%`
        where the most likely one is (Table 1, left and right). `base@2%` and `weak@2%` are the
        models trained beside the generator.
        """
        config = self.config
        test = self._problems(np.random.default_rng(_TEST_SEED), config.n_test)
        answers = self._predict(model.model, test, 1)
        metrics = accuracies(relative_error(answers.eigenvalues, test.eigenvalues))
        for name, helper in (("base", model.base), ("weak", model.weak)):
            if helper is not None:
                second = self._predict(helper, test, 1).eigenvalues
                metrics |= accuracies(relative_error(second, test.eigenvalues), name)
        if model.is_generator:
            part = Problems(test.entries[: config.n_table], test.eigenvalues[: config.n_table])
            for beams in config.table_beams:
                answers = self._predict(model.model, part, beams)
                metrics |= accuracies(answers.nearest_error, f"beam {beams}, any")
                metrics |= accuracies(answers.likeliest_error, f"beam {beams}, best")
        return metrics

    def save_generator(self, generator: Trained, folder: Path) -> None:
        """Write shapes and weights as safetensors, one file a model."""
        models = {MODEL_NAME: generator.model, BASE_NAME: generator.base, WEAK_NAME: generator.weak}
        for name, model in models.items():
            if model is not None:
                _module("checkpoint").save_model(model, folder / name)

    def load_generator(self, folder: Path) -> Trained:
        """Read what was saved; a model of another encoding or size is refused."""
        config, load = self.config, _module("checkpoint").load_model
        shape, small = config.shape(), config.shape(config.weak_d_model)
        return Trained(
            load(folder / MODEL_NAME, shape, self.device),
            is_generator=True,
            base=load(folder / BASE_NAME, shape, self.device) if config.base_steps else None,
            weak=load(folder / WEAK_NAME, small, self.device) if config.weak_d_model else None,
        )

    @property
    def prices(self) -> Mapping[str, float]:
        """Return nominal seconds for a step and for a beam of an answer."""
        return cost.prices(self.config)

    def cost(self, unit: Unit) -> Mapping[str, float]:
        """Count training steps and beams of answers."""
        return cost.cost(self.config, unit)

    def _start(self, generator: Trained) -> Transformer | None:
        starts = {"scratch": None, "generator": generator.model, "base": generator.base}
        return starts[self.config.start]

    @property
    def _encoding(self) -> Encoding:
        return get_encoding(self.config.encoding)

    def _problems(self, rng: np.random.Generator, n: int) -> Problems:
        config = self.config
        return sample_problems(
            rng, n, dimension=config.dimension, encoding=self._encoding, entries=config.entries
        )

    def _examples(self, entries: NDArray[Any], answers: NDArray[Any]) -> Examples:
        config = self.config
        source = encode_source(
            entries, dimension=config.dimension, encoding=self._encoding, layout=config.layout
        )
        return Examples(source, self._encoding.encode(answers))

    def _fresh(self, rng: np.random.Generator, d_model: int | None = None) -> Transformer:
        seed = int(rng.integers(2**31))
        model: Transformer = _module("model").Transformer(self.config.shape(d_model), seed)
        model.to(self.device)
        return model

    def _fit(
        self,
        model: Transformer,
        examples: Examples,
        steps: int,
        rng: np.random.Generator,
        workspace: Path,
    ) -> Transformer:
        outcome = _module("train").fit(
            model,
            examples,
            self.config.recipe(steps, int(rng.integers(2**31))),
            workspace=workspace,
            progress=self._progress("trained", "steps"),
            log=self._log,
        )
        self._log(
            f"trained {steps} steps on {len(examples.source)} examples: loss {outcome.loss:.4f} "
            f"nats a token, {outcome.examples_per_second:,.0f} examples/s"
        )
        return model

    def _predict(self, model: Transformer, problems: Problems, beams: int) -> Answers:
        answers: Answers = _module("predict").predict(
            model,
            problems,
            beams,
            precision=self.config.precision,
            progress=self._progress("answered", "matrices"),
            log=self._log,
        )
        return answers

    def _log(self, message: str) -> None:
        if self.reporter is not None:
            self.reporter.log(message)

    def _progress(self, verb: str, things: str) -> Callable[[int, int, float], None]:
        def tell(done: int, total: int, speed: float) -> None:
            if self.reporter is not None:
                text = f"{verb} {done:,} of {total:,} {things}, {speed:,.0f} a second"
                self.reporter.within(done / total, text)

        return tell


def _subfolder(workspace: Path, name: str) -> Path:
    folder = workspace / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _module(name: str) -> Any:
    # torch stays out of the page process, which reads this class for its presets.
    return importlib.import_module(f"synverify_core.experiments.eigenvalues.{name}")


EXPERIMENT = Eigenvalues
