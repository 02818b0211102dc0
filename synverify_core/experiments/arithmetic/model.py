"""A decoder without positions: it reads a problem and writes the answer, token by token."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synverify_core.experiments.arithmetic.shape import Shape


class Block(nn.Module):  # type: ignore[misc]
    """One layer: causal attention and an inner layer, each after a root-mean-square norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, self.heads = shape.d_model, shape.heads
        self.attention_norm = nn.RMSNorm(width, eps=1e-6, elementwise_affine=False)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.norm = nn.RMSNorm(width, eps=1e-6, elementwise_affine=False)
        self.up = nn.Linear(width, shape.ffn_factor * width, bias=False)
        self.down = nn.Linear(shape.ffn_factor * width, width, bias=False)

    def project(self, x: Tensor) -> Tensor:
        """Project (..., width) to queries, keys and values side by side, (..., 3 * width)."""
        projected: Tensor = self.qkv(self.attention_norm(x))
        return projected

    def split(self, projected: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Cut (batch, length, 3 * width) into three of (batch, heads, length, head)."""
        parts = projected.view(*projected.shape[:2], 3, self.heads, -1)
        q, k, v = parts.permute(2, 0, 3, 1, 4).unbind(0)
        return q, k, v

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """Add what was attended to and the inner layer, (..., width) each."""
        x = x + self.out(attended)
        result: Tensor = x + self.down(F.gelu(self.up(self.norm(x)), approximate="tanh"))
        return result


class Transformer(nn.Module):  # type: ignore[misc]
    """Tokens to scores of the next token; order is known from the causal mask alone (NoPE)."""

    def __init__(self, shape: Shape, seed: int = 0) -> None:
        super().__init__()
        self.shape = shape
        self.tokens = nn.Parameter(torch.empty(shape.vocabulary_size, shape.d_model))
        self.layers = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.d_model, eps=1e-6, elementwise_affine=False)
        self.head = nn.Linear(shape.d_model, shape.vocabulary_size, bias=False)
        self._initialise(seed)

    def _initialise(self, seed: int) -> None:
        # A generator of our own: the global one is shared with whatever else runs here.
        random = torch.Generator().manual_seed(seed)
        for name, parameter in self.named_parameters():
            if "norm" in name:
                continue
            # 1/sqrt(fan-in) decides: with 0.02 the same model had learnt nothing in 600 steps.
            spread = parameter.shape[-1] ** -0.5
            if name.endswith(("out.weight", "down.weight")):
                spread /= math.sqrt(2 * self.shape.layers)
            if name == "head.weight":
                spread *= 0.1
            nn.init.normal_(parameter, std=spread, generator=random)

    def first(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """States and projections of the first layer, which depend on the token alone."""
        table = self.layers[0].project(self.tokens)
        return F.embedding(tokens, self.tokens), F.embedding(tokens, table)

    def hidden(self, tokens: Tensor, wanted: Tensor) -> Tensor:
        """States after the wanted tokens, (count, width); pads stand behind all else.

        Parameters
        ----------
        tokens : (batch, length).
        wanted : places in all tokens, one row after the other, (count,), rising. The last layer
            attends to all tokens, and what it makes of that is asked for at the wanted ones only.
        """
        x, projected = self.first(tokens)
        for index, layer in enumerate(self.layers):
            q, k, v = layer.split(projected if index == 0 else layer.project(x))
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            attended = attended.transpose(1, 2).flatten(2)
            if index == len(self.layers) - 1:
                # By their places: a mask would be searched again for each, there and back.
                x, attended = (one.flatten(0, 1).index_select(0, wanted) for one in (x, attended))
            x = layer.finish(x, attended)
        normed: Tensor = self.norm(x)
        return normed

    def loss(self, tokens: Tensor, prompt_lengths: Tensor, ends: Tensor) -> Tensor:
        """Cross-entropy summed over the tokens of the answers and their ends (nats).

        Parameters
        ----------
        tokens : (batch, length), begin, prompt, answer, end, pads.
        prompt_lengths : (batch,), tokens before the answer (count).
        ends : (batch,), tokens before the pads (count).
        """
        places = torch.arange(tokens.shape[1] - 1, device=tokens.device)
        asked = (places >= prompt_lengths.unsqueeze(1) - 1) & (places < ends.unsqueeze(1) - 1)
        wanted = asked.flatten().nonzero().squeeze(1)
        states = self.hidden(tokens[:, :-1], wanted)
        result: Tensor = F.cross_entropy(
            self.head(states).float(), tokens[:, 1:][asked], reduction="sum"
        )
        return result
