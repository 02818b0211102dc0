"""What a link to the section Curation says."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.ui.generations.people import CANDIDATES, DEFAULT_STATE, LIMITS, MOST_GROUPS, WORLD
from pages.ui.shared.state import Choice, Field, Number, Refused

Groups = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class GroupList:
    """Groups of people as peak:width:share of the choices, with commas between."""

    default: Groups

    def parse(self, text: str) -> Groups:
        """Take 1 to 3 groups within the limits, whose shares of the choices sum to 1."""
        ranges = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in LIMITS.items())
        allowed = (
            f"it must be 1 to {MOST_GROUPS} groups peak:width:weight with commas between, {ranges}"
        )
        try:
            groups = tuple(
                tuple(float(part) for part in group.split(":")) for group in text.split(",")
            )
        except ValueError:
            raise Refused(allowed) from None
        inside = all(
            len(group) == len(LIMITS)
            and all(
                low <= part <= high
                for part, (low, high) in zip(group, LIMITS.values(), strict=True)
            )
            for group in groups
        )
        if not inside or len(groups) > MOST_GROUPS:
            raise Refused(allowed)
        total = math.fsum(group[-1] for group in groups)
        if abs(total - 1) > 1e-3:
            raise Refused(f"the weights must sum to 1, not {total:g}")
        return tuple((m, s, q) for m, s, q in groups)

    def show(self, value: Groups) -> str:
        """Write the groups."""
        return ",".join(":".join(f"{part:g}" for part in group) for group in value)


FIELDS: dict[str, Field] = {
    "people": GroupList(DEFAULT_STATE["groups"]),
    "candidates": Choice(DEFAULT_STATE["candidates"], CANDIDATES),
    "people_real": Number(0.0, 0.0, 1.0),
    "people_rows": Number(0, 0, 10_000, whole=True),
    "people_policy": Choice("replace", ("replace", "accumulate")),
    "people_round": Number(0, 0, WORLD["rounds"], whole=True),
    "people_seed": Number(0, 0, 2**31 - 1, whole=True),
}
NAMES = {
    "groups": "people",
    "candidates": "candidates",
    **{name: f"people_{name}" for name in ("real", "rows", "policy", "round", "seed")},
}
"""Field of the picture's state -> parameter of the address."""


def shown(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the picture's state of a page's values."""
    return {field: view[name] for field, name in NAMES.items()}


def taken(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page's values of a picture's state."""
    return {name: state[field] for field, name in NAMES.items()}
