"""How far predicted spectra are from true ones."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

TOLERANCES = (0.05, 0.02, 0.01, 0.005)
"""Tolerances of Appendix B."""


def relative_error(predicted: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """sum|v_i - p_i| / sum|v_i| (Feng et al. 2024, Appendix B).

    Parameters
    ----------
    predicted, true : array_like, shape (..., dimension); they broadcast.

    Returns
    -------
    error : ndarray, shape (...); infinite where a true spectrum is zero and the prediction not.
    """
    v = np.asarray(true, dtype=np.float64)
    difference = np.abs(np.asarray(predicted, dtype=np.float64) - v).sum(axis=-1)
    size = np.broadcast_to(np.abs(v).sum(axis=-1), difference.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference > 0, difference / size, 0.0)


def metric_name(tolerance: float, prefix: str = "accuracy") -> str:
    """Name of the accuracy at a tolerance, as rows have it: `accuracy@2%`."""
    return f"{prefix}@{100 * tolerance:g}%"


def nearest_metric(tolerance: float, measured: Collection[str]) -> str:
    """Return the accuracy at a tolerance, or at the nearest one that is measured; else empty."""
    near = sorted(TOLERANCES, key=lambda other: abs(other - tolerance))
    return next((name for name in map(metric_name, near) if name in measured), "")


def accuracies(
    error: NDArray[np.float64], prefix: str = "accuracy", tolerances: Sequence[float] = TOLERANCES
) -> dict[str, float]:
    """Share of errors strictly below each tolerance."""
    return {metric_name(tau, prefix): float(np.mean(error < tau)) for tau in tolerances}
