"""Sizes of a model, without the model, and its characters."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAD, BOS, EOS = 0, 1, 2
FIRST_CHARACTER = 3
ODD = "?"
"""Stands for a pad or a begin that a model wrote in the middle of an answer."""


@dataclass(frozen=True)
class Shape:
    """Everything that decides which weights a model has.

    alphabet : characters of the task, one token each, after pad, begin and end.
    """

    alphabet: str
    layers: int
    d_model: int
    heads: int
    ffn_factor: int = 4

    @property
    def vocabulary_size(self) -> int:
        """Number of token ids."""
        return FIRST_CHARACTER + len(self.alphabet)

    def encode(self, texts: NDArray[np.bytes_]) -> NDArray[np.uint8]:
        """Turn byte texts, shape (n,), into tokens, shape (n, longest), with `PAD` behind."""
        table = np.zeros(256, dtype=np.uint8)
        table[ord(ODD)] = BOS  # an answer that holds it may be kept, and is then trained on
        for place, character in enumerate(self.alphabet):
            table[ord(character)] = FIRST_CHARACTER + place
        width = max(1, texts.dtype.itemsize)
        codes = np.ascontiguousarray(texts).view(np.uint8).reshape(len(texts), width)
        return np.asarray(table[codes])

    def decode(self, tokens: NDArray[np.integer[Any]]) -> NDArray[np.bytes_]:
        """Turn tokens, shape (n, length), into byte texts, each up to its `EOS`."""
        codes = np.array([0, 0, 0, *map(ord, self.alphabet)], dtype=np.uint8)[tokens]
        ended = np.cumsum(tokens == EOS, axis=1) > 0
        codes[(codes == 0) & ~ended] = ord(ODD)
        codes[ended] = 0
        codes = np.ascontiguousarray(codes)
        return codes.view(f"S{codes.shape[1]}")[:, 0]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
