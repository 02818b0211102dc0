"""A verifier for regression: keep a label near the verifier's own prediction."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_scalar,
    require_whole,
    unwrap,
)
from synverify_core.theory.regression.inputs import require_rounds, require_variance

WIDEST = 37.0
"""Cut t beyond which f(t) is no double: such a verifier keeps everything."""


class Cut(NamedTuple):
    """What a cut at t standard deviations does to noise.

    kept : share of the labels that stay.
    shrink : factor on a round's deviation from the verifier, and on the noise variance.
    gap : 1 - shrink, with all its digits.
    """

    kept: float
    shrink: float
    gap: float


def residual_cut(t: float) -> Cut:
    """Return kept share 2 Phi(t) - 1, factor s = 1 - 2 t f(t) / (2 Phi(t) - 1), and 1 - s.

    Parameters
    ----------
    t : float
        Cut in standard deviations of the noise, in (0, 37].
    """
    cut = require_scalar("t", require_between("t", t, 0.0, WIDEST, open_low=True))
    kept = math.erf(cut / math.sqrt(2.0))
    gap = 2.0 * cut * math.exp(-0.5 * cut * cut) / math.sqrt(2.0 * math.pi) / kept
    # Below, 1 - gap would keep few digits.
    return Cut(kept, 1.0 - gap if cut > 3e-3 else cut**2 / 3.0 - 2.0 * cut**4 / 45.0, gap)


def residual_verifier(
    d: int, T: int, t: float, sigma: float, verifier_error: float, n: ArrayLike = np.inf
) -> FloatArray:
    """Error of fit n where a verifier w_v keeps labels with |y' - x.w_v| <= t sigma.

    A round multiplies the deviation from w_v by s < 1: the verifier is an anchor, and its error the
    floor. V_inf = |w_v - w0|^2 + sigma^2 s d / (aT - d - 1) / (1 - s^2), a the kept share; before
    that the two terms come with (1 - s^n)^2 and 1 - s^2n. To first order in deviations that are
    small against sigma (that verifiers anchor: Yi et al. 2025, arXiv 2510.16657; the constant is
    ours).

    Parameters
    ----------
    T : int
        Labels made in a round, before selection; a T >= d + 2.
    t : float
        Cut in standard deviations, in (0, 37].
    sigma : float
        Standard deviation of the noise, >= 0.
    verifier_error : float
        |w_v - w0|^2 in the norm of Sigma, >= 0.
    n : array_like
        Fits, the first on labels of the truth; whole, >= 1; inf (the default) is where it ends.
    """
    size, made = require_whole("d", d, 1), require_whole("T", T, 1)
    kept, shrink, gap = residual_cut(t)
    if kept * made < size + 2:
        raise InputError(
            f"T = {made} is out of range: a share of {kept:.4g} is kept, so it must be at least "
            f"(d + 2) / {kept:.4g} = {math.ceil((size + 2) / kept)}"
        )
    spread = require_variance("sigma", sigma) ** 2 * shrink * size / (kept * made - size - 1.0)
    anchor = require_variance("verifier_error", verifier_error)
    rounds = require_rounds(n, 1, endless=True)
    rate = math.log1p(-gap) if gap < 0.5 else math.log(shrink)
    ends = spread / (gap * (1.0 + shrink))
    return unwrap(anchor * np.expm1(rounds * rate) ** 2 - ends * np.expm1(2.0 * rounds * rate))
