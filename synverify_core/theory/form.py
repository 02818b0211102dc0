"""A closed form that can be evaluated by its name: inputs with units, what comes out, source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

REQUIRED = object()
"""Default of an input that has to be given."""


class Input(NamedTuple):
    """One input of a closed form.

    text : what it is, its unit and its range
    default : its value where none is given; `REQUIRED` if one has to be
    """

    text: str
    default: Any = REQUIRED


class Form(NamedTuple):
    """A closed form under the name that the command line knows it by.

    inputs : name -> Input, in the order of the formula
    value : what comes out, with its unit; a list says what it runs over
    source : paper and section or equation, or "ours"
    evaluate : called with the inputs by name, returns a number, an array or a tuple of them;
        raises InputError naming field, value and range
    """

    name: str
    inputs: Mapping[str, Input]
    value: str
    source: str
    evaluate: Callable[..., Any]
