"""The loop: train_generator -> synthesize -> verify -> retrain -> evaluate.

It knows nothing of any experiment's data. Its unit of work is one downstream model; a unit in
`done` is skipped, and the others come out as they would have without the interruption.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.artifacts import cached_generator, cached_pool
from synverify_core.experiments.base import Experiment, Pool, Reporter
from synverify_core.experiments.row import Row
from synverify_core.experiments.seeding import slug, unit_rng
from synverify_core.experiments.units import (
    INTERVAL,
    Curve,
    Workspace,
    available,
    curve_name,
    curve_of,
    known,
)
from synverify_core.theory import bootstrap_interval, measure
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

AnyExperiment = Experiment[Any, Any, Any, Any]


class Selection(NamedTuple):
    """What a verifier kept, and the theory's view of it before any retraining."""

    pool: Pool
    indices: NDArray[np.intp]
    measured: Mapping[str, Any]


def run_pipeline(
    experiment: AnyExperiment,
    *,
    uid: str,
    artifacts: Path,
    checkpoints: Path,
    reporter: Reporter,
    done: Sequence[Row] = (),
) -> None:
    """Run an experiment and report every measured point.

    Parameters
    ----------
    uid : of the run, written into every row.
    artifacts : folder of the generators, shared between runs.
    checkpoints : folder of this run, for work that is not finished.
    reporter : takes stages, rows and log lines; whatever it raises stops the run.
    done : rows of an earlier, interrupted run with the same uid.

    Raises
    ------
    SynverifyError
        For a refused setting, an unreadable artifact, or a fit that misses its tolerance.
    """
    _Pipeline(experiment, uid, artifacts, checkpoints, reporter, done).run()


class _Pipeline:
    def __init__(
        self,
        experiment: AnyExperiment,
        uid: str,
        artifacts: Path,
        checkpoints: Path,
        reporter: Reporter,
        done: Sequence[Row],
    ) -> None:
        self.experiment = experiment
        self.experiment.reporter = reporter
        self.experiment.cache = artifacts / experiment.name
        self.config = experiment.config
        self.uid = uid
        self.artifacts = artifacts
        self.checkpoints = checkpoints
        self.reporter = reporter
        self.written = {row.key for row in done}
        # An interval is written first: it does not say that its curve has begun.
        begun = [row for row in done if row.metric not in INTERVAL]
        self.available = {curve_of(row): available(row) for row in begun}
        self.verifiers = [parse(spec) for spec in self.config.verifiers]
        curves = len(self.verifiers) * len(self.config.selection_rates) + 1
        self.total = self.config.n_seeds * (1 + curves * len(self.config.sizes))
        self.finished = 0

    def run(self) -> None:
        self.reporter.stage("start", self.finished, self.total)
        # They come before the first generator: where its row is written, theirs are.
        if not self._is_done(Curve(self.config.seed, "generator", None), None):
            for name, metrics in self.experiment.reference_lines().items():
                self._report(Curve(self.config.seed, name, None), None, metrics, {})
        for seed in self.config.seeds:
            self._run_seed(seed)
        self.reporter.stage("done", self.total, self.total)

    def _run_seed(self, seed: int) -> None:
        curves = list(self._curves(seed))
        generator_done = self._is_done(Curve(seed, "generator", None), None)
        if generator_done and not any(self._missing(curve) for curve in curves):
            self.finished += 1 + len(curves) * len(self.config.sizes)
            return
        generator = self._generator(seed)
        self._advance(f"seed {seed}: generator", 1)
        pool = self._pool(seed, generator)
        for verifier in self.verifiers:
            self._run_verifier(seed, pool, verifier)
        self._run_clean(seed, pool)

    def _curves(self, seed: int) -> Iterator[Curve]:
        for verifier in self.verifiers:
            for rate in self.config.selection_rates:
                yield Curve(seed, verifier.label(), rate)
        yield Curve(seed, "clean", None)

    def _generator(self, seed: int) -> Any:
        self._advance(f"seed {seed}: train the generator", 0)
        with Workspace(self.checkpoints / slug("generator", seed)) as workspace:
            generator = cached_generator(
                self.experiment,
                self.artifacts,
                seed,
                lambda: self.experiment.train_generator(
                    unit_rng(seed, "train_generator"), workspace
                ),
            )
        curve = Curve(seed, "generator", None)
        if not self._is_done(curve, None):
            self._report(curve, None, self.experiment.evaluate(generator), {})
        return generator

    def _pool(self, seed: int, generator: Any) -> Pool:
        self._advance(f"seed {seed}: synthesize the pool", 0)
        with Workspace(self.checkpoints / slug("pool", seed)) as workspace:
            pool: Pool = cached_pool(
                self.experiment,
                self.artifacts,
                seed,
                generator,
                lambda: self.experiment.synthesize(
                    generator, unit_rng(seed, "synthesize"), workspace
                ),
            )
        return pool

    def _run_verifier(self, seed: int, pool: Pool, verifier: Any) -> None:
        label = verifier.label()
        curves = [Curve(seed, label, rate) for rate in self.config.selection_rates]
        if not any(self._missing(curve) for curve in curves):
            self._advance(f"seed {seed}: {label}", len(curves) * len(self.config.sizes))
            return
        self._advance(f"seed {seed}: verify with {label}", 0)
        scores = verifier.score(pool, unit_rng(seed, "verify", label))
        for curve in curves:
            rate = curve.selection_rate
            keep = select(verifier, scores, rate, unit_rng(seed, "select", label, rate))
            result = measure(pool.similarity, keep)
            measured = {
                "p": known(result.p),
                "phi": known(result.phi),
                "psi": known(result.psi),
                "p_star": known(result.p_star),
                "kept": int(keep.sum()),
                "pool_size": len(pool),
            }
            self._report(curve, None, _interval(curve, pool.similarity, keep), measured)
            self._train_curve(curve, Selection(pool, np.flatnonzero(keep), measured))

    def _run_clean(self, seed: int, pool: Pool) -> None:
        curve = Curve(seed, "clean", None)
        clean = None
        if self._missing(curve):
            clean = self.experiment.clean(pool, unit_rng(seed, "clean"))
        if clean is None:
            self._advance(f"seed {seed}: clean", len(self.config.sizes))
            return
        measured = {"pool_size": len(clean)}
        self._train_curve(curve, Selection(clean, np.arange(len(clean)), measured))

    def _train_curve(self, curve: Curve, selection: Selection) -> None:
        kept = len(selection.indices)
        asked = self.config.sizes[-1]
        if asked > kept:
            self.reporter.log(
                f"{curve_name(curve)}: {kept} samples are kept, fewer than the {asked} asked for; "
                "its curve ends there."
            )
        if kept < self.config.sizes[0]:
            # Without a point there would be no row to say what the verifier is worth.
            share = kept / len(selection.pool)
            self._report(curve, None, {"keep_rate": share}, selection.measured)
        train = self._train_in_stages if self.experiment.nested_sizes else self._train_each
        train(curve, [size for size in self.config.sizes if size <= kept], selection)
        self.finished += sum(size > kept for size in self.config.sizes)
        self._advance(f"{curve_name(curve)}: retrained", 0)

    def _train_each(self, curve: Curve, sizes: Sequence[int], selection: Selection) -> None:
        for size in sizes:
            self._advance(f"{curve_name(curve)}: retrain on {size} samples", 0)
            if not self._is_done(curve, size):
                self._train(curve, size, selection)
            self.finished += 1

    def _train_in_stages(self, curve: Curve, sizes: Sequence[int], selection: Selection) -> None:
        if all(self._is_done(curve, size) for size in sizes):
            self.finished += len(sizes)
            return
        unit = ("retrain", curve.verifier, curve.selection_rate)
        rng = unit_rng(curve.seed, *unit)
        order = rng.permutation(selection.indices)[: sizes[-1]]
        with Workspace(self.checkpoints / slug(*unit, curve.seed)) as workspace:
            stages = self.experiment.retrain_in_stages(selection.pool, order, sizes, rng, workspace)
            for size in sizes:
                self._advance(f"{curve_name(curve)}: retrain on {size} samples", 0)
                model = next(stages)
                if not self._is_done(curve, size):
                    metrics = self.experiment.evaluate(model)
                    self._report(curve, size, metrics, selection.measured)
                self.finished += 1

    def _train(self, curve: Curve, size: int, selection: Selection) -> None:
        unit = ("retrain", curve.verifier, curve.selection_rate, size)
        rng = unit_rng(curve.seed, *unit)
        chosen = rng.choice(selection.indices, size, replace=False, shuffle=False)
        chosen.sort()
        with Workspace(self.checkpoints / slug(*unit, curve.seed)) as workspace:
            model = self.experiment.retrain(selection.pool, chosen, rng, workspace)
            self._report(curve, size, self.experiment.evaluate(model), selection.measured)

    def _report(
        self,
        curve: Curve,
        size: int | None,
        metrics: Mapping[str, float],
        measured: Mapping[str, Any],
    ) -> None:
        """Report the rows that are not written yet, the primary metric last.

        Its row is therefore the sign that a unit is finished.
        """
        blank = dict.fromkeys(("p", "phi", "psi", "p_star", "kept", "pool_size"))
        primary = self.experiment.primary_metric
        for metric, value in sorted(metrics.items(), key=lambda item: item[0] == primary):
            row = Row(
                experiment=self.experiment.name,
                uid=self.uid,
                verifier=curve.verifier,
                selection_rate=curve.selection_rate,
                n_samples=size,
                seed=curve.seed,
                round=1 if measured else 0,
                metric=metric,
                value=float(value),
                **{**blank, **measured},
            )
            if row.key not in self.written:
                self.reporter.row(row)

    def _is_done(self, curve: Curve, size: int | None) -> bool:
        round_ = 0 if curve.verifier == "generator" else 1
        key = (curve.seed, round_, curve.verifier, curve.selection_rate, size)
        return (*key, self.experiment.primary_metric) in self.written

    def _missing(self, curve: Curve) -> bool:
        """Tell whether the curve has a size to train that a verifier can have kept enough for."""
        limit = self.available.get(curve, math.inf)
        return any(size <= limit and not self._is_done(curve, size) for size in self.config.sizes)

    def _advance(self, name: str, units: int) -> None:
        self.finished += units
        self.reporter.stage(name, self.finished, self.total)


def _interval(
    curve: Curve, similarity: NDArray[np.float64], keep: NDArray[np.bool_]
) -> dict[str, float]:
    """Bootstrap p_star where similarity is graded; for 0 and 1 the counts alone give it."""
    if np.isin(similarity, (0.0, 1.0)).all():
        return {}
    rng = unit_rng(curve.seed, "interval", curve.verifier, curve.selection_rate)
    ends = bootstrap_interval(similarity, keep, rng=rng)
    return {name: end for name, end in zip(INTERVAL, ends, strict=True) if not math.isnan(end)}
