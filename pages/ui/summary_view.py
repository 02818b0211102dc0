"""Everything that a link to the summarization page says."""

from pages.ui import state, summary_explore_state
from pages.ui.fields import Names, Word
from pages.ui.summary_form import PRESETS

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
    **summary_explore_state.FIELDS,
}
