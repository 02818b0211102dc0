"""Weights of an eigenvalue model on disk."""

from pathlib import Path

from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape
from synverify_core.experiments.sequence.weights import load_weights, save_weights


def save_model(model: Transformer, path: Path) -> None:
    """Write a model's shape and weights."""
    save_weights(model, model.shape, path)


def load_model(path: Path, expected: Shape, device: str = "cpu") -> Transformer:
    """Read a model.

    Raises
    ------
    InputError
        If it was made for another encoding or size; the message names what differs.
    StoreError
        If the file cannot be read.
    """
    return load_weights(Transformer(expected), expected, path, device)
