"""Randomness of each model on original data."""

from typing import NamedTuple

import numpy as np


class Streams(NamedTuple):
    """One stream a model: the generator is the same without helpers."""

    generator: np.random.Generator
    base: np.random.Generator
    weak: np.random.Generator


def streams(rng: np.random.Generator) -> Streams:
    """Split the randomness of a seed's original data."""
    return Streams(*rng.spawn(3))
