"""What a curve keeps of a pool, measured before any retraining."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.base import Pool
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.row import INTERVAL, KEPT_WORDS, STRATUM
from synverify_core.experiments.unit import Curve
from synverify_core.measuring import Strata, breadth, choose, interval, is_graded
from synverify_core.theory import measure
from synverify_core.verifiers.registry import parse


class Selection(NamedTuple):
    """What a verifier kept of a pool, and the theory's view of it before any retraining.

    indices : of the kept samples, shape (kept,).
    measured : p, phi, psi, p_star, kept, pool_size, coverage and distinct, as in a row.
    beside : metrics of the selection that are rows of their own (`row.of_selection`).
    notes : lines for the log.
    """

    indices: NDArray[np.intp]
    measured: Mapping[str, Any]
    beside: Mapping[str, float]
    notes: Sequence[str] = ()


def everything(pool: Pool, strata: Strata | None) -> Selection:
    """Keep all of a pool with true labels, of which no rate is defined."""
    described, beside = _breadth(strata, np.ones(len(pool), dtype=bool))
    return Selection(np.arange(len(pool)), {"pool_size": len(pool), **described}, beside)


def verified(
    pool: Pool,
    strata: Strata | None,
    curve: Curve,
    scores: NDArray[np.floating],
    lineage: Lineage,
) -> Selection:
    """Keep what a verifier's scores, shape (n,), say, and measure it."""
    label, rate = curve.verifier, curve.selection_rate
    keep, dropped = choose(parse(label), scores, rate, lineage.rng("select", label, rate))
    found = measure(pool.similarity, keep)
    measured = {name: _known(getattr(found, name)) for name in ("p", "phi", "psi", "p_star")}
    counts = {"kept": int(keep.sum()), "pool_size": len(pool)}
    described, beside = _breadth(strata, keep)
    ends: dict[str, float] = {}
    if is_graded(pool.similarity):  # for right and wrong labels the counts alone give it
        found_ends = interval(pool.similarity, keep, lineage.rng("interval", label, rate))
        named = zip(INTERVAL, found_ends, strict=True)
        ends = {name: end for name, end in named if not math.isnan(end)}
    note = f"{dropped} of {len(pool)} scores are no finite number; their samples are dropped"
    return Selection(
        np.flatnonzero(keep),
        measured | counts | described,
        ends | beside,
        [note] if dropped else [],
    )


def _breadth(
    strata: Strata | None, keep: NDArray[np.bool_]
) -> tuple[dict[str, float | None], dict[str, float]]:
    """Return coverage and distinct, as in a row, and shares and length as metrics."""
    if strata is None:
        return {}, {}
    found = breadth(strata, keep)
    beside = {f"{STRATUM}{name}": share for name, share in found.shares.items()}
    if not math.isnan(found.words):
        beside[KEPT_WORDS] = found.words
    return {"coverage": _known(found.coverage), "distinct": _known(found.distinct)}, beside


def _known(value: float) -> float | None:
    """Return None for a rate that is not defined, e.g. psi where no label is wrong."""
    return None if math.isnan(value) else float(value)
