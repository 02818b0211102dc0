"""Room for a legend below a figure, and axes that end where the data do."""

from collections.abc import Sequence

import plotly.graph_objects as go

WIDTH = 880
"""Pixels that a figure has at least beside the sidebar of a page of 1280."""
_LETTER, _SYMBOL, _LINE = 0.55, 46, 19
"""Width of a letter in font sizes; of a line and its margins, and height of an entry in pixels."""


def legend_height(fig: go.Figure, font: int = 12, width: int = WIDTH) -> int:
    """Return the pixels that the horizontal legend takes: its entries stand in equal columns."""
    shown = [t.name or "" for t in fig.data if t.showlegend is not False and t.name]
    if not shown:
        return 0
    widest = _SYMBOL + _LETTER * font * max(map(len, shown))
    rows = -(-len(shown) // max(1, int(width // widest)))
    return round(rows * _LINE * font / 12)


def around(values: Sequence[float]) -> dict[str, float]:
    """Return limits that a log axis keeps to: a little beyond the smallest and largest value.

    Empty where there is no positive value.
    """
    positive = [value for value in values if value > 0]
    if not positive:
        return {}
    # A lone size has no width of its own.
    room = 2.0 if min(positive) == max(positive) else (max(positive) / min(positive)) ** 0.04
    return {"clipmin": min(positive) / room, "clipmax": max(positive) * room}
