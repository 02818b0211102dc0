"""All weights of a model in one tensor: one fused optimizer step instead of one per weight."""

import torch
from torch import Tensor, nn


class FlatParameters:
    """Views of a model's weights and gradients into two contiguous tensors.

    On small models the optimizer, the gradient's norm and the zeroing would otherwise cost more
    than the products; and a checkpoint is three tensors.
    """

    def __init__(self, model: nn.Module) -> None:
        parameters = list(model.parameters())
        device, dtype = parameters[0].device, parameters[0].dtype
        total = sum(parameter.numel() for parameter in parameters)
        data = torch.empty(total, device=device, dtype=dtype)
        grad = torch.zeros_like(data)
        offset = 0
        for parameter in parameters:
            size = parameter.numel()
            view = data[offset : offset + size].view_as(parameter)
            view.copy_(parameter.detach())
            parameter.data = view
            parameter.grad = grad[offset : offset + size].view_as(parameter)
            offset += size
        self.weights = nn.Parameter(data)
        self.weights.grad = grad

    @property
    def gradient(self) -> Tensor:
        """Gradient of all weights, shape (n_weights,)."""
        assert self.weights.grad is not None
        return self.weights.grad

    def clip(self, limit: float) -> Tensor:
        """Scale the gradient down to the given Euclidean norm; returns its norm before."""
        norm = torch.linalg.vector_norm(self.gradient)
        self.gradient.mul_((limit / (norm + 1e-12)).clamp(max=1.0))
        return norm
