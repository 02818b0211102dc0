"""The axis on which verifiers spread: odds phi/psi, logarithmic, with p* = 1/(1 + psi/phi) beside.

p* of 0.9, 0.98 and 0.998 are one length apart there and one bar's width on a linear axis of p*.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

TITLE = "Odds φ/ψ of keeping right over wrong; below them p*"
SHORT = "Odds φ/ψ; below them p*"
STEPS = ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1,))
MOST_TICKS = 6


class OddsAxis(NamedTuple):
    """Ends of the axis (odds); where p* is 1, or 0, a mark stands at the end."""

    low: float
    high: float
    endless: bool

    def place(self, p_star: ArrayLike) -> NDArray[np.float64]:
        """Return where values of p* stand, as odds."""
        return np.clip(odds(p_star), self.low, self.high)

    @property
    def last_tick(self) -> float:
        """Largest odds that leave the sign of infinity room."""
        return 0.6 * self.high if self.endless else self.high

    @property
    def ticks(self) -> list[float]:
        """Round odds on the axis, at most `MOST_TICKS`, the finest steps that allow it."""
        exponents = range(int(np.floor(np.log10(self.low))), int(np.ceil(np.log10(self.high))) + 1)
        for steps in STEPS:
            ticks = [step * 10.0**exponent for exponent in exponents for step in steps]
            ticks = [tick for tick in ticks if self.low <= tick <= self.last_tick]
            if len(ticks) <= MOST_TICKS:
                break
        return ticks[:: -(-len(ticks) // MOST_TICKS)]

    @property
    def layout(self) -> dict[str, Any]:
        """Settings of a plotly axis: ticks say odds and p*."""
        ticks = self.ticks
        texts = [f"{tick:,g}<br>{tick / (1 + tick):.3g}" for tick in ticks]
        if self.endless:
            ticks, texts = [*ticks, self.high], [*texts, "∞<br>1"]
        room = np.log10(self.high / self.low) * 0.05
        span = [np.log10(self.low) - room, np.log10(self.high) + room]
        return {"type": "log", "range": span, "tickvals": ticks, "ticktext": texts}


def odds(p_star: ArrayLike) -> NDArray[np.float64]:
    """Return phi/psi = p*/(1 - p*); infinite where p* is 1."""
    share = np.asarray(p_star, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(share / (1 - share))


def odds_axis(p_star: ArrayLike) -> OddsAxis:
    """Return an axis that holds all values of p*, and 1/2 with some room."""
    found = odds(p_star)
    finite = found[np.isfinite(found) & (found > 0)]
    low, high = min([0.8, *finite]), max([1.25, *finite])
    endless = bool(np.isinf(found).any())
    return OddsAxis(low / 1.1, high * (4 if endless else 1.1), endless)
