"""What the verbs share: exit codes, safe text, JSON, tables, a run by a part of its uid."""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from synverify_core.errors import InputError, brief, cut, printable

if TYPE_CHECKING:
    from synverify_core.runs.store import Store

FAILURE = 1
BAD_INPUT = 2
INTERRUPTED = 130
NO_READER = 141
LONGEST = 2_000
"""Characters of an error that are printed."""


class Verbs(Protocol):
    """What argparse's add_subparsers returns, for which it has no public name."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """Declare a verb."""
        ...


def shown(text: object) -> str:
    """Return a text of any origin, lines and columns kept, as a terminal may print it."""
    return printable(text, keep="\n\t")


def say(text: object, **options: Any) -> None:
    """Print a text that may hold names, notes and logs of any origin; options as of `print`."""
    print(shown(text), **options)


def complain(error: object) -> None:
    """Print what went wrong on stderr."""
    say(cut(f"error: {error}", LONGEST), file=sys.stderr)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option --json."""
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")


def print_json(values: Mapping[str, Any]) -> None:
    """Print one JSON object in ASCII; what is no number becomes null, for JSON knows no NaN."""
    print(json.dumps(_plain(values), allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Print columns as wide as their widest cell."""
    safe = [[shown(cell) for cell in line] for line in (header, *lines)]
    widths = [max(map(len, column)) for column in zip(*safe, strict=True)]
    for line in safe:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def number(value: float | None) -> str:
    """Write a number with four digits; a missing one as a dash."""
    return "-" if value is None or math.isnan(value) else f"{value:.4g}"


def duration(seconds: float | None) -> str:
    """Write seconds as 12 s, 3:05 min, 2:10 h or 4 days; unknown ones as a question mark."""
    if seconds is None:
        return "?"
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    if whole < 48 * 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d} h"
    return f"{whole // 86_400} days" if whole < 100 * 86_400 else "over 100 days"


def find_uid(store: "Store", text: str) -> str:
    """Return the uid that is `text`, or the only one that begins or ends with it."""
    uids = [run.uid for run in store.runs(include_archived=True)]
    if text in uids:
        return text
    matches = [uid for uid in uids if text and (uid.startswith(text) or uid.endswith(text))]
    if len(matches) > 1:
        raise InputError(f"uid = {brief(text)} fits {len(matches)} runs: {', '.join(matches[:5])}")
    return matches[0] if matches else text
