"""The pipeline's units of work: which curve a row belongs to, and where its work is kept."""

import math
import shutil
from pathlib import Path
from typing import NamedTuple

from synverify_core.experiments.row import Row

INTERVAL = ("p_star low", "p_star high")
"""Metrics of the 95 % bootstrap interval of a curve's p_star."""


class Curve(NamedTuple):
    """One line of the picture: what is selected, before how many samples are trained on."""

    seed: int
    verifier: str
    selection_rate: float | None


class Workspace:
    """A folder for checkpoints: kept when its unit is interrupted, removed when it is finished."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)


def curve_of(row: Row) -> Curve:
    """Return the curve that a row is a point of."""
    return Curve(row.seed, row.verifier, row.selection_rate)


def available(row: Row) -> float:
    """Count the samples that the row's curve can draw from (kept is null for clean labels)."""
    if row.kept is not None:
        return row.kept
    return math.inf if row.pool_size is None else row.pool_size


def known(value: float) -> float | None:
    """Return None for a rate that is not defined, e.g. psi where no label is wrong."""
    return None if math.isnan(value) else float(value)


def curve_name(curve: Curve) -> str:
    """Write a curve for the log."""
    rate = "" if curve.selection_rate is None else f" at rate {curve.selection_rate:g}"
    return f"seed {curve.seed}: {curve.verifier}{rate}"
