"""Sizes of a model, without the model."""

from dataclasses import asdict, dataclass
from typing import Any

from synverify_core.experiments.eigenvalues.data import Layout, source_length
from synverify_core.experiments.eigenvalues.encodings import Slot, get_encoding


@dataclass(frozen=True)
class Shape:
    """Everything that decides which weights a model has."""

    encoding: str
    dimension: int
    layout: Layout
    encoder_layers: int
    decoder_layers: int
    d_model: int
    heads: int
    ffn_factor: int = 4

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The grammar of one number."""
        return get_encoding(self.encoding).slots

    @property
    def vocabulary_size(self) -> int:
        """Number of token ids."""
        return get_encoding(self.encoding).vocabulary_size

    @property
    def source_length(self) -> int:
        """Tokens of a matrix."""
        return source_length(self.dimension, get_encoding(self.encoding), self.layout)

    @property
    def target_length(self) -> int:
        """Tokens of a spectrum."""
        return self.dimension * get_encoding(self.encoding).tokens_per_number

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
