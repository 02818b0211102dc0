"""How long and how each kind of model is trained, in words that stand beside figures."""

from collections.abc import Mapping
from dataclasses import dataclass

GENERATOR, RETRAINED = "generator", "retrained"


@dataclass(frozen=True)
class Budget:
    """One kind of model's training.

    amount : steps or epochs (count); None: until the loss is at its minimum.
    unit : "steps" or "epochs".
    batch_size : examples a step (count).
    schedule : of the learning rate, after warm-up.
    learning_rate : largest one.
    """

    amount: float | None = None
    unit: str = "steps"
    batch_size: int = 0
    schedule: str = ""
    learning_rate: float = 0.0

    def __str__(self) -> str:
        if self.amount is None:
            return "to the minimum of its loss"
        unit = self.unit.removesuffix("s") if self.amount == 1 else self.unit
        count = f"{self.amount:,.2f}".rstrip("0").rstrip(".")
        return f"{count} {unit} of {self.batch_size}, {self.schedule}, rate {self.learning_rate:g}"


Budgets = Mapping[str, Budget]


def matched(budgets: Budgets) -> bool:
    """Tell whether generator and retrained models were trained alike."""
    return budgets.get(GENERATOR) == budgets.get(RETRAINED)


def budget_line(budgets: Budgets, note: str = "") -> str:
    """Write the budgets in one line: `Generator and retrained models: 6,000 steps of 64, ...`.

    `note` says why two of them differ.
    """
    groups: dict[str, list[str]] = {}
    for name, budget in budgets.items():
        groups.setdefault(str(budget), []).append(name)
    parts = [f"{' and '.join(names)}: {text}" for text, names in groups.items()]
    line = "; ".join(parts)
    return f"Training of {line}.{f' {note}' if note else ''}" if parts else ""
