"""Samples of the Gaussian mixture with a generator's labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.arrays import (
    Array,
    RowBuffer,
    asarray_like,
    namespace,
    to_device,
    to_numpy,
)
from synverify_core.experiments.gaussian.sampling import normal_matrix

Labels = Literal["sampled", "thresholded"]
Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class GaussianPool:
    """x on the device of the run, shape (n, d), float32; labels on the host, in {0, 1}.

    w_star is the first unit vector: the noise is isotropic, so that any other gives the same law.
    `u` is a unit vector orthogonal to w_star, drawn anew for each pool: the plane in which linear
    verifiers are tilted, hence their azimuth around w_star.
    """

    x: Array
    y_true: Bits
    y_synth: Bits
    margin_star: NDArray[np.float32]
    margin_orthogonal: NDArray[np.float32]

    @property
    def similarity(self) -> NDArray[np.float64]:
        """1 where the synthesized label is right and 0 elsewhere, shape (n,)."""
        return np.asarray(self.y_synth == self.y_true, dtype=np.float64)

    def __getitem__(self, field: str) -> Any:
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise InputError(f"{field} is not a field of these samples; they have {known}")
        return getattr(self, field)

    def __len__(self) -> int:
        return len(self.y_true)

    def take(self, indices: NDArray[np.intp]) -> "GaussianPool":
        """Return the samples at `indices`."""
        return GaussianPool(
            RowBuffer().take(self.x, indices), *(column[indices] for column in self._host)
        )

    def join(self, others: Sequence["GaussianPool"]) -> "GaussianPool":
        """Return these samples, followed by those of the others."""
        pools = [self, *others]
        x = namespace(self.x).concatenate([pool.x for pool in pools])
        columns = zip(*(pool._host for pool in pools), strict=True)
        return GaussianPool(x, *map(np.concatenate, columns))

    @property
    def _host(self) -> tuple[NDArray[Any], ...]:
        return self.y_true, self.y_synth, self.margin_star, self.margin_orthogonal


FIELDS = ("x", "y_true", "y_synth", "similarity", "margin_star", "margin_orthogonal")


def draw_original(
    n_samples: int, dimension: int, tau: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], Bits]:
    """Draw x|y ~ N(y tau w_star, I/d) with balanced y (Feng et al. 2024, Section 5).

    Returns
    -------
    x : ndarray of float32, shape (n_samples, dimension)
    y : ndarray of {0, 1}, shape (n_samples,); 0 stands for the paper's -1.
    """
    labels, noise = rng.spawn(2)
    y = labels.integers(0, 2, n_samples, dtype=np.uint8)
    x = normal_matrix(n_samples, dimension, dimension**-0.5, noise)
    x[:, 0] += np.where(y, tau, -tau).astype(np.float32)
    return x, y


def draw_pool(
    n_samples: int,
    weights: NDArray[np.float64],
    *,
    tau: float,
    labels: Labels,
    rng: np.random.Generator,
    device: str,
) -> GaussianPool:
    """Draw samples and let the generator label them.

    Parameters
    ----------
    weights : ndarray, shape (d,)
        The generator w_hat.
    labels : "sampled" for y' ~ Bernoulli(sigmoid(x.w_hat)), "thresholded" for 1[x.w_hat > 0].
        The paper says "with a sigmoid function"; only sampled labels show what it reports.
    """
    originals, coins, azimuth = rng.spawn(3)
    x, y_true = draw_original(n_samples, len(weights), tau, originals)
    u = azimuth.standard_normal(len(weights))
    u[0] = 0.0
    u /= np.linalg.norm(u)
    margin_star = x[:, 0].copy()
    samples = to_device(x, device)
    directions = asarray_like(np.stack([weights, u], axis=1), samples)
    projections = to_numpy(samples @ directions)
    logits = projections[:, 0]
    if labels == "sampled":
        y_synth = coins.random(n_samples, dtype=np.float32) < expit(logits)
    else:
        y_synth = logits > 0
    return GaussianPool(
        samples, y_true, y_synth.astype(np.uint8), margin_star, projections[:, 1].copy()
    )
