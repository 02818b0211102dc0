"""The live picture of curation: groups of people choose, the density walks round by round."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.live.mounting import moved

_HERE = Path(__file__).parent
SCRIPTS = ("model.js", "pieces.js", "density.js", "small.js", "words.js", "player.js", "main.js")
WORLD = {"points": 400, "reach": 4.0, "spread": 1.5, "rounds": 60}
"""Cells of the axis from -reach to reach, standard deviation of the start, rounds of a play."""
CANDIDATES = ("2", "3", "4", "8", "16", "inf")
LIMITS = {"peak": (-3.0, 3.0), "width": (0.3, 3.0), "weight": (0.0, 1.0)}
MOST_GROUPS = 3
DEFAULT_STATE: dict[str, Any] = {
    "groups": ((-1.5, 1.0, 0.5), (1.5, 1.0, 0.5)),
    "candidates": "inf",
    "real": 0.0,
    "rows": 0,
    "policy": "replace",
    "round": 0,
    "seed": 0,
}
"""groups: (peak, width, share of the choices); candidates: K; rows: N, 0 for endless."""

PRESETS: dict[str, dict[str, Any]] = {
    "camps": {
        "label": "Two camps",
        "help": "Tastes further apart than they are wide: the middle empties",
        "state": {},
    },
    "consensus": {
        "label": "Consensus",
        "help": "Tastes closer together than they are wide: everybody meets in the middle",
        "state": {"groups": ((-0.7, 1.0, 0.5), (0.7, 1.0, 0.5))},
    },
    "minority": {
        "label": "A minority",
        "help": "30 % want something else, everyone chooses between two samples; then raise K",
        "state": {"groups": ((-2.0, 0.7, 0.7), (2.0, 0.7, 0.3)), "candidates": "2"},
    },
    "three": {
        "label": "Three groups",
        "help": "A narrow, a wide and a small group",
        "state": {"groups": ((-2.0, 0.6, 0.4), (0.5, 1.2, 0.35), (2.3, 0.6, 0.25))},
    },
    "real": {
        "label": "With real data",
        "help": "Two camps, and every round a fifth of the data is real",
        "state": {"real": 0.2},
    },
}
"""Each preset is a whole setting: what it does not say stands as in DEFAULT_STATE."""


def _read(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "synverify_people", html=_read("people.html"), css=_read("people.css"), js=_read(*SCRIPTS)
)


def live_people(state: Mapping[str, Any], *, presentation: bool, key: str) -> dict[str, Any]:
    """Mount the picture at `state` and return the state that the user released last.

    Parameters
    ----------
    state : mapping
        Fields of `DEFAULT_STATE`.
    presentation : bool
        Large type for a lecture hall.
    key : str
        Streamlit key, one for each place where the picture is mounted.
    """
    data = {
        "presentation": presentation,
        "presets": {
            name: {**preset, "state": {**DEFAULT_STATE, **preset["state"]}}
            for name, preset in PRESETS.items()
        },
        "world": WORLD,
        "limits": LIMITS,
        "candidates": CANDIDATES,
    }
    # Lists, as they come back from the browser.
    told = {**state, "groups": [list(group) for group in state["groups"]]}
    released = moved(_mount, told, DEFAULT_STATE, data, key)
    return {**released, "groups": tuple(map(tuple, released["groups"]))}
