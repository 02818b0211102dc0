"""How a model is trained, without the training."""

import math
from dataclasses import dataclass
from typing import Literal

Schedule = Literal["cosine", "constant"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; everything here can change the result."""

    steps: int
    batch_size: int
    learning_rate: float
    warmup_steps: int
    schedule: Schedule
    clip_norm: float
    precision: Precision
    seed: int


def learning_rate(step: int, recipe: Recipe) -> float:
    """Linear warm-up, then constant (Appendix B) or half a cosine down to zero."""
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    if recipe.schedule == "constant":
        return recipe.learning_rate
    rest = max(1, recipe.steps - recipe.warmup_steps)
    return (
        recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - recipe.warmup_steps) / rest))
    )
