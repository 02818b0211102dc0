"""Errors that a user can act on, and refused values as their messages show them."""

import reprlib

LENGTH = 80
_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = LENGTH
_REPR.maxlist = _REPR.maxtuple = _REPR.maxdict = 8


class SynverifyError(Exception):
    """Base of every error that is shown to the user as a message, without a traceback."""


class InputError(SynverifyError, ValueError):
    """A refused value; the message names the field, the value and the allowed range."""


class StoreError(SynverifyError):
    """A run folder, record or cache that cannot be read or written; the message names the path."""


class NotEnoughDataError(SynverifyError):
    """More samples were asked for than a verifier kept; the message says how many there are."""


def brief(value: object) -> str:
    """Write a value as Python would, but at most 80 characters of it."""
    return cut(_REPR.repr(value))


def cut(text: str, length: int = LENGTH) -> str:
    """Return the text, or its beginning and three dots where it is longer."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def printable(text: object, keep: str = "") -> str:
    """Return the text with what no screen can show, or a terminal obeys, written as an escape."""
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape").decode("ascii")
        for c in str(text)
    )
