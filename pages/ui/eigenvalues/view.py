"""Everything that a link to the eigenvalues page says."""

from pages.ui.eigenvalues import explore
from pages.ui.eigenvalues.form import PRESETS
from pages.ui.shared import state
from pages.ui.shared.fields import Names, Word

SECTIONS = {
    "figure4": "Accuracy and p*",
    "scaling": "Scaling curves",
    "checks": "Checks without a solver",
    "beams": "What is in a beam",
    "finetuning": "Fine-tuning",
    "byhand": "By hand",
}
"""Name in the address -> name on the tab."""

FIELDS: dict[str, state.Field] = {
    "section": state.Choice("figure4", tuple(SECTIONS)),
    "task": Word(),
    "metric": Word(),
    "runs": Names(),
    "preset": state.Choice("quick", tuple(PRESETS)),
    "seed": state.Number(0, 0, 2**31 - 1, whole=True),
    "presentation": state.Flag(),
    **explore.FIELDS,
}
