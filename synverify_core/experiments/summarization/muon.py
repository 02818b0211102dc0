"""The optimizer of pre-training: Muon for the matrices, AdamW for everything else."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

_MOMENTUM, _SMALLEST = 0.95, 1e-8
# Newton-Schulz iteration of fifth order with the steepest slope at 0 (Jordan 2024).
_ITERATIONS, _COEFFICIENTS = 5, (3.4445, -4.7750, 2.0315)
# Updates of a matrix are as large as AdamW's, so that one learning rate serves both (Liu et al.
# 2025, arXiv 2502.16982).
_SIZE = 0.2


class Muon(torch.optim.Optimizer):  # type: ignore[misc]
    """Steps along the orthogonal matrix nearest to a matrix' momentum (Jordan 2024).

    Embeddings, norms and everything that is no matrix learn by AdamW without weight decay.
    torch.optim.Muon takes matrices only, and the Trainer knows one optimizer.
    """

    def __init__(self, model: nn.Module, lr: float, weight_decay: float, beta2: float) -> None:
        embedded = {id(weight) for weight in model.get_input_embeddings().parameters()}
        parts: tuple[list[Tensor], list[Tensor]] = [], []
        for weight in model.parameters():
            parts[weight.ndim == 2 and id(weight) not in embedded].append(weight)
        others = {"params": parts[0], "matrices": False, "weight_decay": 0.0}
        matrices = {"params": parts[1], "matrices": True, "weight_decay": weight_decay}
        super().__init__([matrices, others], {"lr": lr, "betas": (0.9, beta2)})

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def step(self, closure: Callable[[], Any] | None = None) -> None:
        """Move every weight that has a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    weight.mul_(1 - group["lr"] * group["weight_decay"])
                    move = self._orthogonal if group["matrices"] else self._adam
                    weight.add_(move(weight, group), alpha=-group["lr"])

    def _orthogonal(self, weight: Tensor, _: dict[str, Any]) -> Tensor:
        state = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        state["momentum"].mul_(_MOMENTUM).add_(weight.grad)
        step = weight.grad.add(state["momentum"], alpha=_MOMENTUM)
        return orthogonal(step).mul_(_SIZE * math.sqrt(max(weight.shape)))

    def _adam(self, weight: Tensor, group: dict[str, Any]) -> Tensor:
        state, betas = self.state[weight], group["betas"]
        if not state:
            zeros = torch.zeros_like(weight)
            state.update(steps=torch.zeros(()), mean=zeros, square=zeros.clone())
        state["steps"] += 1
        mean, square = state["mean"], state["square"]
        mean.lerp_(weight.grad, 1 - betas[0])
        square.lerp_(weight.grad.square(), 1 - betas[1])
        first, second = (1 - beta ** float(state["steps"]) for beta in betas)
        return mean / first / ((square / second).sqrt_() + _SMALLEST)


def orthogonal(matrix: Tensor) -> Tensor:
    """Bring all singular values near 1, between about 0.7 and 1.2; shape and vectors stay."""
    first, second, third = _COEFFICIENTS
    found = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    found = (found / found.norm().clamp(min=_SMALLEST)).bfloat16()
    for _ in range(_ITERATIONS):
        gram = found @ found.T
        found = first * found + (second * gram + third * gram @ gram) @ found
    turned = matrix.shape[0] > matrix.shape[1]
    return (found.T if turned else found).to(matrix.dtype)
