"""Randomness of one unit of work, the same whatever ran before it."""

import hashlib
import json

import numpy as np

Part = str | int | float | None


def unit_rng(seed: int, *parts: Part) -> np.random.Generator:
    """Return the generator of the unit that `parts` name, e.g. ("retrain", "random", None, 100).

    It depends on nothing else, so that a resumed run draws what an uninterrupted one does.
    """
    digest = hashlib.sha256(json.dumps([seed, *parts]).encode()).digest()
    return np.random.default_rng(list(digest))
