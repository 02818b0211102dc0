"""An approximate inverse Hessian: an exact one from part of the data, bettered by each step."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

FloatArray = NDArray[np.float64]
_MEMORY = 10


class Preconditioner:
    """Inverse of a Hessian, with the secant pairs of later steps (limited-memory BFGS).

    Parameters
    ----------
    hessian : ndarray, shape (d, d), symmetric and positive definite up to rounding.
    """

    def __init__(self, hessian: FloatArray) -> None:
        # Unit diagonal: features of very different scales must not look singular.
        self.scale = 1.0 / np.sqrt(np.maximum(np.diag(hessian), np.finfo(float).tiny))
        self.factor = _factor(hessian * self.scale * self.scale[:, None])
        self.pairs: list[tuple[FloatArray, FloatArray, float]] = []

    def learn(self, step: FloatArray, change: FloatArray) -> None:
        """Take one step's change of the gradient into account."""
        curvature = float(step @ change)
        if curvature > 0:
            self.pairs = [*self.pairs, (step, change, 1.0 / curvature)][-_MEMORY:]

    def solve(self, gradient: FloatArray) -> FloatArray:
        """Return the inverse Hessian times the gradient, shape (d,)."""
        rest, used = gradient.copy(), []
        for step, change, rho in reversed(self.pairs):
            amount = rho * float(step @ rest)
            rest -= amount * change
            used.append(amount)
        result = self.scale * cho_solve(self.factor, self.scale * rest)
        for (step, change, rho), amount in zip(self.pairs, reversed(used), strict=True):
            result += (amount - rho * float(change @ result)) * step
        return np.asarray(result)


def denoised(hessian: FloatArray, n_rows: float) -> FloatArray:
    """Replace eigenvalues that differ by the noise of few rows by their mean.

    Eigenvalue clipping (Laloux et al. 1999): around the median, those inside the band of
    Marchenko and Pastur carry no information at this number of rows; those outside stay.

    Parameters
    ----------
    hessian : ndarray, shape (d, d), symmetric
    n_rows : rows of equal weight that it is the mean over.
    """
    values, vectors = np.linalg.eigh(hessian)
    noise = np.sqrt(len(values) / max(n_rows, 1.0))
    middle = np.median(values)
    band = (values > middle * max(0.0, 1.0 - noise) ** 2) & (values < middle * (1.0 + noise) ** 2)
    if band.any():
        values[band] = values[band].mean()
    return np.asarray((vectors * values) @ vectors.T)


def _factor(matrix: FloatArray) -> tuple[FloatArray, bool]:
    jitter = 0.0
    while True:
        try:
            factor, lower = cho_factor(matrix + jitter * np.eye(len(matrix)))
            return factor, lower
        except LinAlgError:
            # Rounding made it indefinite; a step with a larger diagonal is still a descent step.
            jitter = max(10.0 * jitter, 1e-14)
