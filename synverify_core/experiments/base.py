"""What an experiment is: its verbs. The loop around them is in `pipeline`."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError, brief
from synverify_core.experiments.budget import Budgets
from synverify_core.experiments.config import Config
from synverify_core.experiments.row import Row
from synverify_core.experiments.unit import Unit
from synverify_core.measuring import Strata


class Pool(Protocol):
    """Samples with labels, on which verifiers are measured and models trained."""

    @property
    def similarity(self) -> NDArray[np.float64]:
        """S in [0, 1], shape (pool_size,): 1 where y_synth equals y_true (Appendix C)."""
        ...

    def __getitem__(self, field: str) -> Any:
        """Return a named field of the batch that a verifier scores (x, y_true, y_synth, ...)."""
        ...

    def __len__(self) -> int: ...

    def take(self, indices: NDArray[np.intp]) -> Self:
        """Return the samples at `indices`, in that order."""
        ...

    def join(self, others: Sequence[Self]) -> Self:
        """Return these samples, followed by those of the others."""
        ...


class Reporter(Protocol):
    """Where a running pipeline tells what it does; raising from any call stops the run."""

    def stage(self, name: str, done: int, total: int) -> None:
        """Announce the stage and the number of finished units."""
        ...

    def within(self, share: float, text: str) -> None:
        """Say how far the unit under way is, as a share in [0, 1] and in words."""
        ...

    def row(self, row: Row) -> None:
        """Take one measured point."""
        ...

    def log(self, message: str) -> None:
        """Take one line for the log."""
        ...


C = TypeVar("C", bound=Config)
M = TypeVar("M")
P = TypeVar("P", bound=Pool)


class Experiment(ABC, Generic[C, M, P]):
    """The verbs over an experiment's own data: models M (generators, helpers, retrained), pools P.

    A verb draws randomness only from the `rng` it is given, so that a unit of work gives the same
    result whether the run was interrupted before it or not. `original`, `train_helper` and
    `train_generator` of one seed are given the same fresh `rng`, and draw the same original data.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int]
    config_type: ClassVar[type[Config]]
    presets: ClassVar[Mapping[str, Mapping[str, Any]]]
    primary_metric: ClassVar[str]
    generator_fields: ClassVar[tuple[str, ...]]
    """Settings that determine a generator: runs that agree in them and the seed share one."""
    helper_fields: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Name of a helper, a model beside the generator -> settings that determine it."""
    stores_pool: ClassVar[bool] = False
    """Whether pools are kept on disk; if so, `save_pool` and `load_pool` are there."""
    pool_fields: ClassVar[tuple[str, ...]] = ()
    """Settings that determine a stored pool beside those of its generator."""
    nested_sizes: ClassVar[bool] = False
    """Whether a curve is one training, stopped at each size; then `retrain_in_stages` is there."""
    sizes_are_limits: ClassVar[bool] = False
    """Whether a size is the most that is trained on: whatever a verifier keeps is then enough."""

    reporter: Reporter | None = None
    """Hears of progress inside a long verb; the pipeline sets it."""

    cache: Path | None = None
    """Folder for what the experiment makes once for all runs; the pipeline sets it."""

    def __init__(self, config: C, device: str = "cpu") -> None:
        self.config = config
        self.device = device

    def log(self, message: str) -> None:
        """Tell the run's log a line."""
        if self.reporter is not None:
            self.reporter.log(message)

    def within(self, share: float, text: str) -> None:
        """Tell how far a long verb is, as a share in [0, 1] and in words."""
        if self.reporter is not None:
            self.reporter.within(share, text)

    @property
    def helpers(self) -> tuple[str, ...]:
        """Names of the helpers that this config needs; `train_helper` makes each."""
        return ()

    @property
    def starts_from(self) -> str | None:
        """Where retraining starts: "generator", the name of a helper, or None for `retrain`'s own.

        In later rounds the generator is the model of the round before.
        """
        return None

    @property
    def budgets(self) -> Budgets:
        """How each kind of model is trained: "generator", "retrained" and helpers; from the config.

        Generator and retrained models are trained alike, or `budget_note` says why not: a
        difference in training must never pass for one in data.
        """
        return {}

    @property
    def budget_note(self) -> str:
        """Why generator and retrained models are trained differently, in a sentence; else empty."""
        return ""

    def strata(self, pool: P) -> Strata | None:
        """Tell kinds of questions apart, whose shares coverage compares; None: there are none."""
        return None

    @abstractmethod
    def original(self, rng: np.random.Generator) -> P:
        """Return what `train_generator` learns from, a pool with true labels."""

    def train_helper(self, name: str, rng: np.random.Generator, workspace: Path) -> M:
        """Train a model beside the generator on original data."""
        raise NotImplementedError(f"{self.name} has no helper {name}")

    @abstractmethod
    def train_generator(self, rng: np.random.Generator, workspace: Path) -> M:
        """Train the generator on original data; checkpoints go into `workspace`."""

    @abstractmethod
    def synthesize(
        self, generator: M, helpers: Mapping[str, M], rng: np.random.Generator, workspace: Path
    ) -> P:
        """Let the generator label a pool; helpers may judge its labels."""

    def next_difficulty(self, difficulty: int | None, accepted: float) -> int | None:
        """Return how hard the next round's pool is; None: pools know no difficulty.

        Parameters
        ----------
        difficulty : of the round before; None asks for the first round's.
        accepted : share of that round's pool that its verifier kept, in [0, 1].
        """
        return None

    def synthesize_at(
        self,
        difficulty: int | None,
        generator: M,
        helpers: Mapping[str, M],
        rng: np.random.Generator,
        workspace: Path,
    ) -> P:
        """Synthesize a pool of a difficulty that `next_difficulty` gave."""
        return self.synthesize(generator, helpers, rng, workspace)

    @abstractmethod
    def clean(self, pool: P, rng: np.random.Generator) -> P | None:
        """Return the same kind of pool with true labels (baseline `clean`), or None."""

    @abstractmethod
    def retrain(
        self,
        pool: P,
        indices: NDArray[np.intp],
        start: M | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> M:
        """Train a model on the pool's samples at `indices`; `start` itself stays as it is."""

    def retrain_in_stages(
        self,
        pool: P,
        order: NDArray[np.intp],
        sizes: Sequence[int],
        start: M | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> Iterator[M | None]:
        """Train one model on the samples in `order`; yield it after each of the growing sizes.

        Each model is used up before the next is asked for. An interrupted training goes on from
        its checkpoints in `workspace`, and yields None for each size that these have passed.
        """
        raise NotImplementedError(f"{self.name} trains a model for each size")

    @abstractmethod
    def evaluate(self, model: M, workspace: Path) -> Mapping[str, float]:
        """Measure a model: metric -> value."""

    def evaluate_generator(
        self, generator: M, helpers: Mapping[str, M], workspace: Path
    ) -> Mapping[str, float]:
        """Measure the generator of a seed and the helpers beside it: metric -> value."""
        return self.evaluate(generator, workspace)

    @abstractmethod
    def save(self, model: M, folder: Path) -> None:
        """Write a model into an empty folder (npz or safetensors, never pickle)."""

    @abstractmethod
    def load(self, folder: Path, helper: str | None = None) -> M:
        """Read what `save` wrote; `helper` names which model beside the generator it is."""

    def ship(self, source: Path, target: Path) -> None:
        """Copy a saved model into the files of the project, smaller if it can be."""
        shutil.copytree(source, target, dirs_exist_ok=True)

    def save_pool(self, pool: P, folder: Path) -> None:
        """Write the pool into an empty folder (npz, parquet or json lines, never pickle)."""
        raise NotImplementedError(f"{self.name} does not store pools")

    def load_pool(self, folder: Path) -> P:
        """Read what `save_pool` wrote."""
        raise NotImplementedError(f"{self.name} does not store pools")

    def reference_lines(self) -> Mapping[str, Mapping[str, float]]:
        """Known baselines without training, e.g. {"bayes": {"accuracy": 0.94}}."""
        return {}

    def identity(self, helper: str | None = None) -> Mapping[str, Any]:
        """Tell what determines a model beside settings and seed, e.g. the content of files.

        `helper` names one of the helpers; None stands for the generator.
        """
        return {}

    @property
    @abstractmethod
    def prices(self) -> Mapping[str, float]:
        """Nominal seconds on one idle core for one of each kind of work that `cost` counts."""

    @abstractmethod
    def cost(self, unit: Unit) -> Mapping[str, float]:
        """Count the elementary work of one unit, what is measured with it included.

        E.g. {"steps": 80, "matrices": 200}; amounts add up over units. Empty where there is none,
        as for a size that what is kept of a pool is known not to reach.
        """


AnyExperiment = Experiment[Any, Any, Any]
NOT_OF_A_TRIAL = {"seed", "n_seeds", "verifiers", "sizes", "selection_rates"}


def is_trial(experiment: type[AnyExperiment], config: Config) -> bool:
    """Tell whether a config trains the models of `smoke`: too small to conclude anything from."""
    smoke = {**experiment.presets.get("smoke", {})}
    fixed = {name: value for name, value in smoke.items() if name not in NOT_OF_A_TRIAL}
    return bool(fixed) and all(getattr(config, name) == value for name, value in fixed.items())


def make_config(
    experiment: type[AnyExperiment],
    preset: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """Return the experiment's config: its defaults, then the preset, then the overrides.

    Raises
    ------
    InputError
        If the preset or a field is unknown, or a value is out of its range.
    """
    if preset is not None and preset not in experiment.presets:
        known = ", ".join(experiment.presets)
        raise InputError(
            f"preset = {brief(preset)} is unknown for {experiment.name}; presets: {known}"
        )
    chosen = experiment.presets[preset] if preset else {}
    return experiment.config_type.make({**chosen, **(overrides or {})})
