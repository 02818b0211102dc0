"""Kinds of values in a page's address that `state` does not have: lists of runs, free words."""

import re
from dataclasses import dataclass

from pages.ui.shared.state import Refused


@dataclass(frozen=True)
class Names:
    """A list of plain names, e.g. the runs that are drawn; commas between them in the address."""

    default: tuple[str, ...] = ()
    longest: int = 30

    def parse(self, text: str) -> tuple[str, ...]:
        """Take names of letters, digits and . _ = + ~ -."""
        text = text.replace(" ", "+")  # a plus that was not escaped in the address arrives so
        names = tuple(dict.fromkeys(part for part in text.split(",") if part))
        if len(names) > self.longest:
            raise Refused(f"at most {self.longest} names")
        if not all(re.fullmatch(r"[\w.=+~-]{1,160}", name) for name in names):
            raise Refused("it must be names of letters, digits and . _ = + ~ - with commas between")
        return names

    def show(self, value: tuple[str, ...]) -> str:
        """Write the names with commas between."""
        return ",".join(value)


@dataclass(frozen=True)
class Word:
    """A name that the page itself checks against what there is, e.g. a metric or a column."""

    default: str = ""

    def parse(self, text: str) -> str:
        """Take a short text without control characters."""
        if len(text) > 80 or not text.isprintable():
            raise Refused("it must be a text of at most 80 characters")
        return text

    def show(self, value: str) -> str:
        """Write the text."""
        return value
