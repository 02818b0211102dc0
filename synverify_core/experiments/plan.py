"""The units of a run's work, in the order in which the pipeline does them.

Totals, the time left and estimates follow from this one list; `Experiment.cost` prices a unit.
"""

from collections.abc import Iterator, Mapping

from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.config import Config
from synverify_core.experiments.unit import CLEAN, Curve, Unit
from synverify_core.verifiers.registry import parse


def curves(experiment: AnyExperiment, seed: int) -> list[Curve]:
    """List the curves of a seed: each verifier at each rate, and true labels if they are asked."""
    config = experiment.config
    labels = [parse(spec).label() for spec in config.verifiers]
    found = [Curve(seed, label, rate) for label in labels for rate in config.selection_rates]
    return [*found, Curve(seed, CLEAN, None)] if config.clean_labels else found


def plan(experiment: AnyExperiment) -> list[Unit]:
    """List all units of a run, whether they are done already or not."""
    config = experiment.config
    units = [Unit("start", config.seed)]
    for seed in config.seeds:
        units += [Unit("helper", seed, name=name) for name in experiment.helpers]
        units.append(Unit("generator", seed))
        units.append(Unit("pool", seed, 1))
        lines = curves(experiment, seed)
        scored: set[str] = {CLEAN}
        for curve in lines:
            if curve.verifier not in scored:
                units.append(Unit("verify", seed, 1, curve.verifier))
            scored.add(curve.verifier)
            units += _trainings(experiment, curve, 1)
        for curve in lines:
            for round_ in range(2, config.n_rounds + 1):
                units.append(Unit("pool", seed, round_, *curve[1:]))
                if curve.verifier != CLEAN:
                    units.append(Unit("verify", seed, round_, *curve[1:]))
                units += _trainings(experiment, curve, round_)
    return units


def samples(unit: Unit, config: Config, n_original: int, pool_size: int) -> int:
    """Count the samples that a training sees; 0 if what is kept of a pool cannot fill its size.

    A verifier's own rule may keep less than the rate says; nobody knows that beforehand. Under
    accumulate, what is added is spread evenly over the curve (`policy.merge`).
    """
    kept = round((unit.selection_rate or 1.0) * pool_size)
    reached = [size for size in config.sizes if size <= kept]
    if unit.size is None or unit.size not in reached:
        return 0
    past = n_original + (unit.round - 1) * reached[-1] if config.policy == "accumulate" else 0
    return unit.size + round(past * unit.size / reached[-1])


def total_cost(experiment: AnyExperiment, prices: Mapping[str, float]) -> float:
    """Add up what all units of a run cost at prices (s for one of each amount)."""
    return sum(unit_cost(experiment, unit, prices) for unit in plan(experiment))


def unit_cost(experiment: AnyExperiment, unit: Unit, prices: Mapping[str, float]) -> float:
    """Return what one unit costs at prices (s for one of each amount)."""
    return sum(amount * prices[name] for name, amount in experiment.cost(unit).items())


def _trainings(experiment: AnyExperiment, curve: Curve, round_: int) -> Iterator[Unit]:
    for size in experiment.config.sizes:
        yield Unit("retrain", curve.seed, round_, *curve[1:], size)
