"""How long each kind of model is trained."""

from synverify_core.experiments.budget import Budget, Budgets
from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig


def budgets(config: EigenvaluesConfig) -> Budgets:
    """Return the steps of generator, retrained models and the helpers that there are."""
    steps = {
        "generator": config.generator_steps,
        "retrained": config.retrain_steps,
        "weak": config.generator_steps if config.weak_d_model else 0,
        "base": config.base_steps,
    }
    how = config.batch_size, config.schedule, config.learning_rate
    return {name: Budget(count, "steps", *how) for name, count in steps.items() if count}
