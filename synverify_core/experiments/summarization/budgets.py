"""How long each kind of model is trained."""

from synverify_core.experiments.budget import Budget, Budgets
from synverify_core.experiments.summarization.config import SummarizationConfig


def budgets(config: SummarizationConfig) -> Budgets:
    """Return the epochs of generator, retrained models and supervisor."""
    size = config.batch_size
    retrained = Budget(config.epochs, "epochs", size, "constant", config.learning_rate)
    found = {"generator": retrained, "retrained": retrained}
    if config.generator_learning_rate is not None:
        rate = config.generator_learning_rate
        found["generator"] = Budget(config.epochs, "epochs", size, "cosine", rate)
    if config.supervised:
        found["weak"] = Budget(
            config.weak_epochs, "epochs", size, "cosine", config.weak_learning_rate
        )
    return found


def budget_note(config: SummarizationConfig) -> str:
    """Say why generator and retrained models differ, where the generator has its own rate."""
    if config.generator_learning_rate is None:
        return ""
    return "As in Appendix D, which trains the two differently."
