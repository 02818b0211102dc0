"""What a folder of artifacts says of itself, read without torch."""

import json
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from synverify_core.errors import StoreError
from synverify_core.experiments.artifacts import SETTINGS_NAME

_MOST_PACKAGES = 3


class Made(NamedTuple):
    """What determined an artifact.

    settings : fields of the config; empty where nothing was written down.
    seed : of its generator; None if it is not known.
    identity : what the corpus and the models were made of.
    """

    settings: dict[str, Any]
    seed: int | None
    identity: dict[str, Any]

    @property
    def words(self) -> list[str]:
        """Seed, corpus and model for people."""
        if not self.settings:
            return ["settings unknown"]
        corpus, model = self.settings.get("corpus"), self.settings.get("model")
        parts = [f"seed {self.seed}"] if self.seed is not None else []
        parts += [corpus_words(str(corpus))] if corpus else []
        return parts + ([model_words(str(model))] if model else [])


def read_made(folder: Path) -> Made:
    """Read the settings beside an artifact.

    Raises
    ------
    StoreError
        Naming the file that cannot be read.
    """
    path = folder / SETTINGS_NAME
    if not path.exists():
        return Made({}, None, {})
    try:
        stored = json.loads(path.read_text(encoding="utf8"))
        made = Made(dict(stored["settings"]), int(stored["seed"]), stored.get("identity") or {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read as settings of an artifact: {error}") from error
    return made


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
