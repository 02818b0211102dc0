"""What a link to the page of runs says."""

from pages.ui.shared import state
from pages.ui.shared.fields import Names, Word
from synverify_core.experiments import registry

PAGE = "runs"
CHOICES = ("metric", "group", "facet")
"""What is chosen for each experiment's figure."""


def choice(experiment: str, name: str) -> str:
    """Return the parameter of one experiment's choice, e.g. gaussian_metric."""
    return f"{experiment}_{name}"


FIELDS: dict[str, state.Field] = {
    "runs": Names(),
    "text": Word(),
    "status": Names(),
    "archived": state.Flag(),
    **{choice(one, name): Word() for one in registry.experiments() for name in CHOICES},
    "presentation": state.Flag(),
}
