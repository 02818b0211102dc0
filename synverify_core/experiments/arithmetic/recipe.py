"""How a model is trained, without the training."""

from dataclasses import dataclass
from typing import Literal

Precision = Literal["auto", "float32", "bfloat16"]
WARM_UP, END = 0.1, 0.01


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; everything here can change the result.

    decay : share of the steps, at the end, over which the rate falls to a hundredth.
    base_share : of each batch that is drawn from the original problems, where there are others.
    """

    steps: int
    batch_size: int
    learning_rate: float
    decay: float
    base_share: float
    clip_norm: float
    precision: Precision
    seed: int


def learning_rate(step: int, recipe: Recipe) -> float:
    """Rise over a tenth of the steps, stay, and fall linearly to a hundredth (Lee et al. 2025)."""
    rise = min(1.0, (step + 1) / (WARM_UP * recipe.steps))
    falling = recipe.decay * recipe.steps
    left = (recipe.steps - step) / falling if falling else 1.0
    return recipe.learning_rate * rise * (END + (1 - END) * min(1.0, left))
