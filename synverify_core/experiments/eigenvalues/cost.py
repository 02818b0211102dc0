"""How much work a unit of the eigenvalue experiment is."""

from collections.abc import Mapping

from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.plan import samples
from synverify_core.experiments.unit import Unit

_SECONDS_A_PRODUCT = 2e-11
_PRODUCTS_A_STEP = 1e8
"""What a step costs beside its products, as many."""


def cost(config: EigenvaluesConfig, unit: Unit) -> Mapping[str, float]:
    """Count training steps, and answers times the beams of each."""
    if unit.verb == "generator":
        tested = config.n_test + config.n_table * sum(config.table_beams)
        return {"steps": config.generator_steps, "answers": tested}
    if unit.verb == "helper":
        steps = config.base_steps if unit.name == "base" else config.generator_steps
        return {"steps": steps, "answers": config.n_test}
    if unit.verb == "pool":
        return {"answers": config.pool_size * (beams(config) + (config.weak_d_model > 0))}
    if samples(unit, config, config.n_original, config.pool_size):
        return {"steps": config.retrain_steps, "answers": config.n_test}
    return {}


def prices(config: EigenvaluesConfig) -> Mapping[str, float]:
    """Return nominal seconds, from products of weights and tokens."""
    weights = 12 * config.d_model**2 * (config.encoder_layers + 1.5 * config.decoder_layers)
    shape = config.shape()
    example = 2.0 * weights * (shape.source_length + shape.target_length)
    step = 3 * example * config.batch_size + _PRODUCTS_A_STEP
    return {"steps": step * _SECONDS_A_PRODUCT, "answers": example * _SECONDS_A_PRODUCT}


def beams(config: EigenvaluesConfig) -> int:
    """Return the beams of an answer in the pool."""
    return config.beam_size if config.synthesis == "best_of_beam" else 1
