"""Weights of an arithmetic model on disk."""

import shutil
from pathlib import Path

import torch

from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.shape import Shape
from synverify_core.experiments.sequence.tensors import read_tensors, write_tensors
from synverify_core.experiments.sequence.weights import load_weights, save_weights


def save_model(model: Transformer, path: Path) -> None:
    """Write a model's shape and weights."""
    save_weights(model, model.shape, path)


def load_model(path: Path, expected: Shape, device: str = "cpu") -> Transformer:
    """Read a model.

    Raises
    ------
    InputError
        If it was made for another task or size; the message names what differs.
    StoreError
        If the file cannot be read.
    """
    return load_weights(Transformer(expected), expected, path, device)


def ship(source: Path, target: Path) -> None:
    """Copy a folder with models, whose weights become float16."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in target.glob("*.safetensors"):
        tensors, facts = read_tensors(path)
        half = {name: tensor.to(torch.float16) for name, tensor in tensors.items()}
        write_tensors(path, half, facts)
