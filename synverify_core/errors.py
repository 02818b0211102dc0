"""Errors that a user can act on."""


class SynverifyError(Exception):
    """Base of every error that is shown to the user as a message, without a traceback."""


class InputError(SynverifyError, ValueError):
    """A refused value; the message names the field, the value and the allowed range."""


class StoreError(SynverifyError):
    """A run folder, record or cache that cannot be read or written; the message names the path."""


class NotEnoughDataError(SynverifyError):
    """More samples were asked for than a verifier kept; the message says how many there are."""
