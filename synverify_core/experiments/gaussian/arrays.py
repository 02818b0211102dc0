"""What numpy arrays and torch tensors do differently; torch is imported only where one is used."""

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = Any
"""A numpy array or a torch tensor."""


def is_numpy(array: Array) -> bool:
    """Tell numpy arrays from torch tensors without importing torch."""
    return isinstance(array, np.ndarray)


def namespace(array: Array) -> Any:
    """Return the module (numpy or torch) whose functions take this array."""
    return np if is_numpy(array) else importlib.import_module("torch")


def to_numpy(array: Array) -> NDArray[Any]:
    """Copy to the host where the array is not there yet."""
    return array if is_numpy(array) else np.asarray(array.cpu().numpy())


def to_device(array: NDArray[Any], device: str) -> Array:
    """Move a host array to a device; on the processor numpy arrays stay what they are."""
    if device == "cpu":
        return array
    return importlib.import_module("torch").from_numpy(array).to(device)


def asarray_like(array: NDArray[Any], like: Array) -> Array:
    """Put a host array beside another one: same kind, same device, same floating type."""
    if is_numpy(like):
        return np.asarray(array, dtype=like.dtype)
    torch = importlib.import_module("torch")
    return torch.as_tensor(array).to(device=like.device, dtype=like.dtype)


def in_double(array: Array) -> Array:
    """Convert to float64 where it is not (a copy then)."""
    if is_numpy(array):
        return np.asarray(array, dtype=np.float64)
    return array.to(dtype=importlib.import_module("torch").float64)


class RowBuffer:
    """Copies rows into memory that is used again: touching new pages costs more than the copy."""

    def __init__(self) -> None:
        self.memory: Array = None

    def take(self, array: Array, indices: NDArray[np.intp]) -> Array:
        """Return the rows at the indices, valid until the next call; best in increasing order."""
        if not is_numpy(array):  # torch keeps freed device memory by itself
            torch = importlib.import_module("torch")
            return array.index_select(0, torch.from_numpy(indices).to(array.device))
        if self.memory is None or len(self.memory) < len(indices):
            self.memory = np.empty((len(indices), *array.shape[1:]), dtype=array.dtype)
        # "raise" would go through one more buffer; the indices are valid here.
        return np.take(array, indices, axis=0, out=self.memory[: len(indices)], mode="clip")
