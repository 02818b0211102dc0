"""Tensors and facts on disk: safetensors and JSON, written in one atomic step."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from synverify_core.errors import InputError, StoreError
from synverify_core.files import whole_file

FORMAT = 1


def write_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write named tensors and plain facts into one file; an interruption leaves the old one."""
    own = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        with whole_file(path) as partial:
            save_file(own, partial, metadata={"facts": json.dumps({"format": FORMAT, **facts})})
    except SafetensorError as error:
        raise StoreError(f"{path} cannot be written: {error}") from error


def read_tensors(path: Path, device: str = "cpu") -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write_tensors` wrote.

    Raises
    ------
    StoreError
        If the file is missing, truncated, or of another format.
    """
    try:
        with safe_open(path, framework="pt", device=device) as file:
            facts = json.loads((file.metadata() or {})["facts"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise StoreError(f"{path} cannot be read as a checkpoint: {error}") from error
    if facts.pop("format") != FORMAT:
        raise StoreError(f"{path} was written by another version of this program")
    return tensors, facts


def require_same(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Refuse a checkpoint made with other settings.

    Raises
    ------
    InputError
        Naming every setting that differs, with both values.
    """
    differing = [
        f"{name} = {found.get(name)!r} (needed: {expected.get(name)!r})"
        for name in sorted({*found, *expected})
        if found.get(name) != expected.get(name)
    ]
    if differing:
        raise InputError(f"{path} was made with other settings: {', '.join(differing)}")
