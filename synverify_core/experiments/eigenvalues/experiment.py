"""The five verbs of Section 6.1 (Figure 4), and Table 1."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.base import Experiment
from synverify_core.experiments.budget import Budgets
from synverify_core.experiments.config import Config
from synverify_core.experiments.eigenvalues import cost
from synverify_core.experiments.eigenvalues.budgets import budgets
from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.data import (
    Examples,
    Problems,
    encode_source,
    sample_problems,
)
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.presets import PRESETS
from synverify_core.experiments.eigenvalues.scoring import accuracies, metric_name, relative_error
from synverify_core.experiments.eigenvalues.strata import strata
from synverify_core.experiments.eigenvalues.streams import streams
from synverify_core.experiments.unit import Unit
from synverify_core.measuring import Strata

if TYPE_CHECKING:
    from synverify_core.experiments.eigenvalues.model import Transformer
    from synverify_core.experiments.eigenvalues.predict import Answers

MODEL_NAME = "model.safetensors"
# Every model of every run with the same kind of matrices is tested on the same ones.
_HELD_OUT_SEEDS = {"test": 20_240_611, "validation": 20_240_612}
_MODEL_FIELDS = (
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
)
_GENERATOR_FIELDS = (*_MODEL_FIELDS, "n_original", "generator_steps")


class Eigenvalues(Experiment[EigenvaluesConfig, "Transformer", EigenPool]):
    """A transformer predicts eigenvalues; verified predictions train the next one."""

    name: ClassVar[str] = "eigenvalues"
    title: ClassVar[str] = "Eigenvalues by transformer"
    version: ClassVar[int] = 1
    config_type: ClassVar[type[Config]] = EigenvaluesConfig
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS
    primary_metric: ClassVar[str] = metric_name(0.01)
    generator_fields: ClassVar[tuple[str, ...]] = _GENERATOR_FIELDS
    helper_fields: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "base": (*_MODEL_FIELDS, "base_original", "base_steps"),
        "weak": (*_GENERATOR_FIELDS, "weak_d_model"),
    }
    stores_pool: ClassVar[bool] = True
    pool_fields: ClassVar[tuple[str, ...]] = ("pool_size", "synthesis", "beam_size")

    @property
    def helpers(self) -> tuple[str, ...]:
        """The model that others start from (Table 3), and the smaller one that `weak` asks."""
        asked = {"base": self.config.base_steps, "weak": self.config.weak_d_model}
        return tuple(name for name, wanted in asked.items() if wanted)

    @property
    def starts_from(self) -> str | None:
        """Fresh weights, the generator (Table 3, model A), or the base (B, C, D)."""
        return None if self.config.start == "scratch" else self.config.start

    @property
    def budgets(self) -> Budgets:
        """Steps of generator, retrained models and helpers."""
        return budgets(self.config)

    def strata(self, pool: EigenPool) -> Strata:
        """Cross signs, ratio and scale of the true spectra."""
        return strata(pool)

    def original(self, rng: np.random.Generator) -> EigenPool:
        """Return n_original matrices with their true eigenvalues."""
        problems = self._problems(streams(rng).generator, self.config.n_original)
        return EigenPool(
            x=problems.entries.astype(np.float32),
            y_true=problems.eigenvalues,
            y_synth=problems.eigenvalues,
            log_probability=np.zeros(len(problems.entries), dtype=np.float32),
            tolerance=self.config.tolerance,
        )

    def train_generator(self, rng: np.random.Generator, workspace: Path) -> Transformer:
        """Train on n_original matrices with their true eigenvalues."""
        own = streams(rng).generator
        data = self._examples(*self._problems(own, self.config.n_original))
        return self._fit(self._fresh(own), data, self.config.generator_steps, own, workspace)

    def train_helper(self, name: str, rng: np.random.Generator, workspace: Path) -> Transformer:
        """Train the base on matrices of its own, or the smaller model on the generator's."""
        config, each = self.config, streams(rng)
        if name == "base":
            own, steps, width = each.base, config.base_steps, None
            problems = self._problems(own, config.base_original)
        else:
            own, steps, width = each.weak, config.generator_steps, config.weak_d_model
            problems = self._problems(each.generator, config.n_original)
        data = self._examples(*problems)
        return self._fit(self._fresh(own, width), data, steps, own, workspace)

    def synthesize(
        self,
        generator: Transformer,
        helpers: Mapping[str, Transformer],
        rng: np.random.Generator,
        workspace: Path,
    ) -> EigenPool:
        """Let the generator answer pool_size new matrices."""
        config = self.config
        problems = self._problems(rng, config.pool_size)
        beams = config.beam_size if config.synthesis == "best_of_beam" else 1
        answers = self._predict(generator, problems, beams)
        weak_error = None
        if "weak" in helpers:
            second = self._predict(helpers["weak"], problems, 1).eigenvalues
            # An infinite distance (all zeros against anything else) is as far as 100 %.
            distance = np.minimum(relative_error(second, answers.eigenvalues), 1.0)
            weak_error = distance.astype(np.float32)
        return EigenPool(
            x=problems.entries.astype(np.float32),
            y_true=problems.eigenvalues,
            y_synth=answers.eigenvalues,
            log_probability=answers.log_probability.astype(np.float32),
            tolerance=config.tolerance,
            weak_error=weak_error,
        )

    def save_pool(self, pool: EigenPool, folder: Path) -> None:
        """Write the samples to pool.npz."""
        pool.save(folder)

    def load_pool(self, folder: Path) -> EigenPool:
        """Read pool.npz."""
        return EigenPool.load(folder, self.config.tolerance)

    def clean(self, pool: EigenPool, rng: np.random.Generator) -> EigenPool:
        """Give the same matrices their true eigenvalues."""
        return replace(pool, y_synth=pool.y_true)

    def retrain(
        self,
        pool: EigenPool,
        indices: NDArray[np.intp],
        start: Transformer | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> Transformer:
        """Train a model of the generator's shape, fresh or from `start`, on selected answers."""
        examples = self._examples(pool.x[indices], pool.y_synth[indices])
        model = self._fresh(rng)
        if start is not None:
            model.load_state_dict(start.state_dict())
        return self._fit(model, examples, self.config.retrain_steps, rng, workspace)

    def evaluate(self, model: Transformer, workspace: Path) -> Mapping[str, float]:
        """Accuracy at 5, 2, 1 and 0.5 % by greedy decoding."""
        return self._accuracies(model, self._test_problems())

    def evaluate_generator(
        self, generator: Transformer, helpers: Mapping[str, Transformer], workspace: Path
    ) -> Mapping[str, float]:
        """Accuracies of the generator, of its beams and of the models beside it.

        `beam 10, any@2%` counts a matrix where one of ten beams is right, `beam 10, best@2%`
        where the most likely one is (Table 1, left and right). `base@2%` and `weak@2%` are the
        helpers'.
        """
        test = self._test_problems()
        metrics = self._accuracies(generator, test)
        for name, helper in helpers.items():
            metrics |= self._accuracies(helper, test, name)
        part = Problems(*(column[: self.config.n_table] for column in test))
        for beams in self.config.table_beams:
            answers = self._predict(generator, part, beams)
            metrics |= accuracies(answers.nearest_error, f"beam {beams}, any")
            metrics |= accuracies(answers.likeliest_error, f"beam {beams}, best")
        return metrics

    def save(self, model: Transformer, folder: Path) -> None:
        """Write shape and weights as safetensors."""
        _module("checkpoint").save_model(model, folder / MODEL_NAME)

    def load(self, folder: Path, helper: str | None = None) -> Transformer:
        """Read what was saved; a model of another encoding or size is refused."""
        config = self.config
        shape = config.shape(config.weak_d_model if helper == "weak" else None)
        load = _module("checkpoint").load_model
        model: Transformer = load(folder / MODEL_NAME, shape, self.device)
        return model

    @property
    def prices(self) -> Mapping[str, float]:
        """Return nominal seconds for a step and for a beam of an answer."""
        return cost.prices(self.config)

    def cost(self, unit: Unit) -> Mapping[str, float]:
        """Count training steps and beams of answers."""
        return cost.cost(self.config, unit)

    def _accuracies(
        self, model: Transformer, test: Problems, prefix: str = "accuracy"
    ) -> dict[str, float]:
        answers = self._predict(model, test, 1).eigenvalues
        return accuracies(relative_error(answers, test.eigenvalues), prefix)

    def _test_problems(self) -> Problems:
        seed = _HELD_OUT_SEEDS[self.config.held_out]
        return self._problems(np.random.default_rng(seed), self.config.n_test)

    def _problems(self, rng: np.random.Generator, n: int) -> Problems:
        dimension, entries = self.config.dimension, self.config.entries
        encoding = get_encoding(self.config.encoding)
        return sample_problems(rng, n, dimension=dimension, encoding=encoding, entries=entries)

    def _examples(self, entries: NDArray[Any], answers: NDArray[Any]) -> Examples:
        config, encoding = self.config, get_encoding(self.config.encoding)
        source = encode_source(
            entries, dimension=config.dimension, encoding=encoding, layout=config.layout
        )
        return Examples(source, encoding.encode(answers))

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
            log=self.log,
        )
        self.log(
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
            log=self.log,
        )
        return answers

    def _progress(self, verb: str, things: str) -> Callable[[int, int, float], None]:
        def tell(done: int, total: int, speed: float) -> None:
            text = f"{verb} {done:,} of {total:,} {things}, {speed:,.0f} a second"
            self.within(done / total, text)

        return tell


def _module(name: str) -> Any:
    # torch stays out of the page process, which reads this class for its presets.
    return importlib.import_module(f"synverify_core.experiments.eigenvalues.{name}")


EXPERIMENT = Eigenvalues
