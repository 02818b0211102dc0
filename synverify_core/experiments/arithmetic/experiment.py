"""Rounds of Lee et al. 2025: answer slightly harder problems, keep some, train on them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.arithmetic import cost
from synverify_core.experiments.arithmetic.config import ArithmeticConfig
from synverify_core.experiments.arithmetic.pool import ArithmeticPool
from synverify_core.experiments.arithmetic.presets import PRESETS
from synverify_core.experiments.arithmetic.scoring import accuracies
from synverify_core.experiments.base import Experiment
from synverify_core.experiments.budget import Budgets
from synverify_core.experiments.config import Config
from synverify_core.experiments.unit import Unit

if TYPE_CHECKING:
    from synverify_core.experiments.arithmetic.model import Transformer

MODEL_NAME = "model-{}.safetensors"
# Every model of every run of a task is tested on the same problems.
_TEST_SEED = 20_250_203
_MODEL_FIELDS = ("task", "maze_nodes", "maze_hops", "layers", "d_model", "heads", "precision")
_GENERATOR_FIELDS = (
    *_MODEL_FIELDS,
    "first_difficulty",
    "base_difficulty",
    "n_original",
    "batch_size",
    "base_steps",
    "base_learning_rate",
    "voters",
)
Models = tuple["Transformer", ...]
"""What a chain goes on with: one model, or several that vote; the first one is measured."""


class Arithmetic(Experiment[ArithmeticConfig, Models, ArithmeticPool]):
    """Transformers without positions, which go on from what a filter keeps of their answers."""

    name: ClassVar[str] = "arithmetic"
    title: ClassVar[str] = "Arithmetic self-improvement"
    version: ClassVar[int] = 1
    config_type: ClassVar[type[Config]] = ArithmeticConfig
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS
    primary_metric: ClassVar[str] = "accuracy"
    generator_fields: ClassVar[tuple[str, ...]] = _GENERATOR_FIELDS
    stores_pool: ClassVar[bool] = True
    pool_fields: ClassVar[tuple[str, ...]] = ("pool_size", "damage", "damage_at")
    sizes_are_limits: ClassVar[bool] = True

    @property
    def starts_from(self) -> str | None:
        """Fresh weights, or the model of the round before."""
        return "generator" if self.config.start == "previous" else None

    @property
    def budgets(self) -> Budgets:
        """Steps of the generator and of a round."""
        return cost.budgets(self.config)

    @property
    def budget_note(self) -> str:
        """Say that a round is an addition to what was trained before."""
        return "A round adds its steps to the model of the round before, as in Lee et al. 2025."

    def next_difficulty(self, difficulty: int | None, accepted: float) -> int:
        """Go on by a jump, always or when enough was kept."""
        config = self.config
        if difficulty is None:
            return config.base_difficulty + config.jump
        waits = config.schedule == "when_accepted" and accepted < config.accept_share
        return difficulty if waits else difficulty + config.jump

    def original(self, rng: np.random.Generator) -> ArithmeticPool:
        """Draw n_original problems, every difficulty equally often, with right answers."""
        config, task = self.config, self.config.made_task
        levels = np.arange(config.first_difficulty, config.base_difficulty + 1)
        difficulties = rng.choice(levels, config.n_original)
        found: ArithmeticPool = _module("answers").right(
            task, task.problems(rng, difficulties, easy=True), difficulties
        )
        return found

    def train_generator(self, rng: np.random.Generator, workspace: Path) -> Models:
        """Train on the original problems."""
        data = self.original(rng)
        return self._fit(self._fresh(rng), data, rng, workspace, base=True)

    def synthesize(
        self,
        generator: Models,
        helpers: Mapping[str, Models],
        rng: np.random.Generator,
        workspace: Path,
    ) -> ArithmeticPool:
        """Answer problems of the first round's difficulty."""
        first = self.next_difficulty(None, 1.0)
        return self.synthesize_at(first, generator, helpers, rng, workspace)

    def synthesize_at(
        self,
        difficulty: int | None,
        generator: Models,
        helpers: Mapping[str, Models],
        rng: np.random.Generator,
        workspace: Path,
    ) -> ArithmeticPool:
        """Answer pool_size problems of one difficulty."""
        assert difficulty is not None
        config, task = self.config, self.config.made_task
        problems = task.block(rng, config.pool_size, difficulty)
        found: ArithmeticPool = _module("answers").answered(
            task,
            generator,
            problems,
            difficulty,
            damage=config.damage if difficulty == config.damage_at else 0.0,
            rng=rng,
            tell=lambda done, total: self.within(
                done / total, f"answered {done:,} of {total:,} problems"
            ),
        )
        return found

    def save_pool(self, pool: ArithmeticPool, folder: Path) -> None:
        """Write the samples to pool.npz."""
        pool.save(folder)

    def load_pool(self, folder: Path) -> ArithmeticPool:
        """Read pool.npz."""
        return ArithmeticPool.load(folder)

    def clean(self, pool: ArithmeticPool, rng: np.random.Generator) -> ArithmeticPool:
        """Give the same problems their right answers."""
        return replace(pool, y_synth=pool.y_true)

    def retrain(
        self,
        pool: ArithmeticPool,
        indices: NDArray[np.intp],
        start: Models | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> Models:
        """Train fresh models, or those of the round before, on selected answers."""
        models = self._fresh(rng)
        for fresh, before in zip(models, start or (), strict=False):
            fresh.load_state_dict(before.state_dict())
        return self._fit(models, pool.take(indices), rng, workspace, base=False)

    def evaluate(self, model: Models, workspace: Path) -> Mapping[str, float]:
        """Exact match by greedy decoding at each test difficulty, and how far it reaches."""
        config, task = self.config, self.config.made_task
        found = {}
        for difficulty in config.test_difficulties:
            rng = np.random.default_rng([_TEST_SEED, difficulty])
            problems = task.block(rng, config.n_test, difficulty)
            most = task.most_characters(difficulty)
            texts = _module("decode").answer(model[0], problems.prompts, most).texts
            found[difficulty] = float((texts == problems.answers).mean())
        return accuracies(found)

    def save(self, model: Models, folder: Path) -> None:
        """Write shapes and weights as safetensors."""
        for place, one in enumerate(model):
            _module("checkpoint").save_model(one, folder / MODEL_NAME.format(place))

    def load(self, folder: Path, helper: str | None = None) -> Models:
        """Read what was saved; a model of another task or size is refused."""
        load = _module("checkpoint").load_model
        return tuple(
            load(folder / MODEL_NAME.format(place), self.config.shape, self.device)
            for place in range(self.config.voters)
        )

    def ship(self, source: Path, target: Path) -> None:
        """Copy the models with weights of half the size: answers hardly change."""
        _module("checkpoint").ship(source, target)

    @property
    def prices(self) -> Mapping[str, float]:
        """Return nominal seconds for a step and for an answer."""
        return cost.prices(self.config)

    def cost(self, unit: Unit) -> Mapping[str, float]:
        """Count training steps and answers."""
        return cost.cost(self.config, unit)

    def _fresh(self, rng: np.random.Generator) -> Models:
        build = _module("model").Transformer
        seeds = rng.integers(2**31, size=self.config.voters)
        return tuple(build(self.config.shape, int(seed)).to(self.device) for seed in seeds)

    def _fit(
        self,
        models: Models,
        data: ArithmeticPool,
        rng: np.random.Generator,
        workspace: Path,
        *,
        base: bool,
    ) -> Models:
        module = _module("train")
        examples = module.Examples(
            data.prompts, data.y_synth, data.difficulty <= self.config.base_difficulty
        )
        for place, model in enumerate(models):
            own = workspace / f"model-{place}"
            own.mkdir(exist_ok=True)
            loss = module.fit(
                model,
                examples,
                self.config.recipe(base=base, seed=int(rng.integers(2**31))),
                workspace=own,
                progress=self._progress(place, len(models)),
                log=self.log,
            )
            self.log(f"trained on {len(data)} problems: loss {loss:.4f} nats a token")
        return models

    def _progress(self, place: int, count: int) -> Callable[[int, int, float], None]:
        def tell(done: int, total: int, speed: float) -> None:
            text = f"trained {done:,} of {total:,} steps, {speed:,.0f} problems a second"
            self.within((place + done / total) / count, text)

        return tell


def _module(name: str) -> Any:
    # torch stays out of the page process, which reads this class for its presets.
    return importlib.import_module(f"synverify_core.experiments.arithmetic.{name}")


EXPERIMENT = Arithmetic
