"""Rounds of least squares on labels that earlier fits made, many repetitions at a time.

Everything is learnt from running normal equations, whose cost does not grow with the rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from synverify_core.errors import InputError, brief
from synverify_core.theory.checks import FloatArray, require_whole
from synverify_core.theory.regression.ridge import best_penalty, power_law

POLICIES = ("replace", "accumulate", "growing", "mix", "weighted", "min_norm", "ridge", "verifier")
NUMBERS = 1.5e7
"""Random numbers of a simulation, about: they set how often it is repeated."""
FEWEST, MOST = 8, 200


class Problem(NamedTuple):
    """What is simulated; |w0|^2 = 1 in the norm of the inputs' covariance.

    policy : one of `POLICIES`
    rounds : rounds after the base fit
    d, T, T0 : dimension, samples of a (last) fit, samples of a generation (replace, ridge)
    sigma2, sigma0_2 : noise variances of the two
    inputs : "same" or "fresh" inputs in every round (accumulate, min_norm)
    T_real : real rows among T (mix)
    weight : weight on T real rows beside T synthetic ones (weighted)
    lam, beta, r : penalty and power law (ridge); beta 0 is isotropic; lam "adapted": each round's
        best penalty
    t, verifier_error : cut in standard deviations and error of the verifier (verifier)
    seed : of the random numbers
    """

    policy: str
    rounds: int
    d: int
    T: int
    T0: int
    sigma2: float
    sigma0_2: float
    inputs: str
    T_real: int
    weight: float
    lam: float | str
    beta: float
    r: float
    t: float
    verifier_error: float
    seed: int


class Band(NamedTuple):
    """Errors over rounds: mean, 10 % and 90 % quantile, each of shape (rounds + 1,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    repetitions: int


class NormalEquations:
    """Sums of x x' and x y over all rows so far, one problem for each repetition.

    gram : ndarray, shape (repetitions, d, d)
    moment : ndarray, shape (repetitions, d)
    """

    def __init__(self, repetitions: int, d: int) -> None:
        self.gram = np.zeros((repetitions, d, d))
        self.moment = np.zeros((repetitions, d))

    def add(self, x: FloatArray, y: FloatArray, weight: FloatArray | None = None) -> None:
        """Take in rows x (repetitions, T, d) with labels y and weights (repetitions, T)."""
        across = np.swapaxes(x if weight is None else x * weight[..., None], 1, 2)
        self.gram += across @ x
        self.moment += (across @ y[..., None])[..., 0]

    def solve(self, penalty: float = 0.0) -> FloatArray:
        """Return the fit (repetitions, d) with `penalty` added to the diagonal of the gram."""
        gram = self.gram + penalty * np.eye(self.gram.shape[-1]) if penalty else self.gram
        return np.asarray(np.linalg.solve(gram, self.moment[..., None])[..., 0])


def errors(problem: Problem, repetitions: int) -> FloatArray:
    """Simulate a policy and return the error of every round, shape (repetitions, rounds + 1).

    Raises
    ------
    InputError
        For an unknown policy, or sizes that are no whole numbers of at least 1.
    """
    if problem.policy not in POLICIES:
        raise InputError(f"policy = {brief(problem.policy)} must be one of {', '.join(POLICIES)}")
    for name in ("d", "T", "T0"):
        require_whole(name, getattr(problem, name), 1)
    require_whole("rounds", problem.rounds, 0)
    return np.stack(list(_Simulation(problem, repetitions).errors()), axis=1)


def simulate(problem: Problem) -> Band:
    """Return `errors` of about `NUMBERS` random numbers' worth of repetitions, as a band."""
    repetitions = int(np.clip(NUMBERS / (_rows(problem) * problem.d), FEWEST, MOST))
    found = errors(problem, repetitions)
    low, high = np.quantile(found, [0.1, 0.9], axis=0)
    return Band(found.mean(axis=0), low, high, repetitions)


def _rows(p: Problem) -> int:
    """Rows of one repetition."""
    fits = p.rounds + 1
    if p.policy == "growing":
        return p.T * fits * (fits + 1) // 2
    return fits * (p.T + (p.T0 if p.policy in ("replace", "ridge") else p.T))


class _Simulation:
    """The rounds of one problem; `errors` yields those of all repetitions, round by round."""

    def __init__(self, problem: Problem, repetitions: int) -> None:
        p = self.problem = problem
        self.repetitions = repetitions
        self.rng = np.random.default_rng(p.seed)
        self.spectrum, w2 = np.ones(p.d), np.full(p.d, 1.0 / p.d)
        if p.policy == "ridge" and p.beta:
            self.spectrum, w2 = power_law(p.d, p.beta, p.r)
        self.w0_squared = w2
        self.truth = np.tile(np.sqrt(w2), (repetitions, 1))

    def errors(self) -> Iterator[FloatArray]:
        policy = self.problem.policy
        if policy in ("replace", "ridge"):
            yield from self.generations()
        elif policy == "accumulate":
            yield from self.accumulated()
        else:
            yield from self.renewed()

    def draw(self, T: int) -> FloatArray:
        size = (self.repetitions, T, self.problem.d)
        return self.rng.standard_normal(size) * np.sqrt(self.spectrum)

    def label(self, x: FloatArray, w: FloatArray, variance: float) -> FloatArray:
        noise = self.rng.standard_normal(x.shape[:2])
        return np.asarray(np.einsum("rtd,rd->rt", x, w) + np.sqrt(variance) * noise)

    def learnt(self, x: FloatArray, y: FloatArray) -> FloatArray:
        equations = NormalEquations(self.repetitions, self.problem.d)
        equations.add(x, y)
        return equations.solve()

    def error(self, w: FloatArray) -> FloatArray:
        return np.asarray(np.sum(self.spectrum * (w - self.truth) ** 2, axis=1))

    def generations(self) -> Iterator[FloatArray]:
        p, w = self.problem, self.truth
        for n in range(p.rounds + 1):
            x = self.draw(p.T)
            last = NormalEquations(self.repetitions, p.d)
            last.add(x, self.label(x, w, p.sigma2))
            yield self.error(last.solve(p.T * self.penalty(n) if p.policy == "ridge" else 0.0))
            x = self.draw(p.T0)
            w = self.learnt(x, self.label(x, w, p.sigma0_2))

    def penalty(self, n: int) -> float:
        p = self.problem
        if not isinstance(p.lam, str):
            return p.lam
        problem = {"spectrum": self.spectrum, "w0_squared": self.w0_squared}
        return best_penalty(p.T, sigma2=p.sigma2, n=n, T0=p.T0, sigma0_2=p.sigma0_2, **problem)

    def accumulated(self) -> Iterator[FloatArray]:
        p, w = self.problem, self.truth
        equations = NormalEquations(self.repetitions, p.d)
        x = self.draw(p.T)
        for _ in range(p.rounds + 1):
            equations.add(x, self.label(x, w, p.sigma2))
            w = equations.solve()
            yield self.error(w)
            if p.inputs == "fresh":
                x = self.draw(p.T)

    def renewed(self) -> Iterator[FloatArray]:
        """Policies of which a round sees nothing but the last model and what it draws itself."""
        w, start = self.truth, self.draw(self.problem.T)
        for fit in range(1, self.problem.rounds + 2):
            w = getattr(self, f"fit_{self.problem.policy}")(w, fit, start)
            yield self.error(w)

    def fit_growing(self, w: FloatArray, fit: int, _start: FloatArray) -> FloatArray:
        equations = NormalEquations(self.repetitions, self.problem.d)
        for _block in range(fit):
            x = self.draw(self.problem.T)
            equations.add(x, self.label(x, w, self.problem.sigma2))
        return equations.solve()

    def fit_mix(self, w: FloatArray, _fit: int, _start: FloatArray) -> FloatArray:
        p = self.problem
        x, real = self.draw(p.T - p.T_real), self.draw(p.T_real)
        y = (self.label(x, w, p.sigma2), self.label(real, self.truth, p.sigma2))
        return self.learnt(np.concatenate([x, real], axis=1), np.concatenate(y, axis=1))

    def fit_weighted(self, w: FloatArray, _fit: int, _start: FloatArray) -> FloatArray:
        p, equations = self.problem, NormalEquations(self.repetitions, self.problem.d)
        for weight, model in ((p.weight, self.truth), (1.0 - p.weight, w)):
            x = self.draw(p.T)
            equations.add(x, self.label(x, model, p.sigma2), np.full(x.shape[:2], weight))
        return equations.solve()

    def fit_min_norm(self, w: FloatArray, _fit: int, start: FloatArray) -> FloatArray:
        x = start if self.problem.inputs == "same" else self.draw(self.problem.T)
        y = self.label(x, w, self.problem.sigma2)
        across = np.swapaxes(x, 1, 2)
        return np.asarray((across @ np.linalg.solve(x @ across, y[..., None]))[..., 0])

    def fit_verifier(self, w: FloatArray, _fit: int, _start: FloatArray) -> FloatArray:
        p, x = self.problem, self.draw(self.problem.T)
        judge = self.truth.copy()
        judge[:, 0] += np.sqrt(p.verifier_error)
        y = self.label(x, w, p.sigma2)
        residual = np.abs(y - np.einsum("rtd,rd->rt", x, judge))
        kept = NormalEquations(self.repetitions, p.d)
        kept.add(x, y, (residual <= p.t * np.sqrt(p.sigma2)).astype(np.float64))
        # A round may keep fewer than d rows: then the shortest fit.
        inverse = np.linalg.pinv(kept.gram, hermitian=True)
        return np.asarray((inverse @ kept.moment[..., None])[..., 0])
