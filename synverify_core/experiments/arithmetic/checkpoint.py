"""Weights of an arithmetic model on disk."""

import shutil
from pathlib import Path

import torch

from synverify_core.errors import StoreError
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.shape import Shape
from synverify_core.experiments.sequence.tensors import read_tensors, require_same, write_tensors


def save_model(model: Transformer, path: Path) -> None:
    """Write a model's shape and weights."""
    write_tensors(path, model.state_dict(), {"shape": model.shape.as_json()})


def load_model(path: Path, expected: Shape, device: str = "cpu") -> Transformer:
    """Read a model.

    Raises
    ------
    InputError
        If it was made for another task or size; the message names what differs.
    StoreError
        If the file cannot be read.
    """
    tensors, facts = read_tensors(path)
    require_same(path, facts.get("shape", {}), expected.as_json())
    model = Transformer(expected)
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise StoreError(f"{path} does not hold the weights that it says: {error}") from error
    model.to(device).eval()
    return model


def ship(source: Path, target: Path) -> None:
    """Copy a folder with models, whose weights become float16."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in target.glob("*.safetensors"):
        tensors, facts = read_tensors(path)
        half = {name: tensor.to(torch.float16) for name, tensor in tensors.items()}
        write_tensors(path, half, facts)
