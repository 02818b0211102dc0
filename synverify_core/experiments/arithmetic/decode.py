"""Greedy decoding: problems of equal length at once, keys and values remembered."""

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.shape import BOS, EOS

_AT_ONCE = 512


class Written(NamedTuple):
    """Answers, and how sure the model was.

    texts : byte texts, shape (n,); one without an end is as long as it was allowed to be.
    log_probability : of each whole answer, natural logarithm, shape (n,).
    """

    texts: NDArray[np.bytes_]
    log_probability: NDArray[np.float32]


@torch.inference_mode()  # type: ignore[untyped-decorator]
def answer(model: Transformer, prompts: NDArray[np.bytes_], most: int) -> Written:
    """Take the likeliest token at every step.

    Parameters
    ----------
    prompts : byte texts, shape (n,).
    most : characters after which an answer is cut off.
    """
    device = model.tokens.device
    lengths = np.strings.str_len(prompts)
    # Token ids of pads would be read: problems of one length need none.
    order = np.argsort(lengths, kind="stable")
    starts = np.flatnonzero(np.diff(lengths[order], prepend=-1))
    texts = np.zeros(len(prompts), dtype=f"S{most + 1}")
    chances = np.zeros(len(prompts), dtype=np.float32)
    for group in np.split(order, starts[1:]):
        for rows in np.split(group, range(_AT_ONCE, len(group), _AT_ONCE)):
            if not len(rows):
                continue
            tokens = model.shape.encode(prompts[rows])[:, : lengths[rows[0]]]
            source = np.concatenate([np.full((len(rows), 1), BOS, np.uint8), tokens], axis=1)
            written, chance = _search(model, torch.from_numpy(source).to(device).long(), most + 1)
            texts[rows] = model.shape.decode(written.cpu().numpy())
            chances[rows] = chance.cpu().numpy()
    return Written(texts, chances)


def _search(model: Transformer, source: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Return tokens (batch, at most `most`), and log-probabilities, (batch,)."""
    stepper = _Stepper(model, source, most)
    batch = len(source)
    tokens = source.new_full((batch, most), EOS)
    chance = source.new_zeros(batch, dtype=torch.float32)
    alive = torch.ones(batch, dtype=torch.bool, device=source.device)
    state = stepper.begin(source)
    for step in range(most):
        scores = model.head(state).float()
        best, chosen = scores.max(-1)
        chance += (best - scores.logsumexp(-1)) * alive
        tokens[:, step] = torch.where(alive, chosen, EOS)
        alive &= chosen != EOS
        if step + 1 == most or not alive.any():
            break
        state = stepper.step(chosen)
    return tokens[:, : step + 1], chance


class _Stepper:
    """Reads a prompt at once and then a token at a time; keys and values are remembered.

    They stand position first, (position, batch, width), so that a step reads and adds whole rows.
    """

    def __init__(self, model: Transformer, source: Tensor, most: int) -> None:
        self.model, self.here = model, source.shape[1]
        sizes = (self.here + most, len(source), model.shape.d_model)
        shared = {"device": source.device, "dtype": model.tokens.dtype}
        self.stored = [[torch.empty(sizes, **shared) for _ in range(2)] for _ in model.layers]
        self.table = model.layers[0].project(model.tokens)

    def begin(self, source: Tensor) -> Tensor:
        """Return the state after the last token of the prompts, (batch, width)."""
        model = self.model
        x, projected = F.embedding(source, model.tokens), F.embedding(source, self.table)
        for index, (layer, stored) in enumerate(zip(model.layers, self.stored, strict=True)):
            if index:
                projected = layer.project(x)
            query, *rest = projected.chunk(3, dim=2)
            for kept, new in zip(stored, rest, strict=True):
                kept[: self.here] = new.transpose(0, 1)
            if index == len(model.layers) - 1:
                x = x[:, -1]
                attended = self._attend(query[:, -1], stored)
            else:
                q, k, v = layer.split(projected)
                attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
                attended = attended.transpose(1, 2).flatten(2)
            x = layer.finish(x, attended)
        normed: Tensor = model.norm(x)
        return normed

    def step(self, tokens: Tensor) -> Tensor:
        """Return the state after one more token of each problem, (batch, width)."""
        model, here = self.model, self.here
        self.here += 1
        x, projected = F.embedding(tokens, model.tokens), F.embedding(tokens, self.table)
        for index, (layer, stored) in enumerate(zip(model.layers, self.stored, strict=True)):
            if index:
                projected = layer.project(x)
            query, *rest = projected.chunk(3, dim=1)
            for kept, new in zip(stored, rest, strict=True):
                kept[here] = new
            x = layer.finish(x, self._attend(query, stored))
        normed: Tensor = model.norm(x)
        return normed

    def _attend(self, query: Tensor, stored: list[Tensor]) -> Tensor:
        """Attention of one query a problem, (batch, width), to all that is remembered."""
        heads = self.model.shape.heads
        keys, values = (part[: self.here].unflatten(2, (heads, -1)) for part in stored)
        query = query.unflatten(1, (heads, -1))
        # Plain sums over whole rows: a product with one query is slower than reading its keys.
        scores = (keys * query).sum(-1, keepdim=True) * query.shape[-1] ** -0.5
        return (scores.softmax(0) * values).sum(0).flatten(1)
