"""Ridge logistic regression (equation 1): few passes over the data, safe for any data.

Most of the way is gone on small parts of the data, whose Hessian then preconditions quasi-Newton
steps on all of it: three passes are enough for features of one scale. Where such steps do not
help, exact Newton steps with a line search take over.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.arrays import Array
from synverify_core.experiments.gaussian.objective import Hessian, Objective
from synverify_core.experiments.gaussian.preconditioner import Preconditioner, denoised

_GOOD_STEP = 0.5
_SMALLEST_STEP = 2.0**-30
_SHARE_OF_NOISE = 0.3


class LogisticFit(NamedTuple):
    """A minimiser of equation 1 and what it cost.

    w has shape (d,); gradient_norm is the Euclidean norm of the gradient at w; n_iterations
    counts steps on whatever part of the data, n_passes reads of as many rows as there are.
    """

    w: NDArray[np.float64]
    gradient_norm: float
    n_iterations: int
    n_passes: float


class _Point(NamedTuple):
    w: NDArray[np.float64]
    gradient: NDArray[np.float64]
    norm: float
    noise: float


def fit_logistic(
    x: Array, y: Array, *, penalty: float, tolerance: float, max_iterations: int = 500
) -> LogisticFit:
    """Minimise mean_i loss(sigmoid(x_i.w), y_i) + penalty/2 |w|^2 (Feng et al. 2024, equation 1).

    Parameters
    ----------
    x : numpy array or torch tensor on any device, shape (n, d), float32 or float64.
    y : array of length n with values in {0, 1}.
    penalty : ridge lambda, above 0.
    tolerance : Euclidean norm of the gradient at which the fit ends, above 0. Where single
        precision cannot tell so small a gradient from 0, the sums are taken in double precision.
    max_iterations : steps after which the fit ends wherever it is.

    Returns
    -------
    LogisticFit
        Its `gradient_norm` exceeds `tolerance` only after `max_iterations` steps, or where even
        double precision cannot do better.

    Raises
    ------
    InputError
        If a shape, a label or a setting is refused, or x holds a value that is not finite.
    """
    for name, value in (("penalty", penalty), ("tolerance", tolerance)):
        if not 0 < value < math.inf:
            raise InputError(f"{name} = {value} is refused: it must be a finite number above 0")
    objective = Objective.make(x, y, penalty)
    if tolerance < objective.single_precision_floor():
        objective = objective.in_double_precision()
    solver = _Solver(max_iterations)
    w = np.zeros(objective.dimension)
    for part in objective.parts():
        w = solver.minimise(part, w, None).w
    point = solver.minimise(objective, w, tolerance)
    if point.norm > tolerance and not objective.double:
        solver.preconditioner = None
        point = solver.minimise(objective.in_double_precision(), point.w, tolerance)
    return LogisticFit(
        point.w, point.norm, solver.n_iterations, solver.rows_read / objective.n_rows
    )


class _Solver:
    """Takes steps; carries the preconditioner from each part of the data to the next."""

    def __init__(self, max_iterations: int) -> None:
        self.max_iterations = max_iterations
        self.n_iterations = 0
        self.rows_read = 0
        self.preconditioner: Preconditioner | None = None

    def minimise(self, part: Objective, start: NDArray[np.float64], goal: float | None) -> _Point:
        """Go on until the gradient's norm is at most the goal; None: a share of its noise."""
        point = self._visit(part, start)
        while self.n_iterations < self.max_iterations:
            if point.norm <= (_SHARE_OF_NOISE * point.noise if goal is None else goal):
                break
            exact = self.preconditioner is None
            inverse = self.preconditioner or self._renew(part, point)
            step = -inverse.solve(point.gradient)
            new = self._line_search(part, point, step) if exact else self._try(part, point, step)
            if new is None:
                break
            if new.norm <= _GOOD_STEP * point.norm:
                inverse.learn(new.w - point.w, new.gradient - point.gradient)
            else:
                self.preconditioner = None
            point = min(new, point, key=lambda candidate: candidate.norm)
        if goal is None:
            self._hand_on(part.thinned(), point)
        return point

    def _visit(self, part: Objective, w: NDArray[np.float64]) -> _Point:
        gradient, noise = part.gradient(w)
        self.rows_read += part.n_rows
        return _Point(w, gradient, float(np.linalg.norm(gradient)), noise)

    def _renew(self, part: Objective, point: _Point) -> Preconditioner:
        self.preconditioner = Preconditioner(self._hessian(part, point).value)
        return self.preconditioner

    def _hand_on(self, rows: Objective, point: _Point) -> None:
        """Make the preconditioner of a larger part, rid of the noise of these few rows."""
        self.preconditioner = Preconditioner(denoised(*self._hessian(rows, point)))

    def _hessian(self, part: Objective, point: _Point) -> Hessian:
        self.rows_read += part.n_rows
        return part.hessian(point.w)

    def _try(self, part: Objective, point: _Point, step: NDArray[np.float64]) -> _Point:
        self.n_iterations += 1
        return self._visit(part, point.w + step)

    def _line_search(
        self, part: Objective, point: _Point, step: NDArray[np.float64]
    ) -> _Point | None:
        """Halve a Newton step until the gradient shrinks; None if rounding hides any gain.

        The gradient's norm falls along an exact Newton step, and with penalty > 0 it vanishes at
        the minimum only: a safe merit that costs no further pass for the loss.
        """
        length = 1.0
        while length >= _SMALLEST_STEP and self.n_iterations < self.max_iterations:
            new = self._try(part, point, length * step)
            if new.norm <= (1.0 - 1e-4 * length) * point.norm:
                return new
            length /= 2.0
        return None
