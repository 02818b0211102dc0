"""Everything that a link to the summaries says: a pool, what is listed of it, a text by hand."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pages.ui.shared import state
from pages.ui.shared.fields import Names, Word
from synverify_core.experiments.summarization.ranking import NAMES

PAGE = "summarization"
PAPER_RATES = (0.125, 0.25, 0.5)
LONGEST_LINK = 1_500
"""Characters of a text that an address still carries."""
MOST_ARTICLES = 10_000_000


@dataclass(frozen=True)
class Passage:
    """A text that somebody typed; a long one stays in the session and out of the address."""

    default: str = ""
    pasted: ClassVar[bool] = True

    def parse(self, text: str) -> str:
        """Take a text without control characters, line breaks and tabs excepted."""
        if len(text) > LONGEST_LINK:
            raise state.Refused(f"it must be a text of at most {LONGEST_LINK:,} characters")
        if not all(sign.isprintable() or sign in "\n\t" for sign in text):
            raise state.Refused("it must be a text without control characters")
        return text

    def show(self, value: str) -> str:
        """Write the text, or nothing if it is too long for an address."""
        return value if self.fits(value) else ""

    def fits(self, value: str) -> bool:
        """Tell whether a link can carry the text."""
        try:
            self.parse(value)
        except state.Refused:
            return False
        return True


FIELDS: dict[str, state.Field] = {
    "pool": Word(),
    "selection_rate": state.Number(0.25, 0.01, 1.0),
    "judges": Names(("oracle", "weak", "self", "random")),
    "find": Word(),
    "kept": state.Choice("", ("", *NAMES)),
    "dropped": state.Choice("", ("", *NAMES)),
    "sort": state.Choice("weak", ("", *NAMES)),
    "rising": state.Flag(),
    "article": state.Number(0, 0, MOST_ARTICLES, whole=True),
    "text": Passage(),
    "human": Passage(),
    "elsewhere": Passage(),
    "writers": Names(),
    "writer": Word(),
    "places": state.Flag(),
    "tokens": state.Flag(),
}
"""Parameters of the page's address: pool (folder name), selection_rate, judges (verifiers that are
compared), find, kept, dropped, sort and rising (what is listed and how), article (number in the
pool, from 1; 0: the first one listed), text and human (typed article and summary), elsewhere (a
folder or a hub's model), writers (models that summarize it), writer (whose
tokens are shown), places and tokens (whether they are)."""


def change(**values: Any) -> None:
    """Set some values of the page."""
    state.change(PAGE, values)
