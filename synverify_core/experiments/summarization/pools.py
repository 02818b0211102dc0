"""Pools on disk whose summaries can be read: the user's own and those shipped; without torch."""

import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from synverify_core.errors import StoreError
from synverify_core.experiments.summarization.folders import Made, read_made
from synverify_core.experiments.summarization.pool import SCORES_NAME, TEXTS_NAME

EXPERIMENT_NAME = "summarization"
"""Folder of the experiment below a folder of artifacts."""


class StoredPool(NamedTuple):
    """A pool that can be read.

    key : name of its folder, the same for the same settings on every machine.
    size : number of its articles.
    modified : of its scores, in nanoseconds; with the path it tells one file from its successor.
    """

    key: str
    path: Path
    made: Made
    size: int
    shipped: bool
    modified: int

    @property
    def seed(self) -> int:
        """Seed of its generator, 0 where that was not written down."""
        return self.made.seed or 0

    @property
    def name(self) -> str:
        """Name for people: `Seed 0, docstrings, embedded base, 3,072 articles (shipped)`."""
        parts = [*self.made.words, f"{self.size:,} articles"]
        text = ", ".join(parts)
        return text[0].upper() + text[1:] + (" (shipped)" if self.shipped else "")


class Pools(NamedTuple):
    """Pools to choose from, shipped ones first, and one message for each damaged folder."""

    pools: list[StoredPool]
    problems: list[str]


def list_pools(artifacts: Path, reference_artifacts: Path) -> Pools:
    """Look for pools in both folders of artifacts; damaged ones hide no others.

    Shipped pools come first, by seed; then the user's own, newest first.
    """
    pools: dict[str, StoredPool] = {}
    problems: list[str] = []
    for root, shipped in ((reference_artifacts, True), (artifacts, False)):
        found = []
        for path in (root / EXPERIMENT_NAME).glob("pool-*"):
            if path.name.endswith(".partial") or not path.is_dir():
                continue  # being written at this moment
            try:
                found.append(read_stored(path, shipped=shipped))
            except StoreError as error:
                problems.append(str(error))
        found.sort(key=lambda pool: (pool.seed, pool.key) if shipped else (-pool.modified, ""))
        for pool in found:
            pools.setdefault(pool.key, pool)
    return Pools(list(pools.values()), sorted(problems))


def read_stored(path: Path, *, shipped: bool = False) -> StoredPool:
    """Read how many articles a pool has, and what made it, without its texts.

    Raises
    ------
    StoreError
        Naming the file that is missing or damaged.
    """
    made = read_made(path)
    scores = path / SCORES_NAME
    try:
        if not (path / TEXTS_NAME).is_file():
            raise ValueError(f"{TEXTS_NAME} is missing")
        modified = scores.stat().st_mtime_ns
        size = _length(scores)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise StoreError(f"The pool in {path} cannot be read: {error}") from error
    return StoredPool(path.name, path, made, size, shipped, modified)


def _length(scores: Path) -> int:
    """Read the number of articles from the header of an array."""
    with zipfile.ZipFile(scores) as archive, archive.open("similarity.npy") as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError("its scores have an unknown format")
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
    if len(shape) != 1 or not shape[0]:
        raise ValueError(f"its scores have the shape {shape}")
    return int(shape[0])
