"""Metrics of a model: exact match by difficulty, and how far it reaches."""

from collections.abc import Mapping

LEVELS = (0.99, 0.5)
"""Accuracies that "reaches" speaks of."""
ACCURACY_AT = "accuracy@"


def accuracy_at(difficulty: int) -> str:
    """Name the metric: share of problems of a difficulty that are answered exactly."""
    return f"{ACCURACY_AT}{difficulty}"


def reach_name(level: float) -> str:
    """Name the metric: largest difficulty up to which every tested one has this accuracy."""
    return f"max_length@{level:g}"


def accuracies(found: Mapping[int, float]) -> dict[str, float]:
    """Return all metrics from accuracies by difficulty; `accuracy` is their mean."""
    metrics = {accuracy_at(difficulty): value for difficulty, value in found.items()}
    metrics |= {reach_name(level): float(reach(found, level)) for level in LEVELS}
    return metrics | {"accuracy": sum(found.values()) / len(found)}


def reach(found: Mapping[int, float], level: float) -> int:
    """Return the largest difficulty up to which accuracy is at least `level`; 0: none."""
    best = 0
    for difficulty in sorted(found):
        if found[difficulty] < level:
            break
        best = difficulty
    return best
