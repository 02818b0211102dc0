"""Shape and weights of a sequence model on disk."""

from pathlib import Path
from typing import Any, Protocol, TypeVar

from torch import nn

from synverify_core.errors import StoreError
from synverify_core.experiments.sequence.tensors import read_tensors, require_same, write_tensors


class Shape(Protocol):
    """What tells models of different sizes apart."""

    def as_json(self) -> dict[str, Any]:
        """Return the shape as JSON values."""
        ...


M = TypeVar("M", bound=nn.Module)


def save_weights(model: nn.Module, shape: Shape, path: Path) -> None:
    """Write a model's shape and weights."""
    write_tensors(path, model.state_dict(), {"shape": shape.as_json()})


def load_weights(model: M, shape: Shape, path: Path, device: str) -> M:
    """Fill a model of this shape with the weights of a file, ready to answer on the device.

    Raises
    ------
    InputError
        If the file holds a model of another shape; the message names what differs.
    StoreError
        If the file cannot be read.
    """
    tensors, facts = read_tensors(path)
    require_same(path, facts.get("shape", {}), shape.as_json())
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise StoreError(f"{path} does not hold the weights that it says: {error}") from error
    model.to(device).eval()
    return model
