"""What a round keeps when labels are drawn from the model instead of being its likelier ones.

Labels y' with P(y' = 1) = sigmoid(s x . w) of the sharpness s, on x = k y w* + N(0, I). Their mean
is tanh(s x . w / 2), so that Stein's lemma gives their pull along w* and along w; the verifier's
own pull does not ask who made the labels. Half of both, as always, is the pull of the agreed ones.
"""

import numpy as np
from scipy.special import expit, ndtr

from synverify_core.theory.checks import FloatArray

_REACH = 9.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(600)
_GRID = _REACH * _NODES
_DENSITY = _REACH * _WEIGHTS * np.exp(-0.5 * _GRID**2) / np.sqrt(2.0 * np.pi)


def sampled_pull(
    k: FloatArray,
    c: FloatArray,
    b: FloatArray,
    h: FloatArray,
    prune: FloatArray | None,
    sharpness: float,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the kept mean along w*, along e and along the rest of w, and the share kept.

    Parameters
    ----------
    k, c, b, h : ndarray, one shape
        Separation; the model's parts along w*, along e and along its own rest.
    prune : ndarray or None
        Angle of the linear verifier to w*, radians; None keeps every label.
    sharpness : float
        In (0, 20], by quadrature over x . w to about 1e-9.
    """
    a = k * c
    z = a[..., None] + _GRID
    push = k * (np.tanh(0.5 * sharpness * z) @ _DENSITY)
    steep = 0.5 * sharpness * ((1.0 - np.tanh(0.5 * sharpness * z) ** 2) @ _DENSITY)
    star, side, rest = push + steep * c, steep * b, steep * h
    if prune is None:
        return star, side, rest, np.ones_like(star)
    along, across = np.cos(prune), np.sin(prune)
    g = k * along
    own = 2.0 * np.exp(-0.5 * g * g) / np.sqrt(2.0 * np.pi)
    star = 0.5 * (star + k * (2.0 * ndtr(g) - 1.0) + own * along)
    return (
        star,
        0.5 * (side + own * across),
        0.5 * rest,
        _kept(z, c * along + b * across, g, sharpness),
    )


def _kept(z: FloatArray, between: FloatArray, g: FloatArray, sharpness: float) -> FloatArray:
    """P(label = sign(x . w_prune)) over z = x . w given y = 1; y = -1 is its mirror image."""
    r = np.clip(between, -1.0, 1.0)
    spread = np.sqrt(np.maximum((1.0 - r) * (1.0 + r), 1e-300))
    with np.errstate(over="ignore"):
        up = ndtr((g[..., None] + r[..., None] * _GRID) / spread[..., None])
    right = expit(sharpness * z)
    return np.asarray((right * up + (1.0 - right) * (1.0 - up)) @ _DENSITY)
