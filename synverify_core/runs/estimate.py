"""How long a run will take: what its units cost, at measured prices or as long as runs took."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from synverify_core.errors import SynverifyError
from synverify_core.experiments import registry
from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.config import Config
from synverify_core.experiments.plan import plan, total_cost, unit_cost
from synverify_core.runs.prices import price_list
from synverify_core.runs.provenance import resolve_device
from synverify_core.runs.record import Run, Status
from synverify_core.runs.store import Store

NEIGHBOURS = 3
COMPARABLE = math.log(20)
"""Beyond this ratio of work the fixed costs of a run make a scaled time a guess."""
BUSIEST = 3.0
"""Times its nominal seconds that a shipped run is taken to need: one beside other programs took 20.
"""
DAY, LONG = 86_400.0, ": a GPU's work"


class Estimate(NamedTuple):
    """Expected seconds (None: nothing to go by) and where they come from."""

    seconds: float | None
    basis: str


def estimate(
    store: Store,
    experiment_name: str,
    config: Config,
    device: str = "auto",
    *,
    measure: bool = False,
    runs: Sequence[Run] | None = None,
) -> Estimate:
    """Estimate a run's time at the prices of this machine, else from finished runs.

    A model or a pool that is there already is not deducted.

    Parameters
    ----------
    measure : measure the prices here, for a few seconds, if that was not done in the last day.
    runs : all runs of the store, where they are known; else they are read.

    Raises
    ------
    InputError
        If it is to be measured on a device that is not available.
    StoreError
        If the cache cannot be written.
    """
    experiment = registry.get(experiment_name)
    listed = price_list(store, experiment_name, config, device)
    if listed is None:
        return from_finished_runs(_all(store, runs), experiment, config)
    reason = ""
    if measure and listed.read() is None:
        try:
            listed.measure()
        except SynverifyError as error:
            resolve_device(device)  # one that is not there is refused
            reason = str(error)
    prices = listed.read()
    if prices is None:
        return from_finished_runs(_all(store, runs), experiment, config, reason)
    one = experiment(config)
    return Estimate(total_cost(one, {**one.prices, **prices.seconds}), prices.basis)


def _all(store: Store, runs: Sequence[Run] | None) -> Sequence[Run]:
    return store.runs(include_archived=True) if runs is None else runs


def from_finished_runs(
    runs: Sequence[Run], experiment: type[AnyExperiment], config: Config, not_measured: str = ""
) -> Estimate:
    """Scale the time of the finished runs that are nearest in work.

    Runs on this machine come before the records shipped with the project, and both before runs of
    quite another amount of work, whose scaled time is a guess. `basis` says which it was, on
    which device, and why the run was not measured. A run beside other programs takes longer: of
    shipped records, whose machine may have been busy, the fastest speaks, up to `BUSIEST`.
    """
    wanted = nominal_seconds(experiment, config)
    finished = [run for run in runs if run.experiment == experiment.name and _seconds(run)]

    def distance(run: Run) -> float:
        return abs(math.log(nominal_seconds(experiment, run.config) / wanted))

    comparable = [run for run in finished if distance(run) < COMPARABLE]
    own = [run for run in comparable if not run.reference]
    nearest = sorted(own or comparable or finished, key=distance)[:NEIGHBOURS]
    tail = f"; not measured: {not_measured}" if not_measured else ""
    if not nearest:
        return Estimate(None, "no finished run to go by" + tail)
    rates = [_seconds(run) / nominal_seconds(experiment, run.config) for run in nearest]
    shipped = nearest[0].reference
    basis = f"{'' if comparable else 'a guess '}from {len(nearest)} finished run"
    basis += "s" if len(nearest) > 1 else ""
    if shipped and nearest[0].record:
        basis += f" shipped with the project, on {nearest[0].record.device}"
    else:
        basis += " on this machine"
    rate = min(*rates, BUSIEST) if shipped else median(rates)
    return Estimate(rate * wanted, basis + tail)


def in_words(estimates: Sequence[Estimate], duration: Callable[[float], str]) -> str:
    """Say how long runs one after the other will take, and how that is known."""
    seconds = [one.seconds for one in estimates if one.seconds is not None]
    if len(seconds) < len(estimates):
        return f"time unknown: {next(one.basis for one in estimates if one.seconds is None)}"
    basis = estimates[0].basis
    if sum(seconds) > DAY:
        return f"days{'' if 'cuda' in basis else LONG}, {basis}"
    return f"about {duration(sum(seconds))}, {basis}"


@lru_cache(maxsize=512)
def nominal_seconds(experiment: type[AnyExperiment], config: Config) -> float:
    """Return the cost of a run at nominal prices: right in proportion, not in seconds."""
    one = experiment(config)
    return max(total_cost(one, one.prices), 1e-9)


def shares_of_work(experiment: AnyExperiment) -> list[float]:
    """Return the share of a run's work in its first 0, 1, 2, ... units: from 0 to 1."""
    prices = experiment.prices  # may read a model's settings: once, not for every unit
    costs = [unit_cost(experiment, unit, prices) for unit in plan(experiment)]
    whole = sum(costs) or 1.0
    return [min(1.0, done / whole) for done in accumulate(costs, initial=0.0)]


def time_left(
    elapsed: float,
    *,
    before: float,
    done: float,
    total: int,
    expected: float | None = None,
    shares: Sequence[float] = (),
) -> float | None:
    """Estimate the seconds to the end of a run under way; None while there is nothing to go by.

    The expectation from measured prices or earlier runs fades out as the work is done.

    Parameters
    ----------
    elapsed : float
        Time since the session's first unit began (s).
    before, done, total : float
        Units finished before the session, by now (with the share of the one under way), in all.
    expected : float, optional
        Time that the whole run was estimated to take (s).
    shares : sequence of float, optional
        What `shares_of_work` returns; without it all units count the same.
    """
    if total <= before or done >= total:
        return 0.0 if total else None
    first, now = (_share(units, total, shares) for units in (before, done))
    if first >= 1.0:
        return 0.0
    share = (now - first) / (1.0 - first)
    by_rate = elapsed / share - elapsed if share > 0 else None
    if expected is None:
        return by_rate
    by_history = max(0.0, expected * (1.0 - first) - elapsed)
    return by_history if by_rate is None else share * by_rate + (1 - share) * by_history


def _share(units: float, total: int, shares: Sequence[float]) -> float:
    """Return the share of the work in so many units, the last of them in part."""
    if len(shares) != total + 1:
        return units / total
    whole = min(int(units), total - 1)
    return shares[whole] + (units - whole) * (shares[whole + 1] - shares[whole])


def _seconds(run: Run) -> float:
    return run.record.seconds if run.record and run.status is Status.DONE else 0.0
