"""Kinds of matrices: what a verifier may keep more or less of, whether answers are right or not."""

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.measuring import Strata, bands, crossed

SIGNS = ("mixed signs", "same sign")
RATIOS = ("ratio low", "ratio middle", "ratio high")
SCALES = ("small", "large")


def strata(pool: EigenPool) -> Strata:
    """Cross the signs of the true spectrum with the ratio of its ends and its scale.

    ratio : of smallest to largest |eigenvalue|, in thirds of the pool.
    scale : largest |eigenvalue|, in halves of the pool.
    """
    spectrum = pool.y_true
    same = (spectrum >= 0).all(axis=1) | (spectrum <= 0).all(axis=1)
    size = np.abs(spectrum)
    largest = size.max(axis=1)
    ratio = size.min(axis=1) / np.maximum(largest, np.finfo(float).tiny)
    names, labels = crossed((SIGNS, same.astype(int)), bands(ratio, RATIOS), bands(largest, SCALES))
    return Strata(names, labels, fingerprints(pool.y_synth))


def fingerprints(answers: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return a whole number for each row, shape (n,): equal rows have equal ones.

    Mixed as splitmix64 does (Steele et al. 2014); n different rows share some with a probability
    of about n^2 / 2^65. A sort of the rows themselves would take ten times as long.
    """
    bits = np.ascontiguousarray(answers + 0.0).view(np.uint64)  # -0.0 is 0.0
    mixed = np.zeros(len(bits), dtype=np.uint64)
    for column in bits.T:
        mixed = (mixed ^ column) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return mixed
