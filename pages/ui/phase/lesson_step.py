"""What a step of the lesson is, and what its check says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pages.ui.phase.view import Numbers

View = Mapping[str, Any]


class Check(NamedTuple):
    """Whether the picture shows what was asked for, and why."""

    reached: bool
    why: str


@dataclass(frozen=True)
class Step:
    """One step: a question to predict, something to move, a check of what the picture shows.

    advanced : whether it needs a setting of the advanced layer.
    mode : whether it is about one round or about many, a value of the page's `mode`.
    """

    title: str
    question: str
    options: tuple[str, ...]
    answer: str
    move: str
    check: Callable[[View, Numbers], Check]
    advanced: bool = False
    mode: str = "one"
