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


def _factor(matrix: FloatArray) -> tuple[FloatArray, bool]:
    jitter = 0.0
    while True:
        try:
            factor, lower = cho_factor(matrix + jitter * np.eye(len(matrix)))
            return factor, lower
        except LinAlgError:
            # Rounding made it indefinite; a step with a larger diagonal is still a descent step.
            jitter = max(10.0 * jitter, 1e-14)
