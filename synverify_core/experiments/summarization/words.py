"""How corpora and models are written for people."""

from pathlib import PurePath

_MOST_PACKAGES = 3


def corpus_words(spec: str) -> str:
    """Write a corpus for people: `docstrings of argparse, email, json and 2 more`."""
    kind, _, rest = spec.partition(":")
    if kind == "docstrings" and rest:
        names = rest.split(",")
        more = len(names) - _MOST_PACKAGES
        shown = ", ".join(names[:_MOST_PACKAGES])
        return f"docstrings of {shown}" + (f" and {more} more" if more > 0 else "")
    if kind in ("jsonl", "csv", "parquet"):
        return PurePath(rest).name
    return rest if kind == "hub" else spec


def model_words(model: str) -> str:
    """Write a model for people: its name, without the folders above it."""
    if model in ("embedded", "fresh"):
        return f"{model} base"
    return PurePath(model).name
