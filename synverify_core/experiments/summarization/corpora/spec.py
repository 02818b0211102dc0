"""The name of a corpus, as it is typed: `docstrings`, `jsonl:news.jsonl`, `xlsum:english`, ..."""

import re
from typing import NamedTuple

from synverify_core.errors import InputError, brief

FILE_KINDS = ("jsonl", "csv", "parquet")
XLSUM = "csebuetnlp/xlsum"
PARQUET_REVISION = "refs/convert/parquet"

_HUB = re.compile(
    r"(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?(?::(?P<folder>[\w./-]+))?"
)
_WORD = re.compile(r"[A-Za-z_][\w-]*")


class Spec(NamedTuple):
    """A parsed name.

    kind : docstrings, digitalgov, jsonl, csv, parquet or hub.
    target : a path or a hub name; for docstrings nothing, or packages parted by commas.
    """

    kind: str
    target: str = ""
    revision: str | None = None
    data_dir: str | None = None


def check_spec(spec: str) -> Spec:
    """Read the name of a corpus without looking at any file.

    Raises
    ------
    InputError
        If it has none of the known forms.
    """
    kind, colon, rest = spec.strip().partition(":")
    rest = rest.strip()
    if kind == "docstrings" and bool(rest) == bool(colon):
        names = [name.strip() for name in rest.split(",")] if rest else []
        if all(_WORD.fullmatch(name) for name in names):
            return Spec(kind, ",".join(names))
    if spec.strip() == "digitalgov":
        return Spec("digitalgov")
    if kind in FILE_KINDS and rest:
        return Spec(kind, rest)
    if kind == "xlsum" and bool(rest) == bool(colon) and (not rest or _WORD.fullmatch(rest)):
        return Spec("hub", XLSUM, PARQUET_REVISION, rest or "english")
    found = _HUB.fullmatch(rest) if kind == "hub" else None
    if found:
        return Spec("hub", found["name"], found["revision"], found["folder"])
    raise InputError(
        f"corpus = {brief(spec)} is not known: it must be docstrings (or docstrings:numpy,json), "
        "digitalgov, jsonl:PATH, csv:PATH, parquet:PATH, xlsum (or xlsum:LANGUAGE), "
        "or hub:OWNER/NAME[@REVISION][:FOLDER]"
    )
