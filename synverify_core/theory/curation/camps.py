"""Opinions on a line: two groups with tastes of one width either agree or split into camps."""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from synverify_core.theory.checks import FloatArray, require_between, require_scalar, unwrap


def camps(mu: float, s: float) -> float:
    """Return x0 >= 0: rounds with K = inf end in camps at -x0 and x0, in one place where it is 0.

    Two equal groups with rewards -(x -+ mu)^2/(2 s^2): consensus at 0 as long as mu <= s, else
    x0 = mu tanh(x0 mu/s^2), a pitchfork.

    Parameters
    ----------
    mu : float
        Half the distance between the groups' peaks, at least 0, in the unit of the line.
    s : float
        Width of both tastes, above 0.
    """
    half = require_scalar("mu", require_between("mu", mu, 0.0, math.inf, open_high=True))
    width = require_scalar(
        "s", require_between("s", s, 0.0, math.inf, open_low=True, open_high=True)
    )
    if half <= width:
        return 0.0
    ratio = half / width
    if ratio > 5.0:  # tanh(25) is 1 in doubles
        return half
    pull = ratio**2
    above = (half - width) * (half + width) / half**2  # 1 - 1/pull, without its rounding
    # tanh(x)/x = 1 - above, solved for x^2 = 3 above (1 + 6/5 above + ..)
    near = math.sqrt(3 * above * (1 + above * (1.2 + above * 249 / 175))) / pull
    if above < 1e-4:
        return half * near

    def excess(z: float) -> float:
        return math.tanh(pull * z) - z

    low = math.sqrt(3 * above) / pull  # tanh x >= x - x^3/3, so the root lies above
    return half * float(brentq(excess, 0.999 * low, 1.0, xtol=1e-300, rtol=8.9e-16))


def narrowing(variance: float, s: float, T: ArrayLike) -> FloatArray:
    """Return the variance after T rounds with K = inf and one taste of width s.

    A normal density stays one: 1/v_T = 1/v_0 + T/s^2.

    Parameters
    ----------
    variance : float
        v_0, above 0.
    s : float
        Width of the taste, above 0, in the unit of the line.
    T : array_like
        Rounds, at least 0.
    """
    start = require_between("variance", variance, 0.0, math.inf, open_low=True, open_high=True)
    width = require_between("s", s, 0.0, math.inf, open_low=True, open_high=True)
    rounds = require_between("T", T, 0.0, math.inf)
    return unwrap(1 / (1 / start + rounds / np.square(width)))
