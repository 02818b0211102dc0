"""Everything that a link to the summarization page says."""

from pages.ui.shared import state
from pages.ui.shared.fields import Names, Word
from pages.ui.summarization import explore_state
from pages.ui.summarization.form import PRESETS

SECTIONS = {
    "figure5": "Figure 5",
    "prediction": "p* before training",
    "read": "Read the summaries",
    "byhand": "Summarize a text",
}
"""Name in the address -> name on the tab."""

FIELDS: dict[str, state.Field] = {
    "section": state.Choice("figure5", tuple(SECTIONS)),
    "task": Word(),
    "metric": Word(),
    "runs": Names(),
    "preset": state.Choice("quick", tuple(PRESETS)),
    "seed": state.Number(0, 0, 2**31 - 1, whole=True),
    "presentation": state.Flag(),
    **explore_state.FIELDS,
}
