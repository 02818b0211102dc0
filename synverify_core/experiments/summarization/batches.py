"""Batches of a training: rows in their order, padded on the right, and the loss over them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils.data import Dataset

from synverify_core.experiments.summarization.text import IGNORED

# Widths of batches are rounded up: few shapes are prepared once and used again.
_WIDTH_STEP = 8
_NOWHERE = 10**9


class Row(NamedTuple):
    """One example of a training."""

    tokens: list[int]
    labels: list[int]


def filler(pad: int) -> Row:
    """Return a row from which nothing is learnt."""
    return Row([pad], [IGNORED])


class Ordered(Dataset[Any]):  # type: ignore[misc]
    """Rows in the order in which a training sees them; `order.FILLER` is a row of nothing."""

    def __init__(self, rows: Sequence[Row], order: Sequence[int], pad: int) -> None:
        self.rows, self.order, self.filler = rows, order, filler(pad)

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: int) -> Row:
        number = self.order[place]
        return self.rows[number] if number >= 0 else self.filler


class Collator:
    """Pads rows to the longest; without a mask, since nothing looks at what comes after it.

    leaves_out : the model takes `logits_to_keep`. Where only summaries are learnt, they stand at
        the ends of rows of like lengths, and logits of so many last columns are enough.
    """

    def __init__(self, pad: int, leaves_out: bool = False) -> None:
        self.pad, self.leaves_out = pad, leaves_out

    def __call__(self, rows: Sequence[Row]) -> dict[str, Any]:
        """Return input_ids and labels, both (rows, width), and `logits_to_keep` (0: all)."""
        longest = max(len(row.tokens) for row in rows)
        width = -(-longest // _WIDTH_STEP) * _WIDTH_STEP
        first = min(_first_label(row) for row in rows)
        kept = {"logits_to_keep": width - first + 1 if first > 1 else 0}
        return (kept if self.leaves_out else {}) | {
            "input_ids": torch.tensor(
                [row.tokens + [self.pad] * (width - len(row.tokens)) for row in rows]
            ),
            "labels": torch.tensor(
                [row.labels + [IGNORED] * (width - len(row.labels)) for row in rows]
            ),
        }


def _first_label(row: Row) -> int:
    """Return the first position that is learnt."""
    learnt = (place for place, label in enumerate(row.labels) if label != IGNORED)
    return next(learnt, _NOWHERE)


def token_loss(outputs: Any, labels: Tensor, num_items_in_batch: Any = None) -> Tensor:
    """Sum of the cross-entropies of the labelled tokens over the number of them in the batch.

    Dividing by the whole batch's tokens makes the gradient independent of the parts in which
    the batch is computed.
    """
    logits = outputs.logits.float()
    targets = torch.nn.functional.pad(labels[:, 1:], (0, 1), value=IGNORED)[:, -logits.shape[1] :]
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="sum"
    )
    return loss / num_items_in_batch
