"""Two invariants of a matrix that predicted eigenvalues must respect, as relative deviations."""

import numpy as np

from synverify_core.verifiers.base import Batch, Scores


def trace_deviation(batch: Batch) -> Scores:
    """|sum(y) - trace| / sum|y|, shape (len(batch),).

    A lower bound of the relative L1 error with the same denominator: an answer within a
    tolerance passes the check at that tolerance.
    """
    y = np.asarray(batch["y_synth"], dtype=np.float64)
    difference = np.abs(y.sum(axis=1) - np.asarray(batch["trace"], dtype=np.float64))
    return _quotient(difference, np.abs(y).sum(axis=1))


def frobenius_deviation(batch: Batch) -> Scores:
    """|sum(y^2) - |A|_F^2| / (2 max|y| sum|y|), shape (len(batch),).

    To first order in the errors a lower bound of the relative L1 error, as for the trace:
    |sum(2 y dy)| <= 2 max|y| sum|dy|.
    """
    y = np.asarray(batch["y_synth"], dtype=np.float64)
    squares = np.asarray(batch["frobenius_squared"], dtype=np.float64)
    sizes = np.abs(y)
    return _quotient(
        np.abs((y * y).sum(axis=1) - squares), 2 * sizes.max(axis=1) * sizes.sum(axis=1)
    )


def _quotient(difference: Scores, scale: Scores) -> Scores:
    # An answer of zeros only has no scale: right if nothing differs, else as wrong as can be.
    safe = np.where(scale > 0, scale, 1.0)
    return np.where(scale > 0, difference / safe, np.where(difference > 0, np.finfo(float).max, 0))
