"""Rounds of labelling, verifying and retraining on the Gaussian mixture, as a map of two numbers.

Not in the paper: the retraining law, applied again and again. The model w (a unit vector) labels n
fresh inputs x = k y w* + N(0, I_d) by sign(x . w), a verifier keeps some, and the mean classifier
of the kept ones, equation 1 in the limit of a large ridge penalty, is the next model. With e the
part of w_prune orthogonal to w*, its cosine c = w . w* and side b = w . e say all there is to say;
what else the model has points somewhere orthogonal to both, with length h = sqrt(1 - c^2 - b^2).

The law needs c well above 1/sqrt(d): below `trusted_cosine` chance alone gives such cosines. With
a small ridge penalty equation 1 is another map, whose rounds copy their verifier.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from synverify_core.errors import InputError
from synverify_core.theory.bivariate import bivariate_normal_cdf
from synverify_core.theory.checks import (
    FloatArray,
    as_floats,
    require_angle,
    require_between,
    require_probability,
    require_same_shape,
    require_whole,
    unwrap,
)
from synverify_core.theory.sampled_labels import sampled_pull

MOST_SHARPNESS = 20.0
POLICIES = ("replace", "accumulate", "mix")
MOST_ROUNDS = 10_000


class Linear(NamedTuple):
    """Keeps the labels that it agrees with, at an angle `theta_prune` to w*, radians in [0, pi]."""

    theta_prune: ArrayLike


class Bits(NamedTuple):
    """Keeps right labels with probability phi, wrong ones with psi, whatever x is; in [0, 1]."""

    phi: ArrayLike
    psi: ArrayLike


Verifier: TypeAlias = Linear | Bits | None
"""None keeps every label."""


class Rounds(NamedTuple):
    """Models of all rounds, the start included; each of shape (n_rounds + 1, ...).

    cosine : w . w*, in [-1, 1]; 0 where no direction is preferred.
    side : w . e, towards the verifier's own error.
    keep_rate : share of the labels of this model that is kept; real rows count as kept.
    """

    cosine: FloatArray
    side: FloatArray
    keep_rate: FloatArray


class Pull(NamedTuple):
    """Mean of what is kept: along w*, along e, along the rest of w; and the share kept."""

    star: FloatArray
    side: FloatArray
    rest: FloatArray
    kept: FloatArray


def gaussian_rounds(
    *,
    k: ArrayLike,
    n_over_d: ArrayLike,
    c0: ArrayLike,
    verifier: Verifier = None,
    real: ArrayLike = 0.0,
    policy: str = "replace",
    n_rounds: int,
    side: ArrayLike = 0.0,
    sharpness: float = np.inf,
) -> Rounds:
    """Follow the model through `n_rounds` rounds.

    Parameters
    ----------
    k : array_like
        Separation, >= 0.
    n_over_d : array_like
        Inputs labelled in a round over their dimension, > 0, infinity allowed.
    c0, side : array_like
        Where the first model stands: w . w* and w . e, with c0^2 + side^2 <= 1. A start that knows
        nothing of the verifier has side 0.
    verifier : Linear, Bits or None
    real : array_like
        Share of fresh rows with true labels in each round of `mix`, in [0, 1]; else 0.
    policy : str
        `replace` learns from the last round; `mix` adds real rows to it; `accumulate` learns from
        all rounds so far and from n real rows, with which it starts.
    n_rounds : int
        In [1, 10000].
    sharpness : float
        Infinite: labels are sign(x . w). Else in (0, 20]: they are drawn, with P(y' = 1) =
        sigmoid(sharpness x . w), the same in each round; not for `Bits`.

    Raises
    ------
    InputError
        For a value outside its range.
    """
    states = _Walk.begin(k, n_over_d, c0, side, verifier, real, policy)
    states.draw_labels(sharpness)
    count = require_whole("T", n_rounds, 1)
    require_between("T", count, 1, MOST_ROUNDS)
    found = [states.look()]
    for _ in range(count):
        states.step()
        found.append(states.look())
    return Rounds(*(np.array(column) for column in zip(*found, strict=True)))


def trusted_cosine(dimension: ArrayLike) -> FloatArray:
    """Least |cosine| at which the law is to be trusted: 3/sqrt(d), d >= 1."""
    size = require_between("dimension", dimension, 1.0, np.inf, open_high=True)
    return unwrap(np.minimum(1.0, 3.0 / np.sqrt(size)))


class _Walk:
    """The recursion, on arrays of one shape."""

    def __init__(
        self,
        numbers: list[FloatArray],
        verifier: Verifier,
        policy: str,
    ) -> None:
        self.k, self.noise, self.c, self.b, self.real = (x.copy() for x in numbers)
        self.verifier, self.policy = verifier, policy
        zero = np.zeros_like(self.k)
        real_set = (self.k, zero, self.noise)  # k w*, and the noise of n real rows
        self.sums = real_set if policy == "accumulate" else (zero, zero, zero)
        self.sharpness = np.inf
        self.pull = self._pull()

    def draw_labels(self, sharpness: float) -> None:
        """Draw labels instead of taking the likelier one, where `sharpness` is finite."""
        if sharpness == np.inf:
            return
        require_between("sharpness", sharpness, 0.0, MOST_SHARPNESS, open_low=True)
        if isinstance(self.verifier, Bits):
            raise InputError("sharpness must be inf with bits(phi, psi): it is for linear or none")
        self.sharpness = sharpness
        self.pull = self._pull()

    @classmethod
    def begin(
        cls,
        k: ArrayLike,
        n_over_d: ArrayLike,
        c0: ArrayLike,
        side: ArrayLike,
        verifier: Verifier,
        real: ArrayLike,
        policy: str,
    ) -> _Walk:
        """Check everything and bring it to one shape."""
        if policy not in POLICIES:
            raise InputError(f"policy = {policy!r} must be one of {', '.join(POLICIES)}")
        share = require_probability("real", real)
        if policy != "mix" and np.any(share > 0):
            raise InputError(
                f"real = {float(np.max(share)):g} has no place with policy = {policy!r}: it must "
                "be 0 there; only mix adds real rows in every round"
            )
        ratio = require_between("n_over_d", n_over_d, 0.0, np.inf, open_low=True)
        numbers = {
            "k": require_between("k", k, 0.0, np.inf, open_high=True),
            "n_over_d": 1.0 / ratio,
            "c0": require_between("c0", c0, -1.0, 1.0),
            "side": require_between("side", side, -1.0, 1.0),
            "real": share,
            **_checked(verifier),
        }
        shaped = require_same_shape(**numbers)
        if np.any(shaped[2] ** 2 + shaped[3] ** 2 > 1.0 + 1e-9):
            raise InputError("side is out of range: c0^2 + side^2 must lie in [0, 1]")
        kind = None if verifier is None else type(verifier)(*shaped[5:])
        return cls(shaped[:5], kind, policy)

    def look(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return cosine, side and the share that is kept of this model's labels."""
        return self.c, self.b, self.pull.kept

    def step(self) -> None:
        """Retrain once."""
        pull = self.pull
        star, side = self.sums[0] + pull.star, self.sums[1] + pull.side
        rest = (np.sqrt(self.sums[2]) + pull.rest) ** 2 + pull.kept * self.noise
        size = np.sqrt(star**2 + side**2 + rest)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.c = np.where(size > 0, star / size, 0.0)
            self.b = np.where(size > 0, side / size, 0.0)
        if self.policy == "accumulate":
            self.sums = (star, side, rest)
        self.pull = self._pull()

    def _pull(self) -> Pull:
        h = np.sqrt(np.maximum(0.0, 1.0 - self.c**2 - self.b**2))
        angle = self.verifier.theta_prune if isinstance(self.verifier, Linear) else None
        if self.sharpness < np.inf:
            prune = None if angle is None else np.asarray(angle, dtype=np.float64)
            pull = Pull(*sampled_pull(self.k, self.c, self.b, h, prune, self.sharpness))
        else:
            pull = _pull(self.k, self.c, self.b, h, self.verifier)
        synthetic = 1.0 - self.real
        return Pull(
            synthetic * pull.star + self.real * self.k,
            synthetic * pull.side,
            synthetic * pull.rest,
            synthetic * pull.kept + self.real,
        )


def _pull(k: FloatArray, c: FloatArray, b: FloatArray, h: FloatArray, verifier: Verifier) -> Pull:
    a = k * c
    slope = _density(a)
    if verifier is None:
        verifier = Bits(1.0, 1.0)
    if isinstance(verifier, Bits):
        phi, psi = (np.asarray(rate, dtype=np.float64) for rate in verifier)
        both = (phi + psi) * slope
        star = k * (phi * ndtr(a) - psi * ndtr(-a)) + both * c
        return Pull(star, both * b, both * h, phi * ndtr(a) + psi * ndtr(-a))
    along, across = np.cos(verifier.theta_prune), np.sin(verifier.theta_prune)
    g = k * along
    own = _density(g)
    # Phi(a) + Phi(g) - 1, from those tails that keep the digits of a small difference.
    excess = np.where(a > g, ndtr(g) - ndtr(-a), ndtr(a) - ndtr(-g))
    between = np.clip(c * along + b * across, -1.0, 1.0)
    # Phi2(-a, -g) = Phi2(a, g) + 1 - Phi(a) - Phi(g)
    kept = np.maximum(0.0, 2.0 * bivariate_normal_cdf(a, g, between) - excess)
    star = k * excess + slope * c + own * along
    return Pull(star, slope * b + own * across, slope * h, kept)


def _density(z: FloatArray) -> FloatArray:
    with np.errstate(under="ignore"):
        return np.asarray(np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi))


def _checked(verifier: Verifier) -> dict[str, FloatArray]:
    if isinstance(verifier, Linear):
        return {"theta_prune": require_angle("theta_prune", verifier.theta_prune)}
    if isinstance(verifier, Bits):
        phi, psi = (as_floats(name, getattr(verifier, name)) for name in ("phi", "psi"))
        if np.any((phi == 0) & (psi == 0)):
            raise InputError("phi = 0 with psi = 0 keeps nothing: one of them must lie in (0, 1]")
        return {"phi": require_probability("phi", phi), "psi": require_probability("psi", psi)}
    return {}
