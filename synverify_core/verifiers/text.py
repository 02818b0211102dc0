"""The words of a text, as the verifiers of texts count them."""

import re
from itertools import islice

_WORD = re.compile(r"[^\W_]+")


def words(text: str, at_most: int | None = None) -> list[str]:
    """Return the first words of a text, lower case: runs of letters and digits of any script.

    A script without spaces gives one word for each run.
    """
    return [match.group() for match in islice(_WORD.finditer(text.lower()), at_most)]
