"""The loop: train_generator -> synthesize -> verify -> retrain -> evaluate, round after round.

It knows nothing of any experiment's data. It goes through the run's units (`plan`); one whose row
is in `done` is skipped, and the others come out as they would have without the interruption.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.errors import StoreError
from synverify_core.experiments.base import AnyExperiment, Reporter
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.material import Material
from synverify_core.experiments.plan import curves, plan
from synverify_core.experiments.row import Row, of_selection
from synverify_core.experiments.selection import Selection
from synverify_core.experiments.unit import Curve, Unit


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
    artifacts : folder of models and pools, shared between runs.
    checkpoints : folder of this run, for work that is not finished.
    reporter : takes stages, rows and log lines; whatever it raises stops the run.
    done : rows of an earlier, interrupted run with the same uid.

    Raises
    ------
    SynverifyError
        For a refused setting, an unreadable artifact, or a fit that misses its tolerance.
    """
    experiment.reporter = reporter
    experiment.cache = artifacts / experiment.name
    material = Material(experiment, artifacts, checkpoints, reporter.log)
    _Pipeline(experiment, uid, material, reporter, done).run()


class _Reach(NamedTuple):
    """What a curve can train on in a round: samples (count) and their share of the pool."""

    samples: float
    share: float


_UNKNOWN = _Reach(math.inf, 1.0)


class _Pipeline:
    def __init__(
        self,
        experiment: AnyExperiment,
        uid: str,
        material: Material,
        reporter: Reporter,
        done: Sequence[Row],
    ) -> None:
        self.experiment, self.config = experiment, experiment.config
        self.uid, self.material, self.reporter = uid, material, reporter
        self.written = {row.key for row in done}
        # How many samples each curve of a round can train on, once that is known. What is
        # measured of a selection is written first: it does not say that its curve has begun.
        self.reach: dict[tuple[Curve, int], _Reach] = {}
        for row in done:
            if not of_selection(row.metric):
                self._learn_reach(row)
        self.units = plan(experiment)
        self.finished = 0

    def run(self) -> None:
        self._stage("start")
        for (verb, seed, round_, *name), group in groupby(self.units, lambda unit: unit[:5]):
            units = list(group)
            if verb == "start":
                self._start(seed)
            elif verb == "generator":
                self._generator(seed)
            elif verb == "retrain":
                self._retrain(Curve(seed, *name), round_, [unit.size or 0 for unit in units])
            elif self._is_needed(units[0]):
                self._prepare(units[0])
            self.finished += len(units)
        self._stage("done")

    def _start(self, seed: int) -> None:
        # They come before the first generator: where its row is written, theirs are.
        if not self._has_row(Curve(seed, "generator", None), 0, None):
            for name, metrics in self.experiment.reference_lines().items():
                self._report(Curve(seed, name, None), 0, None, metrics, {})

    def _generator(self, seed: int) -> None:
        curve = Curve(seed, "generator", None)
        if self._has_row(curve, 0, None):
            return
        self._stage(f"seed {seed}: train the generator")
        generator = self.material.model(Lineage(seed))
        helpers = self.material.helpers(seed)
        with self.material.workspace(Lineage(seed), "evaluate") as workspace:
            metrics = self.experiment.evaluate_generator(generator, helpers, workspace)
            self._report(curve, 0, None, metrics, {})

    def _prepare(self, unit: Unit) -> None:
        """Make what later units need: a helper, a pool, or a verifier's scores."""
        seed, name = unit.seed, unit.name or ""
        if unit.verb == "helper":
            self._stage(f"seed {seed}: train the helper {name}")
            self.material.helper(seed, name)
            return
        lineage = self._lineage(Curve(seed, name, unit.selection_rate), unit.round)
        assert lineage is not None  # else no unit needs it
        if unit.verb == "pool":
            self._stage(f"{self._named(seed, unit.round)}: synthesize the pool")
            self.material.pool(lineage)
        else:
            self._stage(f"{self._named(seed, unit.round)}: verify with {name}")
            self.material.scores(lineage, name)

    def _is_needed(self, unit: Unit) -> bool:
        """Tell whether a training that is not done yet needs a helper, a pool or scores."""
        lines = curves(self.experiment, unit.seed)
        sizes = self.config.sizes
        if unit.verb == "helper":
            rounds = range(1, self.config.n_rounds + 1)
            generator = Curve(unit.seed, "generator", None)
            return not self._has_row(generator, 0, None) or any(
                self._missing(curve, round_, sizes) for curve in lines for round_ in rounds
            )
        own = [
            curve
            for curve in lines
            if unit.name in (None, curve.verifier)
            and (unit.round == 1 or curve.selection_rate == unit.selection_rate)
        ]
        return any(self._missing(curve, unit.round, sizes) for curve in own)

    def _retrain(self, curve: Curve, round_: int, sizes: Sequence[int]) -> None:
        lineage = self._lineage(curve, round_)
        if lineage is None or not self._missing(curve, round_, sizes):
            return
        self._stage(f"{self._named(curve, round_)}: select")
        selection = self.material.selection(lineage, curve)
        if selection is None:
            return
        kept, name = len(selection.indices), self._named(curve, round_)
        for line in selection.notes:
            self.reporter.log(f"{name}: {line}")
        self._report(curve, round_, None, selection.beside, selection.measured)
        reached = self._reached(sizes, kept)
        if sizes[-1] not in reached:
            self.reporter.log(
                f"{name}: {kept} samples are kept, fewer than the {sizes[-1]} asked for; "
                "its curve ends there."
            )
        if not reached:
            # Without a point there would be no row to say what the verifier is worth.
            share = {"keep_rate": kept / selection.measured["pool_size"]}
            self._report(curve, round_, None, share, selection.measured)
        if reached:
            self._train(lineage, curve, reached, selection)

    def _train(
        self, lineage: Lineage, curve: Curve, sizes: Sequence[int], selection: Selection
    ) -> None:
        """Train and measure the sizes that are not done; keep what the next round goes on with."""
        round_, before = lineage.round + 1, self.finished
        missing = [size for size in sizes if not self._has_row(curve, round_, size)]
        wanted = sizes if self.experiment.nested_sizes else missing
        trainings = self.material.trainings(lineage, curve, wanted)
        for size in wanted:
            self.finished = before + sizes.index(size)
            self._stage(f"{self._named(curve, round_)}: retrain on {size} samples")
            model, workspace = next(trainings)
            if size == sizes[-1] and round_ < self.config.n_rounds:
                self.material.keep(lineage.then(*curve[1:], size), model)
            if size in missing:
                if model is None:
                    raise StoreError(
                        f"A model on {size} samples was never measured, though its training went "
                        f"on. Delete {workspace} to train it again."
                    )
                metrics = self.experiment.evaluate(model, workspace / f"evaluation-{size}")
                self._report(curve, round_, size, metrics, selection.measured)
        next(trainings, None)  # its workspace is done with
        self.finished = before

    def _lineage(self, curve: Curve, round_: int) -> Lineage | None:
        """Return what labels the curve's pool in a round; None: its chain has ended before."""
        hardness = self.experiment.next_difficulty
        lineage = Lineage(curve.seed, difficulty=hardness(None, 1.0))
        for earlier in range(1, round_):
            reach = self.reach.get((curve, earlier), _Reach(0, 0.0))
            sizes = self._reached(self.config.sizes, reach.samples)
            if not sizes:
                return None
            harder = hardness(lineage.difficulty, reach.share)
            lineage = lineage.then(*curve[1:], sizes[-1], harder)
        return lineage

    def _reached(self, sizes: Sequence[int], samples: float) -> list[int]:
        """List the sizes for which so many samples are enough."""
        limits = self.experiment.sizes_are_limits and samples > 0
        return [size for size in sizes if limits or size <= samples]

    def _report(
        self,
        curve: Curve,
        round_: int,
        size: int | None,
        metrics: Mapping[str, float],
        measured: Mapping[str, Any],
    ) -> None:
        """Report the rows that are not written yet, the primary metric last.

        Its row is therefore the sign that a unit is finished.
        """
        primary = self.experiment.primary_metric
        for metric, value in sorted(metrics.items(), key=lambda item: item[0] == primary):
            row = Row(
                experiment=self.experiment.name,
                uid=self.uid,
                verifier=curve.verifier,
                selection_rate=curve.selection_rate,
                n_samples=size,
                seed=curve.seed,
                round=round_,
                policy=self.config.policy if round_ else None,
                metric=metric,
                value=float(value),
                **measured,
            )
            if row.key not in self.written:
                self.reporter.row(row)
                self.written.add(row.key)
            self._learn_reach(row)

    def _learn_reach(self, row: Row) -> None:
        """Remember how many samples a row's curve can draw from (kept is null for true labels)."""
        samples = row.pool_size if row.kept is None else row.kept
        curve = Curve(row.seed, row.verifier, row.selection_rate)
        if samples is None:
            self.reach[curve, row.round] = _UNKNOWN
            return
        share = samples / row.pool_size if row.pool_size else 1.0
        self.reach[curve, row.round] = _Reach(samples, share)

    def _has_row(self, curve: Curve, round_: int, size: int | None) -> bool:
        key = (curve.seed, round_, *curve[1:], size, self.experiment.primary_metric)
        return key in self.written

    def _missing(self, curve: Curve, round_: int, sizes: Sequence[int]) -> bool:
        """Tell whether a size is not done for which a verifier can have kept enough."""
        reach = self.reach.get((curve, round_), _UNKNOWN)
        reached = self._reached(sizes, reach.samples)
        todo = [size for size in reached if not self._has_row(curve, round_, size)]
        return bool(todo) and self._lineage(curve, round_) is not None

    def _named(self, what: Curve | int, round_: int) -> str:
        """Write a seed or a curve for people, with the round where there are several."""
        text = f"seed {what}" if isinstance(what, int) else str(what)
        return f"round {round_}, {text}" if self.config.n_rounds > 1 else text

    def _stage(self, name: str) -> None:
        self.reporter.stage(name, self.finished, len(self.units))
