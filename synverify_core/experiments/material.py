"""What the pipeline's units work with: models, pools, selections, each made when first asked for.

Only the newest of each is held in memory, so that a seed's pool is gone before the next is drawn.
"""

import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments import artifacts
from synverify_core.experiments.base import AnyExperiment, Pool
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.policy import TrainingSet, merge
from synverify_core.experiments.seeding import Part
from synverify_core.experiments.selection import Selection, everything, verified
from synverify_core.experiments.unit import CLEAN, Curve
from synverify_core.verifiers.registry import parse

T = TypeVar("T")
Training = tuple[Any, Path]
"""A trained model, or None where it was left behind, and the folder of its checkpoints."""


class Workspace:
    """A folder for checkpoints: kept when its unit is interrupted, removed when it is finished."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)


class _Newest:
    """The newest of each kind of thing; an older one is let go before its successor is made."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[Any, Any]] = {}

    def get(self, kind: str, key: Any, make: Callable[[], T]) -> T:
        """Return what is held under the key, or make it."""
        if kind not in self._held or self._held[kind][0] != key:
            self.drop(kind)
            self._held[kind] = key, make()
        value: T = self._held[kind][1]
        return value

    def drop(self, kind: str) -> None:
        """Let go of what is held of a kind."""
        self._held.pop(kind, None)


class Material:
    """Makes, loads and keeps what a run's units need, by lineage.

    Parameters
    ----------
    artifacts_folder : of models and pools, shared between runs.
    checkpoints : folder of this run, for work that is not finished.
    log : takes lines.
    """

    def __init__(
        self,
        experiment: AnyExperiment,
        artifacts_folder: Path,
        checkpoints: Path,
        log: Callable[[str], None],
    ) -> None:
        self.experiment, self.config = experiment, experiment.config
        self.artifacts, self.checkpoints, self.log = artifacts_folder, checkpoints, log
        self._newest = _Newest()

    def workspace(self, lineage: Lineage, *parts: Part) -> Workspace:
        """Return the folder of checkpoints of one unit of work with a lineage's model."""
        return Workspace(self.checkpoints / lineage.folder(*parts))

    def model(self, lineage: Lineage) -> Any:
        """Return the generator of a seed, or the model that a chain goes on with."""
        train = self._chain_model if lineage.steps else self._generator
        artifact = artifacts.model_artifact(self.experiment, self.artifacts, lineage)
        return self._newest.get(
            "model",
            lineage,
            lambda: artifacts.cached(
                artifact, self.experiment.load, lambda: train(lineage), self.experiment.save
            ),
        )

    def keep(self, lineage: Lineage, model: Any) -> None:
        """Save the model that a chain goes on with, before its checkpoints go."""
        if model is not None:
            artifact = artifacts.model_artifact(self.experiment, self.artifacts, lineage)
            artifacts.keep(artifact, model, self.experiment.save)

    def helper(self, seed: int, name: str) -> Any:
        """Return a model that is trained beside the generator of a seed."""
        experiment = self.experiment
        artifact = artifacts.helper_artifact(experiment, self.artifacts, seed, name)

        def train() -> Any:
            with self.workspace(Lineage(seed), "helper", name) as workspace:
                rng = Lineage(seed).rng("train_generator")
                return experiment.train_helper(name, rng, workspace)

        def find() -> Any:
            load = lambda folder: experiment.load(folder, name)  # noqa: E731
            return artifacts.cached(artifact, load, train, experiment.save)

        return self._newest.get(f"helper {name}", seed, find)

    def helpers(self, seed: int) -> dict[str, Any]:
        """Return all models beside the generator of a seed, by name."""
        return {name: self.helper(seed, name) for name in self.experiment.helpers}

    def pool(self, lineage: Lineage) -> Any:
        """Return what a model labelled; cheap pools are drawn again, dear ones are kept on disk."""
        experiment = self.experiment

        def synthesize() -> Any:
            generator, helpers = self.model(lineage), self.helpers(lineage.seed)
            with self.workspace(lineage, "pool") as workspace:
                rng = lineage.rng("synthesize")
                return experiment.synthesize_at(
                    lineage.difficulty, generator, helpers, rng, workspace
                )

        def find() -> Any:
            for kind in ("clean", "strata", "clean strata"):  # of the pool before
                self._newest.drop(kind)
            if not experiment.stores_pool:
                return synthesize()
            artifact = artifacts.pool_artifact(experiment, self.artifacts, lineage)
            return artifacts.cached(
                artifact, experiment.load_pool, synthesize, experiment.save_pool
            )

        return self._newest.get("pool", lineage, find)

    def scores(self, lineage: Lineage, label: str) -> NDArray[np.floating]:
        """Return a verifier's scores of a pool, shape (pool_size,)."""
        verifier, rng = parse(label), lineage.rng("verify", label)
        return self._newest.get(
            "scores", (lineage, label), lambda: verifier.score(self.pool(lineage), rng)
        )

    def selection(self, lineage: Lineage, curve: Curve) -> Selection | None:
        """Return what the curve's verifier keeps of a pool; None: there are no true labels."""
        pool = self._labelled(lineage, curve)
        if pool is None:
            return None
        find = lambda: self._select(lineage, curve, pool)  # noqa: E731
        return self._newest.get("selection", (lineage, curve), find)

    def trainings(self, lineage: Lineage, curve: Curve, sizes: Sequence[int]) -> Iterator[Training]:
        """Train a curve's models, one after the other; each is used up before the next.

        The folder of its checkpoints goes when the next is asked for.
        """
        if self.experiment.nested_sizes:
            yield from self._stages(lineage, curve, sizes)
            return
        for size in sizes:
            chosen, rng = self._chosen(lineage, curve, size)
            data = self._training_set(lineage, curve, chosen, [size])
            with self.workspace(lineage, "retrain", *curve[1:], size) as workspace:
                start = self._start(lineage)
                yield self.experiment.retrain(*data[:2], start, rng, workspace), workspace

    def _stages(self, lineage: Lineage, curve: Curve, sizes: Sequence[int]) -> Iterator[Training]:
        order, rng = self._chosen(lineage, curve, sizes[-1])
        data = self._training_set(lineage, curve, order, sizes)
        with self.workspace(lineage, "retrain", *curve[1:]) as workspace:
            start = self._start(lineage)
            for model in self.experiment.retrain_in_stages(*data, start, rng, workspace):
                yield model, workspace

    def _generator(self, lineage: Lineage) -> Any:
        with self.workspace(lineage, "generator") as workspace:
            return self.experiment.train_generator(lineage.rng("train_generator"), workspace)

    def _chain_model(self, lineage: Lineage) -> Any:
        """Train again what was trained in an earlier round and is no longer on disk."""
        parent, step = lineage.parent, lineage.steps[-1]
        curve = Curve(lineage.seed, step.verifier, step.selection_rate)
        sizes = [size for size in self.config.sizes if size <= step.size]
        wanted = sizes if self.experiment.nested_sizes else [step.size]
        return deque(self.trainings(parent, curve, wanted), maxlen=1).pop()[0]

    def _start(self, lineage: Lineage) -> Any:
        name = self.experiment.starts_from
        if name == "generator":
            return self.model(lineage)
        return self.helper(lineage.seed, name) if name else None

    def _labelled(self, lineage: Lineage, curve: Curve) -> Any:
        """Return the pool that a curve selects from: with true labels for the clean one."""
        pool = self.pool(lineage)
        if curve.verifier != CLEAN:
            return pool
        rng = lineage.rng("clean")
        return self._newest.get("clean", lineage, lambda: self.experiment.clean(pool, rng))

    def _select(self, lineage: Lineage, curve: Curve, pool: Pool) -> Selection:
        clean = curve.verifier == CLEAN
        kinds = "clean strata" if clean else "strata"
        strata = self._newest.get(kinds, lineage, lambda: self.experiment.strata(pool))
        if clean:
            found = everything(pool, strata)
        else:
            found = verified(pool, strata, curve, self.scores(lineage, curve.verifier), lineage)
        return found._replace(measured={**found.measured, "difficulty": lineage.difficulty})

    def _chosen(
        self, lineage: Lineage, curve: Curve, size: int
    ) -> tuple[NDArray[np.intp], np.random.Generator]:
        """Draw what is trained on of what was kept, and what is left of the unit's randomness."""
        selection = self.selection(lineage, curve)
        assert selection is not None  # it has a size to train on
        if self.experiment.nested_sizes:
            rng = lineage.rng("retrain", *curve[1:])
            return rng.permutation(selection.indices)[:size], rng
        rng = lineage.rng("retrain", *curve[1:], size)
        if self.experiment.sizes_are_limits:
            size = min(size, len(selection.indices))
        chosen = rng.choice(selection.indices, size, replace=False, shuffle=False)
        chosen.sort()
        return chosen, rng

    def _training_set(
        self, lineage: Lineage, curve: Curve, chosen: NDArray[np.intp], sizes: Sequence[int]
    ) -> TrainingSet[Any]:
        if self.config.policy == "replace":
            return TrainingSet(self._labelled(lineage, curve), chosen, list(sizes))
        # First, since it may need the pools of earlier rounds in the place of this one.
        past = self._original(lineage.seed) if self.config.policy == "mix" else self._past(lineage)
        rng = lineage.rng(self.config.policy, *curve[1:], len(chosen))
        fresh = self._labelled(lineage, curve).take(chosen)
        return merge(self.config, fresh, past, sizes, rng)

    def _past(self, lineage: Lineage) -> Any:
        """Return the original samples and those that each round of a lineage trained on."""
        if not lineage.steps:
            return self._original(lineage.seed)

        def gather() -> Any:
            parent, step = lineage.parent, lineage.steps[-1]
            curve = Curve(lineage.seed, step.verifier, step.selection_rate)
            before = self._past(parent)
            chosen, _ = self._chosen(parent, curve, step.size)
            return before.join([self._labelled(parent, curve).take(chosen)])

        return self._newest.get("past", lineage, gather)

    def _original(self, seed: int) -> Any:
        rng = Lineage(seed).rng("train_generator")
        return self._newest.get("original", seed, lambda: self.experiment.original(rng))
