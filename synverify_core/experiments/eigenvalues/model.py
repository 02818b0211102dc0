"""The encoder-decoder transformer: reads a matrix as tokens, writes its eigenvalues as tokens.

Differences from the model of Charton 2022, and why:

- Layer norms stand before each block (pre-LN): it trains at ten times the learning rate without
  a long warm-up, which decides on small machines.
- Lengths are fixed, so that there is no padding, no end-of-sequence token and no mask of it.
- The softmax at a position runs over the tokens that the grammar allows there. Learning that a
  sign comes first costs nothing, probabilities sum to one over well-formed numbers, and the
  largest matrix product is three times smaller.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synverify_core.experiments.eigenvalues.encodings import BOS, Slot
from synverify_core.experiments.eigenvalues.shape import Shape


class _Attention(nn.Module):  # type: ignore[misc]
    """Projections of one attention block, with queries, keys and values in one product."""

    def __init__(self, width: int, heads: int, *, cross: bool) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width if cross else 3 * width)
        self.memory = nn.Linear(width, 2 * width) if cross else None
        self.out = nn.Linear(width, width)

    def split(self, x: Tensor, count: int) -> tuple[Tensor, ...]:
        """Cut (..., length, count * width) into `count` tensors (..., heads, length, head)."""
        parts = x.view(*x.shape[:-1], count, self.heads, -1)
        return tuple(parts.select(-3, i).transpose(-2, -3) for i in range(count))

    def merge(self, x: Tensor) -> Tensor:
        """Undo `split` and project, without the residual."""
        result: Tensor = self.out(x.transpose(-2, -3).flatten(-2))
        return result


class Layer(nn.Module):  # type: ignore[misc]
    """One layer of the encoder, or of the decoder with its look at the memory."""

    def __init__(self, shape: Shape, *, decoder: bool) -> None:
        super().__init__()
        width, inner = shape.d_model, shape.ffn_factor * shape.d_model
        self.attention = _Attention(width, shape.heads, cross=False)
        self.cross = _Attention(width, shape.heads, cross=True) if decoder else None
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)

    def attend(self, x: Tensor, *, causal: bool) -> Tensor:
        """Self-attention, with the residual."""
        block = self.attention
        q, k, v = block.split(block.query(block.norm(x)), 3)
        return x + block.merge(F.scaled_dot_product_attention(q, k, v, is_causal=causal))

    def project_memory(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of the cross-attention, (batch, heads, source, head) each."""
        block = self.cross
        assert block is not None and block.memory is not None
        k, v = block.split(block.memory(memory), 2)
        return k, v

    def look(self, x: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Cross-attention of (batch, queries, width) into keys (batch, heads, source, head)."""
        block = self.cross
        assert block is not None
        (q,) = block.split(block.query(block.norm(x)), 1)
        return x + block.merge(F.scaled_dot_product_attention(q, k, v))

    def feed(self, x: Tensor) -> Tensor:
        """Inner layer, with the residual."""
        # In place it is faster, but not where autograd watches: the product's output is a view.
        inner = F.relu(self.up(self.norm(x)), inplace=not torch.is_grad_enabled())
        result: Tensor = x + self.down(inner)
        return result


class Transformer(nn.Module):  # type: ignore[misc]
    """Matrix tokens to eigenvalue tokens; `Shape` says how large."""

    def __init__(self, shape: Shape, seed: int = 0) -> None:
        super().__init__()
        self.shape = shape
        width = shape.d_model
        self.source_tokens = nn.Parameter(torch.empty(shape.vocabulary_size, width))
        self.source_positions = nn.Parameter(torch.empty(shape.source_length, width))
        # The decoder reads and writes with the same table.
        self.target_tokens = nn.Parameter(torch.empty(shape.vocabulary_size, width))
        self.target_positions = nn.Parameter(torch.empty(shape.target_length, width))
        self.encoder = nn.ModuleList(
            Layer(shape, decoder=False) for _ in range(shape.encoder_layers)
        )
        self.decoder = nn.ModuleList(
            Layer(shape, decoder=True) for _ in range(shape.decoder_layers)
        )
        self.encoder_norm = nn.LayerNorm(width)
        self.decoder_norm = nn.LayerNorm(width)
        self._initialise(seed)

    def _initialise(self, seed: int) -> None:
        # A generator of our own: the global one is shared with whatever else runs here.
        random = torch.Generator().manual_seed(seed)
        depth = 2 * self.shape.encoder_layers + 3 * self.shape.decoder_layers
        for name, parameter in self.named_parameters():
            if "norm" in name:
                continue
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
                continue
            spread = parameter.shape[-1] ** -0.5
            if name.endswith(("out.weight", "down.weight")):
                spread *= depth**-0.5
            nn.init.normal_(parameter, std=spread, generator=random)

    def encode(self, source: Tensor) -> Tensor:
        """Read matrices: tokens (batch, source_length) to memory (batch, source_length, width)."""
        x = F.embedding(source, self.source_tokens) + self.source_positions
        for layer in self.encoder:
            x = layer.feed(layer.attend(x, causal=False))
        memory: Tensor = self.encoder_norm(x)
        return memory

    def decode(self, memory: Tensor, target: Tensor) -> Tensor:
        """Hidden states (batch, length, width) before each of the given target tokens."""
        start = target.new_full((len(target), 1), BOS)
        tokens = torch.cat([start, target[:, :-1]], dim=1)
        x = F.embedding(tokens, self.target_tokens) + self.target_positions[: tokens.shape[1]]
        for layer in self.decoder:
            x = layer.attend(x, causal=True)
            x = layer.feed(layer.look(x, *layer.project_memory(memory)))
        hidden: Tensor = self.decoder_norm(x)
        return hidden

    def logits(self, hidden: Tensor, slot: Slot) -> Tensor:
        """Scores of the tokens that may stand in a slot, (..., slot.size)."""
        return _scores(hidden, self.target_tokens[slot.first : slot.first + slot.size])

    def loss(self, source: Tensor, target: Tensor) -> Tensor:
        """Cross-entropy summed over all target tokens (nats)."""
        total = self.source_tokens.new_zeros((), dtype=torch.float32)
        for logits, wanted in self._scored(source, target):
            total = total + F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), reduction="sum")
        return total

    def log_probability(self, source: Tensor, target: Tensor) -> Tensor:
        """Natural log-probability of each given answer, (batch,)."""
        total = self.source_tokens.new_zeros(len(target), dtype=torch.float32)
        for logits, wanted in self._scored(source, target):
            scores = logits.log_softmax(-1)
            total = total + scores.gather(-1, wanted.unsqueeze(-1)).squeeze(-1).sum(-1)
        return total

    def _scored(self, source: Tensor, target: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """For each slot: logits (batch, numbers, slot.size) and what is wanted, as offsets."""
        hidden = self.decode(self.encode(source), target)
        slots = self.shape.slots
        # One split: slicing the table once a slot would make one full-size gradient a slot.
        sizes = {slot.first: slot.size for slot in slots}
        _, *parts = self.target_tokens.split([1, *sizes.values()])
        tables = dict(zip(sizes, parts, strict=True))
        for position, slot in enumerate(slots):
            there = slice(position, None, len(slots))
            yield _scores(hidden[:, there], tables[slot.first]), target[:, there] - slot.first


def _scores(hidden: Tensor, table: Tensor) -> Tensor:
    """Scores in float32, always: in bfloat16 neighbouring mantissas would tie."""
    with torch.autocast(hidden.device.type, enabled=False):
        return hidden.float() @ table.T
