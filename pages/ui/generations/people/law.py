"""The rounds that the live picture draws, in Python: what its file of data holds."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pages.ui.generations.people import WORLD
from synverify_core.theory import curation
from synverify_core.theory.checks import FloatArray

GROUPS = "ABC"


def candidates_of(state: Mapping[str, Any]) -> float:
    """Return K, infinite for the word inf."""
    return math.inf if state["candidates"] == "inf" else int(state["candidates"])


def rewards_of(state: Mapping[str, Any]) -> tuple[FloatArray, FloatArray]:
    """Return the axis, shape (points,), and the rewards on it, shape (groups, points)."""
    points, reach = WORLD["points"], WORLD["reach"]
    x = reach * ((2 * np.arange(points) + 1) / points - 1)
    return x, np.array([-0.5 * ((x - m) / s) ** 2 for m, s, _ in state["groups"]])


def path_of(state: Mapping[str, Any], rounds: int = int(WORLD["rounds"])) -> FloatArray:
    """Return the shares of the axis' cells in rounds 0 to `rounds`, for endless samples N."""
    x, rewards = rewards_of(state)
    start = np.exp(-0.5 * (x / WORLD["spread"]) ** 2)
    return curation.play(
        start / start.sum(),
        rewards,
        candidates_of(state),
        T=rounds,
        weights=[weight for *_, weight in state["groups"]],
        real=state["real"],
        policy=state["policy"],
    )


def table_of(state: Mapping[str, Any]) -> pd.DataFrame:
    """Return mean, entropy, bargain F and each group's mean utility, one round a row."""
    x, rewards = rewards_of(state)
    path = path_of(state)
    logs = np.array([curation.log_utilities(p, rewards) for p in path])
    seen = np.where(path > 0, path, 1.0)
    return pd.DataFrame(
        {
            "round": range(len(path)),
            "mean": path @ x,
            "entropy": -(path * np.log(seen)).sum(axis=1),
            "bargain_F": logs @ [weight for *_, weight in state["groups"]],
            **{f"utility_{GROUPS[g]}": np.exp(logs[:, g]) for g in range(len(rewards))},
        }
    )


def commands_of(state: Mapping[str, Any]) -> str:
    """Return the command lines that answer with the picture's closed forms for two groups."""
    if len(state["groups"]) != 2:
        return ""
    (m, s, _), (other, width, _) = state["groups"]
    gap = 0.5 * ((m - other) / s) ** 2
    K = state["candidates"]
    asked = (
        f"curation.camps --set mu={abs(m - other) / 2:g} s={(s + width) / 2:g}",
        f"curation.survival --set U={math.exp(gap):.10g} K={K}",
        f"curation.pstar --set gap={gap:.10g} K=inf",
    )
    return "\n".join(f"python -m synverify_core theory {one}" for one in asked)
