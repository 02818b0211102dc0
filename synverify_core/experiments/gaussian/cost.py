"""How much work a unit of the Gaussian experiment is."""

from collections.abc import Mapping

from synverify_core.experiments.gaussian.config import GaussianConfig
from synverify_core.experiments.plan import samples
from synverify_core.experiments.unit import Unit

PRICES = {"numbers drawn": 8.4e-9, "scored": 5e-8, "fits": 3e-3, "numbers fitted": 3.3e-9}
"""About the seconds on one idle core: features drawn, samples scored, fits, and their features."""


def cost(config: GaussianConfig, unit: Unit) -> Mapping[str, float]:
    """Count what is drawn, scored and fitted; measuring a linear model costs nothing."""
    if unit.verb == "generator":
        return {"numbers drawn": config.n_original * config.dimension}
    if unit.verb == "pool":
        return {"numbers drawn": config.pool_size * config.dimension}
    if unit.verb == "verify":
        return {"scored": config.pool_size}
    rows = samples(unit, config, config.n_original, config.pool_size)
    return {"fits": 1, "numbers fitted": rows * config.dimension} if rows else {}
