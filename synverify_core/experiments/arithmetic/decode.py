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
    batch, length = source.shape
    head = model.shape.d_model // model.shape.heads
    sizes = (batch, model.shape.heads, length + most, head)
    dtype = model.tokens.dtype
    stored = [tuple(source.new_empty(sizes, dtype=dtype) for _ in range(2)) for _ in model.layers]
    x, here = F.embedding(source, model.tokens), 0
    tokens = source.new_full((batch, most), EOS)
    chance = source.new_zeros(batch, dtype=torch.float32)
    alive = torch.ones(batch, dtype=torch.bool, device=source.device)
    for step in range(most):
        scores = model.head(_last(model, stored, x, here)).float().log_softmax(-1)
        here += x.shape[1]
        best, chosen = scores.max(-1)
        chance += best * alive
        tokens[:, step] = torch.where(alive, chosen, EOS)
        alive &= chosen != EOS
        if not alive.any():
            break
        x = F.embedding(tokens[:, step : step + 1], model.tokens)
    return tokens[:, : step + 1], chance


def _last(model: Transformer, stored: list[tuple[Tensor, ...]], x: Tensor, start: int) -> Tensor:
    """Return the state after the last of some new tokens, (batch, new, width): (batch, width)."""
    end = start + x.shape[1]
    for layer, (keys, values) in zip(model.layers, stored, strict=True):
        q, k, v = layer.split(x)
        keys[:, :, start:end], values[:, :, start:end] = k, v
        if start == 0:
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            attended = F.scaled_dot_product_attention(q, keys[:, :, :end], values[:, :, :end])
        x = layer.finish(x, attended)
    state: Tensor = model.norm(x[:, -1])
    return state
