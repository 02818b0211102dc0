"""How long each kind of model is trained."""

from synverify_core.experiments.budget import Budget, Budgets
from synverify_core.experiments.summarization.config import SummarizationConfig

PAPERS_RATES = (5e-5, 2e-5)
"""Learning rates of generator and retraining in Appendix D."""


def budgets(config: SummarizationConfig) -> Budgets:
    """Return the epochs of generator, retrained models and supervisor."""
    size, epochs = config.batch_size, config.generator_epochs
    found = {
        "generator": Budget(epochs, "epochs", size, "cosine", config.generator_learning_rate),
        "retrained": Budget(1.0, "epochs", size, "constant", config.retrain_learning_rate),
    }
    if config.supervised:
        found["weak"] = Budget(
            config.weak_epochs, "epochs", size, "cosine", config.weak_learning_rate
        )
    return found


def budget_note(config: SummarizationConfig) -> str:
    """Say why generator and retrained models differ, where they do as in Appendix D."""
    rates = config.generator_learning_rate, config.retrain_learning_rate
    return "Appendix D trains the two differently." if rates == PAPERS_RATES else ""
