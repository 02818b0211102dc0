"""How much work a unit is, and how long each kind of model is trained."""

from collections.abc import Mapping

from synverify_core.experiments.arithmetic.config import ArithmeticConfig
from synverify_core.experiments.budget import Budget, Budgets
from synverify_core.experiments.unit import Unit

_SECONDS_A_PRODUCT = 2.5e-11
_PRODUCTS_A_STEP = 2e8
"""What a step costs beside its products, as many."""
_SLOWER = 4
"""Products of one token at a time, as in an answer, take so many times as long."""


def cost(config: ArithmeticConfig, unit: Unit) -> Mapping[str, float]:
    """Count training steps and answers; a pool's problems are asked forth and back."""
    tested = config.n_test * len(config.test_difficulties)
    if unit.verb == "generator":
        return {"steps": config.base_steps * config.voters, "answers": tested}
    if unit.verb == "pool":
        return {"answers": config.pool_size * (config.voters + 1)}
    if unit.verb == "retrain":
        return {"steps": config.retrain_steps * config.voters, "answers": tested}
    return {}


def prices(config: ArithmeticConfig) -> Mapping[str, float]:
    """Return nominal seconds, from products of weights and tokens."""
    weights = 12 * config.layers * config.d_model**2
    longest = config.made_task.most_characters(config.base_difficulty)
    example = 2.0 * weights * 2 * longest
    step = 3 * example * config.batch_size + _PRODUCTS_A_STEP
    return {
        "steps": step * _SECONDS_A_PRODUCT,
        "answers": _SLOWER * example * _SECONDS_A_PRODUCT,
    }


def budgets(config: ArithmeticConfig) -> Budgets:
    """Return the steps on the original problems and those of a round."""
    return {
        name: Budget(steps, "steps", config.batch_size, "stable, then falling", rate)
        for name, steps, rate in (
            ("generator", config.base_steps, config.base_learning_rate),
            ("retrained", config.retrain_steps, config.learning_rate),
        )
    }
