"""How long a run will take, from how long runs took."""

import math
from statistics import median
from typing import NamedTuple

from synverify_core.experiments.base import Config
from synverify_core.runs.record import Run, Status
from synverify_core.runs.store import Store
from synverify_core.runs.uid import AnyExperiment

NEIGHBOURS = 3
COMPARABLE = math.log(20)
"""Beyond this ratio of work the fixed costs of a run make a scaled time misleading."""


class Estimate(NamedTuple):
    """Expected seconds (None: nothing to go by) and where they come from."""

    seconds: float | None
    basis: str


def estimate_seconds(store: Store, experiment: type[AnyExperiment], config: Config) -> Estimate:
    """Estimate a run's time from the finished runs of this experiment that are nearest in work.

    Runs on this machine come first, unless they are tiny or huge beside this one and the records
    shipped with the project are not; `basis` says which it was, and on which device.
    """
    wanted = experiment.work(config)
    finished = [run for run in _finished(store, experiment) if _seconds_per_work(run, experiment)]

    def distance(run: Run) -> float:
        return abs(math.log(experiment.work(run.config) / wanted))

    own = [run for run in finished if not run.reference]
    comparable = [run for run in finished if distance(run) < COMPARABLE]
    chosen = [run for run in comparable if not run.reference] or comparable or own or finished
    nearest = sorted(chosen, key=distance)[:NEIGHBOURS]
    if not nearest:
        return Estimate(None, "no finished run to go by")
    rate = median(_seconds_per_work(run, experiment) for run in nearest)
    basis = f"from {len(nearest)} finished run{'s' if len(nearest) > 1 else ''}"
    if nearest[0].reference and nearest[0].record:
        basis += f" shipped with the project, on {nearest[0].record.device}"
    else:
        basis += " on this machine"
    if not comparable:
        basis = f"roughly, {basis} of very different size"
    return Estimate(rate * wanted, basis)


def time_left(
    elapsed: float, *, before: float, done: float, total: int, expected: float | None = None
) -> float | None:
    """Estimate the seconds to the end of a run under way; None while there is nothing to go by.

    Units differ in cost (large samples come last), so that their rate misleads at first: the
    expectation from earlier runs fades out as units are finished.

    Parameters
    ----------
    elapsed : float
        Time since the session's first unit began (s).
    before, done, total : float
        Units finished before the session, by now (with the share of the one under way), in all.
    expected : float, optional
        Time that the whole run was estimated to take (s).
    """
    if total <= before or done >= total:
        return 0.0 if total else None
    share = (done - before) / (total - before)
    by_rate = elapsed / share - elapsed if share > 0 else None
    if expected is None:
        return by_rate
    by_history = max(0.0, expected * (total - before) / total - elapsed)
    return by_history if by_rate is None else share * by_rate + (1 - share) * by_history


def _finished(store: Store, experiment: type[AnyExperiment]) -> list[Run]:
    return [
        run
        for run in store.runs(include_archived=True)
        if run.experiment == experiment.name and run.status is Status.DONE and run.record
    ]


def _seconds_per_work(run: Run, experiment: type[AnyExperiment]) -> float:
    work = experiment.work(run.config)
    return run.record.seconds / work if run.record and work > 0 else 0.0
