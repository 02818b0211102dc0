"""A Llama's forward in few products, for processors; used only where it gives the model's numbers.

transformers' modules cost a small model more than its products do: seven of them a layer, norms
and rotations in several passes, keys and values that are copied at every token. Here the norms'
weights are multiplied into the products behind them, queries, keys and values are one product,
rotations are complex numbers, prompts are read without padding, and of their last layer only what
the next token needs is computed.
"""

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import LlamaForCausalLM

# Tokens of prompts that are read at once: their activations stay in a processor's cache.
_PROMPT_TOKENS = 384
# The weights are copied: a larger model is left to its own modules.
_LARGEST_COPY = 2**30
# Of the largest logit; rounding is a hundredth of it.
_TOLERANCE = 1e-4
# Rotations that depend on the text's length cannot be made once for all positions.
_ROTATIONS = ("default", "linear", "llama3", "yarn")


class _Block(NamedTuple):
    """One layer, weights as (from, to); `ask` is queries, keys and values."""

    ask: Tensor
    out: Tensor
    gate: Tensor
    up: Tensor
    down: Tensor


class _Group(NamedTuple):
    """Prompts of one length, side by side in a part: which rows, which of the part's tokens."""

    rows: slice
    tokens: slice
    length: int

    def cut(self, x: Tensor) -> Tensor:
        """Turn (tokens, heads, size) into (rows, heads, length, size)."""
        return x[self.tokens].unflatten(0, (-1, self.length)).transpose(1, 2)


@torch.inference_mode()  # type: ignore[untyped-decorator]
def lean(model: Any) -> "Lean | None":
    """Rearrange a model's weights; None where that is not possible or gives other numbers.

    The numbers are compared once, on two short prompts and one token more.
    """
    if type(model) is not LlamaForCausalLM or not _suits(model):
        return None
    # Another version of transformers may name or lay out its parts in another way.
    with suppress(AttributeError, RuntimeError):
        made = Lean(model)
        if _agree(made, model):
            return made
    return None


class Lean:
    """The weights of a Llama, rearranged. Made by `lean`, which also tries it."""

    def __init__(self, model: Any) -> None:
        config, body = model.config, model.model
        self.heads, self.shared = config.num_attention_heads, config.num_key_value_heads
        self.size, self.epsilon = body.layers[0].self_attn.head_dim, config.rms_norm_eps
        self.tokens, self.rotary = body.embed_tokens.weight, body.rotary_emb
        self.blocks = [self._block(layer) for layer in body.layers]
        self.head = (model.lm_head.weight * body.norm.weight).T.contiguous()
        self._memory = self.tokens.new_empty(0)

    def _block(self, layer: Any) -> _Block:
        attention, mlp = layer.self_attn, layer.mlp
        query = self._pairs(attention.q_proj.weight) * self.size**-0.5
        ask = torch.cat([query, self._pairs(attention.k_proj.weight), attention.v_proj.weight])
        before, between = layer.input_layernorm.weight, layer.post_attention_layernorm.weight
        weights = (
            ask * before,
            attention.o_proj.weight,
            mlp.gate_proj.weight * between,
            mlp.up_proj.weight * between,
            mlp.down_proj.weight,
        )
        return _Block(*(weight.T.contiguous() for weight in weights))

    def _pairs(self, weight: Tensor) -> Tensor:
        """Put what is turned together side by side; products of queries and keys stay the same."""
        halves = weight.view(-1, 2, self.size // 2, weight.shape[1])
        return halves.transpose(1, 2).reshape(weight.shape)

    def turns(self, room: int) -> Tensor:
        """Rotations of the first positions as complex numbers, (room, 1, size / 2)."""
        places = torch.arange(room).unsqueeze(0)
        # The second half of them repeats the first.
        cosine, sine = (part[0, :, : self.size // 2] for part in self.rotary(self.tokens, places))
        return torch.complex(cosine, sine).unsqueeze(1)

    def memory(self, rows: int, room: int) -> Tensor:
        """Give room for keys, then values, (layers, rows, heads, room, size), the same to all."""
        shape = (len(self.blocks), rows, 2 * self.shared, room, self.size)
        numbers = torch.Size(shape).numel()
        if self._memory.numel() < numbers:
            self._memory = self.tokens.new_empty(numbers)
        return self._memory[:numbers].view(shape)

    def ask(self, x: Tensor, weight: Tensor, turns: Tensor, turned: int) -> Tensor:
        """Multiply (rows, width) and turn the first heads: (rows, heads, size)."""
        found = (x @ weight).unflatten(1, (-1, self.size))
        pairs = found[:, :turned].unflatten(-1, (-1, 2))
        torch.view_as_complex(pairs).mul_(turns)
        return found

    def normed(self, x: Tensor) -> Tensor:
        """Divide each row by its root mean square."""
        squares = torch.linalg.vector_norm(x, dim=-1, keepdim=True).square_()
        return x * squares.div_(x.shape[1]).add_(self.epsilon).rsqrt_()

    def finish(self, x: Tensor, attended: Tensor, block: _Block) -> Tensor:
        """Add, in place, what was attended to and what the inner layer makes of it."""
        x.addmm_(attended, block.out)
        normed = self.normed(x)
        return x.addmm_(
            F.silu(normed @ block.gate, inplace=True).mul_(normed @ block.up), block.down
        )

    def logits(self, x: Tensor) -> Tensor:
        """Scores of the next token, (rows, vocabulary)."""
        return self.normed(x) @ self.head


class LeanBatch:
    """Prompts that a `Lean` continues: which rows are left, their keys and values.

    The prompts end at the same column, and every token is written in all rows at once.
    """

    def __init__(
        self, weights: Lean, prompts: Sequence[Sequence[int]], max_new_tokens: int
    ) -> None:
        self.lean, self.prompts = weights, prompts
        self.width = self.written = max(len(prompt) for prompt in prompts)
        room = self.width + max_new_tokens
        self.turns = weights.turns(room)
        self.memory = weights.memory(len(prompts), room)
        self.rows = torch.arange(len(prompts))
        self.lengths = torch.tensor([len(prompt) for prompt in prompts])
        empty = torch.arange(room) < (self.width - self.lengths).unsqueeze(1)
        self.mask = torch.zeros(empty.shape).masked_fill_(empty, -torch.inf)[:, None, None]
        self.padded = bool(empty.any())

    def read_prompts(self) -> Tensor:
        """Give the logits after each prompt, (rows, vocabulary)."""
        found, first = [], 0
        while first < len(self.prompts):
            last, tokens = first + 1, len(self.prompts[first])
            while last < len(self.prompts) and tokens + len(self.prompts[last]) <= _PROMPT_TOKENS:
                tokens += len(self.prompts[last])
                last += 1
            found.append(self._read(first, last))
            first = last
        return self.lean.logits(torch.cat(found))

    def _read(self, first: int, last: int) -> Tensor:
        """Give hidden states (rows, width) after some prompts, and keep their keys and values."""
        part, weights = self.prompts[first:last], self.lean
        groups, row, token = [], first, 0
        for length, alike in groupby(map(len, part)):
            rows = len(list(alike))
            tokens = rows * length
            groups.append(_Group(slice(row, row + rows), slice(token, token + tokens), length))
            self.memory[:, groups[-1].rows, :, : self.width - length] = 0
            row, token = row + rows, token + tokens
        turns = torch.cat([self.turns[: len(prompt)] for prompt in part])
        ends = torch.tensor([len(prompt) for prompt in part]).cumsum(0) - 1
        x = F.embedding(
            torch.tensor([token for prompt in part for token in prompt]), weights.tokens
        )
        for index, block in enumerate(weights.blocks[:-1]):
            asked = weights.ask(weights.normed(x), block.ask, turns, weights.heads + weights.shared)
            query, told = asked[:, : weights.heads], asked[:, weights.heads :]
            x = weights.finish(x, self._attend(index, query, told, groups), block)
        # Of the last layer, the ends ask and all others are only looked at.
        block, normed = weights.blocks[-1], weights.normed(x)
        asking = weights.heads * weights.size
        told = weights.ask(normed, block.ask[:, asking:], turns, weights.shared)
        query = weights.ask(normed[ends], block.ask[:, :asking], turns[ends], weights.heads)
        for group in groups:
            self._store(len(weights.blocks) - 1, told, group)
        return weights.finish(
            x[ends], self._look(len(weights.blocks) - 1, query, first, last), block
        )

    def _store(self, layer: int, told: Tensor, group: _Group) -> Tensor:
        told = group.cut(told)
        self.memory[layer, group.rows, :, self.width - group.length : self.width] = told
        return told

    def _attend(self, layer: int, query: Tensor, told: Tensor, groups: list[_Group]) -> Tensor:
        shared, found = self.lean.shared < self.lean.heads, []
        for group in groups:
            keys, values = self._store(layer, told, group).chunk(2, dim=1)
            looked = F.scaled_dot_product_attention(
                group.cut(query), keys, values, is_causal=True, scale=1.0, enable_gqa=shared
            )
            found.append(looked.transpose(1, 2).flatten(0, 1))
        return torch.cat(found).flatten(1)

    def _look(self, layer: int, query: Tensor, first: int, last: int) -> Tensor:
        """Attention of one query a row, (rows, heads, size), to all columns so far."""
        keys, values = self.memory[layer, first:last, :, : self.written].chunk(2, dim=1)
        # Heads that share keys are like several queries.
        asked = query.unflatten(1, (self.lean.shared, -1))
        mask = self.mask[first:last, ..., : self.written] if self.padded else None
        looked = F.scaled_dot_product_attention(asked, keys, values, attn_mask=mask, scale=1.0)
        return looked.reshape(last - first, -1)

    def step(self, chosen: Tensor) -> Tensor:
        """Give the logits after one more token a row, (rows, vocabulary)."""
        weights, rows = self.lean, len(self.rows)
        turns = self.turns[self.lengths + (self.written - self.width)]
        x, column = F.embedding(chosen, weights.tokens), self.written
        self.written += 1
        for index, block in enumerate(weights.blocks):
            asked = weights.ask(weights.normed(x), block.ask, turns, weights.heads + weights.shared)
            query, told = asked[:, : weights.heads], asked[:, weights.heads :]
            self.memory[index, :rows, :, column] = told
            x = weights.finish(x, self._look(index, query, 0, rows), block)
        return weights.logits(x)

    def keep(self, alive: Tensor) -> Tensor:
        """Let the other rows leave; the last take their places. Returns the rows' new order."""
        order = filled(alive)
        moved = (order != torch.arange(len(order))).nonzero().squeeze(1)
        for layer in self.memory[..., : self.written, :]:
            layer[moved] = layer[order[moved]]
        self.rows, self.lengths, self.mask = self.rows[order], self.lengths[order], self.mask[order]
        self.padded = bool((self.lengths < self.width).any())
        return order


def filled(alive: Tensor) -> Tensor:
    """Order the rows that stay so that few change places: the last fill the gaps."""
    left = int(alive.sum())
    order = torch.arange(left, device=alive.device)
    order[~alive[:left]] = alive[left:].nonzero().squeeze(1) + left
    return order


def _suits(model: Any) -> bool:
    config = model.config
    return (
        all(one.dtype == torch.float32 and one.device.type == "cpu" for one in model.parameters())
        and sum(one.numel() for one in model.parameters()) * 4 <= _LARGEST_COPY
        and config.hidden_act == "silu"
        and not any(name.endswith("bias") for name, _ in model.named_parameters())
        and getattr(model.model.rotary_emb, "rope_type", "") in _ROTATIONS
        and not model.training
    )


def _agree(made: Lean, model: Any) -> bool:
    """Compare the logits after two prompts of different lengths, and after one token more."""
    some = torch.Generator().manual_seed(0)
    long, short, more = torch.randint(len(made.tokens), (3, 12), generator=some).tolist()
    prompts = [long, short[:5]]
    batch = LeanBatch(made, prompts, 1)
    found = [batch.read_prompts(), batch.step(torch.tensor(more[:2]))]
    longer = [[*prompt, token] for prompt, token in zip(prompts, more, strict=False)]
    for logits, texts in zip(found, (prompts, longer), strict=True):
        for row, text in zip(logits, texts, strict=True):
            own = model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1]
            if not bool((row - own).abs().max() <= _TOLERANCE * own.abs().max()):
                return False
    return True
