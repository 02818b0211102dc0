"""The decoder, fed with one token of every beam at a time."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synverify_core.experiments.eigenvalues.encodings import BOS
from synverify_core.experiments.eigenvalues.model import Layer, Transformer

_LARGEST_TABLE = 2**27
_ENCODED_ROWS = 512
_NUMBERS_AT_ONCE = 2**17
# Rows of the inner layer at once: between its two products they stay in a processor's cache.
_INNER_ROWS = 256


class FirstLayer(NamedTuple):
    """Queries, keys and values of the first layer for every token at every position.

    There they depend on nothing else, so that a look-up replaces a product.

    offsets : for each position, what to add to a token to find its row.
    queries, keys, values : (rows, width).
    """

    offsets: list[int]
    queries: Tensor
    keys: Tensor
    values: Tensor

    @classmethod
    def of(cls, model: Transformer, rows: int) -> "FirstLayer | None":
        """Return the table, if `rows` look-ups at every position are more than its rows."""
        slots, length = model.shape.slots, model.shape.target_length
        # The token read at a position was written at the one before.
        read = [(BOS, 1)] + [slots[p % len(slots)][1:3] for p in range(length - 1)]
        total = sum(size for _, size in read)
        if total > rows * length or 12 * total * model.shape.d_model > _LARGEST_TABLE:
            return None
        offsets, parts, used = [], [], 0
        for position, (first, size) in enumerate(read):
            tokens = model.target_tokens[first : first + size]
            parts.append(tokens + model.target_positions[position])
            offsets.append(used - first)
            used += size
        return cls(offsets, *_project(model.decoder[0], torch.cat(parts)))


class _Folded(NamedTuple):
    """Cross-attention with the projections of queries and answers multiplied in.

    keys : (batch, heads * source, width); bias : (batch, heads * source, 1).
    values : (batch, heads * source, width).
    """

    keys: Tensor
    bias: Tensor
    values: Tensor


class Stepper:
    """Runs the decoder over the beams of some matrices, remembering what they wrote.

    Keys and values are only ever added; when beams are replaced, the note of which rows are whose
    is re-ordered and not the rows.

    Parameters
    ----------
    source : tokens, (batch, source_length).
    beams : the most that a matrix will have.
    first : what `FirstLayer.of` returned.
    """

    def __init__(
        self, model: Transformer, source: Tensor, beams: int, first: FirstLayer | None
    ) -> None:
        self.model, self.first = model, first
        count = max(1, _ENCODED_ROWS // source.shape[1]) if not source.is_cuda else len(source)
        memory = torch.cat([model.encode(part.long()) for part in source.split(count)])
        self.crossed = [_cross(model, layer, memory, beams) for layer in model.decoder]
        self.rows = len(source) * beams
        self.inner = memory.new_empty((_INNER_ROWS, model.decoder[0].up.out_features))
        self.stored: list[tuple[Tensor, Tensor] | None] = [None] * len(model.decoder)
        # For each position so far, which stored row is each beam's: of all layers but the first
        # with its table, and of that.
        self.own = source.new_empty((0, len(source)), dtype=torch.long)
        self.entries = self.own

    def step(self, tokens: Tensor, position: int) -> Tensor:
        """Hidden states, (batch, beams, width), after `tokens`, (batch, beams), at `position`."""
        model, flat = self.model, tokens.flatten()
        start = position * self.rows
        here = torch.arange(start, start + len(flat), device=tokens.device)
        self.own = torch.cat([self.own, here.unsqueeze(0)])
        x = F.embedding(tokens, model.target_tokens) + model.target_positions[position]
        for index, (layer, crossed) in enumerate(zip(model.decoder, self.crossed, strict=True)):
            if index == 0 and self.first:
                attended = self._look_up(self.first, flat, position, layer.attention.heads)
            else:
                query, key, value = _project(layer, x.flatten(0, 1))
                keys, values = self._store(index, key, value, start)
                attended = _attend(query, keys, values, self.own, layer.attention.heads)
            x = _add(x, attended.view_as(x), layer.attention.out)
            x = _look(layer, x, crossed)
            x = self._feed(layer, x)
        hidden: Tensor = model.decoder_norm(x)
        return hidden

    def _feed(self, layer: Layer, x: Tensor) -> Tensor:
        if x.is_cuda or torch.is_autocast_enabled(x.device.type):
            return x + layer.down(F.relu(layer.up(layer.norm(x)), inplace=True))
        flat = x.flatten(0, 1)
        for part, normed in zip(
            flat.split(_INNER_ROWS), layer.norm(flat).split(_INNER_ROWS), strict=True
        ):
            inner = self.inner[: len(part)]
            torch.addmm(layer.up.bias, normed, layer.up.weight.T, out=inner).relu_()
            part.addmm_(inner, layer.down.weight.T)
        return x.add_(layer.down.bias)

    def _look_up(self, first: FirstLayer, tokens: Tensor, position: int, heads: int) -> Tensor:
        entry = tokens + first.offsets[position]
        self.entries = torch.cat([self.entries, entry.unsqueeze(0)])
        query = first.queries.index_select(0, entry)
        return _attend(query, first.keys, first.values, self.entries, heads)

    def _store(self, layer: int, key: Tensor, value: Tensor, start: int) -> tuple[Tensor, Tensor]:
        stored = self.stored[layer]
        if stored is None:
            shape = (self.model.shape.target_length * self.rows, key.shape[1])
            stored = self.stored[layer] = key.new_empty(shape), key.new_empty(shape)
        for kept, new in zip(stored, (key, value), strict=True):
            kept[start : start + len(new)] = new
        return stored

    def follow(self, parents: Tensor) -> None:
        """Replace the beams: `parents` says which row each new one, (rows,), continues."""
        self.own = self.own.index_select(1, parents)
        if self.first:
            self.entries = self.entries.index_select(1, parents)


def _project(layer: Layer, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Scaled queries, keys and values of (rows, width), each contiguous."""
    block = layer.attention
    query, key, value = block.query(block.norm(x)).chunk(3, dim=1)
    scale = (query.shape[1] // block.heads) ** -0.5
    return query * scale, key.contiguous(), value.contiguous()


def _attend(query: Tensor, keys: Tensor, values: Tensor, own: Tensor, heads: int) -> Tensor:
    """Attention of each beam, (rows, width), to the rows that are its own, (positions, rows)."""
    query = query.view(len(query), heads, -1)
    if query.is_cuda:
        key, value = (
            part.index_select(0, own.flatten()).view(*own.shape, heads, -1).permute(1, 2, 0, 3)
            for part in (keys, values)
        )
        found = F.scaled_dot_product_attention(query.unsqueeze(2), key, value, scale=1.0)
        return found.flatten(1)
    # With one query a row, plain sums are faster on a processor than any product; done for a few
    # positions at a time they stay in the cache.
    parts = own.split(max(1, _NUMBERS_AT_ONCE // query.numel()))
    scores = [
        (keys.index_select(0, rows.flatten()).view(len(rows), *query.shape).mul_(query)).sum(
            -1, dtype=torch.float32
        )
        for rows in parts
    ]
    weights = torch.cat(scores).softmax(0).unsqueeze(-1).split([len(rows) for rows in parts])
    found = torch.zeros_like(query, dtype=torch.float32)
    for rows, weight in zip(parts, weights, strict=True):
        value = values.index_select(0, rows.flatten()).view(len(rows), *query.shape)
        if len(rows) == 1:
            found.addcmul_(value[0], weight[0])
        else:
            found += (value * weight).sum(0)
    return found.flatten(1)


def _cross(
    model: Transformer, layer: Layer, memory: Tensor, beams: int
) -> tuple[Tensor, Tensor] | _Folded:
    block = layer.cross
    assert block is not None
    key, value = layer.project_memory(memory)
    source, width = memory.shape[1:]
    saved = 2 * width * (width + source - block.heads * source)
    cost = 2 * source * width**2
    if memory.is_cuda or saved * beams * model.shape.target_length < 4 * cost:
        return key, value
    batch, heads, _, size = key.shape
    scale = size**-0.5
    # (batch, heads, source, size) times (heads, size, width).
    ask = block.query.weight.view(heads, size, width) * scale
    answer = block.out.weight.view(width, heads, size).permute(1, 2, 0)
    bias = (key @ (block.query.bias.view(heads, size, 1) * scale)).reshape(batch, -1, 1)
    # The weights of each head sum to one.
    values = value @ answer + block.out.bias / heads
    return _Folded((key @ ask).flatten(1, 2), bias, values.flatten(1, 2))


def _look(layer: Layer, x: Tensor, crossed: tuple[Tensor, Tensor] | _Folded) -> Tensor:
    if not isinstance(crossed, _Folded):
        return layer.look(x, *crossed)
    block = layer.cross
    assert block is not None
    scores = torch.baddbmm(crossed.bias, crossed.keys, block.norm(x).transpose(1, 2))
    # The source stands before the beams: a softmax over few last entries is slow.
    shares = scores.view(len(x), block.heads, -1, x.shape[1]).softmax(2).flatten(1, 2)
    return x + shares.transpose(1, 2).bmm(crossed.values)


def _add(x: Tensor, update: Tensor, linear: nn.Linear) -> Tensor:
    if torch.is_autocast_enabled(x.device.type):
        return x + linear(update)
    x.flatten(0, 1).addmm_(update.flatten(0, 1), linear.weight.T)
    return x.add_(linear.bias)
