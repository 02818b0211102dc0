"""The separation k of a Gaussian mixture x = k y w* + N(0, I), and its best classifier."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from synverify_core.theory.checks import FloatArray, require_between, unwrap


def separation_of_unit_mixture(mean_norm: ArrayLike, dimension: ArrayLike) -> FloatArray:
    """Separation k = |mu| sqrt(d / (1 - |mu|^2)) of the normalised mixture of Section 4.

    E|x|^2 = |mu|^2 + tr Sigma = 1 makes the noise scale sqrt((1 - |mu|^2)/d); the paper's eq. 23
    misprints it.

    Parameters
    ----------
    mean_norm : array_like
        |mu| in [0, 1).
    dimension : array_like
        d >= 1.
    """
    norm = require_between("mean_norm", mean_norm, 0.0, 1.0, open_high=True)
    size = require_between("dimension", dimension, 1.0, np.inf, open_high=True)
    return unwrap(norm * np.sqrt(size / ((1.0 - norm) * (1.0 + norm))))


def separation_of_tau(tau: ArrayLike, dimension: ArrayLike) -> FloatArray:
    """Separation k = tau sqrt(d) of Section 5's mixture, tau >= 0, d >= 1."""
    mean = require_between("tau", tau, 0.0, np.inf, open_high=True)
    size = require_between("dimension", dimension, 1.0, np.inf, open_high=True)
    return unwrap(mean * np.sqrt(size))


def bayes_accuracy(separation: ArrayLike) -> FloatArray:
    """Accuracy Phi(k) of the best classifier on the mixture's true labels, k >= 0."""
    return unwrap(ndtr(require_between("separation", separation, 0.0, np.inf)))
