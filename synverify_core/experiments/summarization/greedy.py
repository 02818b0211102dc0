"""Greedy decoding of one batch: ended rows leave it, keys and values stay in place."""

import inspect
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from synverify_core.experiments.summarization.lean import Lean, LeanBatch, filled

# Rows leave together: a sixteenth of a batch is worth the bookkeeping.
_LEAVE_SHARE = 16
_LOOK_ON_GPU = 8
# A processor reads prompts in parts whose activations stay in its cache.
_PROMPT_TOKENS_ON_CPU = 1_024


class Continuation(NamedTuple):
    """What a model wrote after one prompt.

    tokens : with the end token, if it came.
    log_probability_mean : mean over these tokens, natural logarithm.
    ended : whether the end token came before the limit.
    """

    tokens: list[int]
    log_probability_mean: float
    ended: bool


@torch.inference_mode()  # type: ignore[untyped-decorator]
def greedy(
    model: Any,
    prompts: Sequence[Sequence[int]],
    *,
    ends: set[int],
    pad: int,
    max_new_tokens: int,
    weights: Lean | None = None,
) -> list[Continuation]:
    """Continue every prompt with the most likely token, step by step.

    The tokens are those of transformers' `generate(do_sample=False)`, up to rounding where two
    tokens are equally likely.

    Parameters
    ----------
    model : any causal language model of transformers.
    prompts : tokens, of any lengths; the shorter are padded on the left.
    ends : tokens that end a continuation.
    pad : token that fills; it is never attended to.
    weights : the same model, as `lean` made it; None: the model's own forward.
    """
    batch = _begin(model, prompts, pad, max_new_tokens, weights)
    stop = torch.tensor(sorted(ends), device=model.device)
    tokens = torch.full((len(prompts), max_new_tokens), pad, device=model.device)
    scores = torch.zeros((len(prompts), max_new_tokens), device=model.device)
    lengths = torch.zeros(len(prompts), dtype=torch.long, device=model.device)
    # Which of the rows that are left have not ended.
    running = torch.ones(len(prompts), dtype=torch.bool, device=model.device)
    ended = ~running
    logits = batch.read_prompts().float()
    for step in range(max_new_tokens):
        score, chosen = _likeliest(logits)
        rows = batch.rows
        tokens[rows, step] = chosen.where(running, pad)
        scores[rows, step] = score.where(running, 0)
        lengths[rows] += running
        running = running & ~torch.isin(chosen, stop)
        ended[rows] = ~running
        if step + 1 == max_new_tokens:
            break
        # To look at what a GPU wrote is to wait for it.
        if step % _LOOK_ON_GPU == 0 or model.device.type == "cpu":
            left = int(running.sum())
            if not left:
                break
            if (len(running) - left) * _LEAVE_SHARE >= len(running):
                order = batch.keep(running)
                chosen, running = chosen[order], running[order]
        logits = batch.step(chosen).float()
    means = scores.sum(dim=1) / lengths
    columns = (one.tolist() for one in (tokens, lengths, means, ended))
    return [
        Continuation(row[:length], mean, end)
        for row, length, mean, end in zip(*columns, strict=True)
    ]


def _begin(
    model: Any,
    prompts: Sequence[Sequence[int]],
    pad: int,
    max_new_tokens: int,
    weights: Lean | None,
) -> "_Batch | LeanBatch":
    if weights:
        return LeanBatch(weights, prompts, max_new_tokens)
    return _Batch(model, prompts, pad, max_new_tokens)


def _likeliest(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return the best token of each row with its log-probability; the logits are used up."""
    best, chosen = logits.max(dim=-1)
    return logits.sub_(best.unsqueeze(1)).exp_().sum(dim=-1).log_().neg_(), chosen


class _Batch:
    """Prompts that are being continued: which rows are left, what they attend to."""

    def __init__(
        self, model: Any, prompts: Sequence[Sequence[int]], pad: int, max_new_tokens: int
    ) -> None:
        self.model, self.device = model, model.device
        self.accepted = inspect.signature(model.forward).parameters
        self.sizes = [len(prompt) for prompt in prompts]
        width = max(self.sizes)
        rows = [[pad] * (width - len(prompt)) + list(prompt) for prompt in prompts]
        self.prompts = torch.tensor(rows, device=self.device)
        self.rows = torch.arange(len(prompts), device=self.device)
        self.lengths = torch.tensor(self.sizes, device=self.device)
        self.width, self.written, self.room = width, width, width + max_new_tokens
        columns = torch.arange(self.room, device=self.device)
        self.mask = columns >= (width - self.lengths).unsqueeze(1)
        self.cache = _cache(model, len(prompts), self.room)

    def read_prompts(self) -> Tensor:
        """Give the logits after each prompt, (rows, vocabulary)."""
        positions = (self.mask[:, : self.width].long().cumsum(dim=1) - 1).clamp(min=0)
        layers = [layer for layer in self.cache.layers if isinstance(layer, _InPlaceLayer)]
        if self.device.type != "cpu" or len(layers) < len(self.cache.layers):
            return self._forward(self.prompts, positions)
        logits = []
        size = max(1, _PROMPT_TOKENS_ON_CPU // self.width)
        for start in range(0, len(self.rows), size):
            rows = slice(start, start + size)
            # A part has its own width: what all of its rows are padded with is not read.
            first = self.width - max(self.sizes[rows])
            for layer in layers:
                layer.begin(rows, first)
            tokens = self.prompts[rows, first:]
            logits.append(self._forward(tokens, positions[rows, first:], rows, first))
        for layer in layers:
            layer.show_all()
        return torch.cat(logits)

    def step(self, chosen: Tensor) -> Tensor:
        """Give the logits after one more token a row, (rows, vocabulary)."""
        positions = (self.lengths + self.written - self.width).unsqueeze(1)
        self.written += 1
        return self._forward(chosen.unsqueeze(1), positions)

    def keep(self, alive: Tensor) -> Tensor:
        """Let the other rows leave; the last rows take their places, so that few are copied.

        Returns the rows in their new order.
        """
        order = filled(alive)
        self.sizes = [self.sizes[place] for place in order.tolist()]
        self.rows, self.lengths = self.rows[order], self.lengths[order]
        self.mask = self.mask[order]
        self.cache.reorder_cache(order)
        return order

    def _forward(
        self, tokens: Tensor, positions: Tensor, rows: slice = slice(None), first: int = 0
    ) -> Tensor:
        mask = self.mask[rows, first : self.written]
        padded = min(self.sizes[rows]) < self.width - first
        options: dict[str, Any] = {"position_ids": positions, "logits_to_keep": 1}
        options = {name: value for name, value in options.items() if name in self.accepted}
        output = self.model(
            input_ids=tokens,
            # Without padding there is nothing to mask, and attention is faster without a mask.
            attention_mask=mask.long() if padded else None,
            past_key_values=self.cache,
            use_cache=True,
            **options,
        )
        logits: Tensor = output.logits[:, -1]
        return logits


class _InPlaceLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """Keys and values in buffers of the final size: a step writes a column and copies nothing.

    Prompts may be read in parts: `part` are the rows that are written and shown, from column
    `first` on; a column that was never written is zero, since a mask hides no missing number.
    """

    def __init__(self, rows: int, room: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.rows, self.room = rows, room
        self.part, self.first, self.length = slice(None), 0, 0

    def begin(self, part: slice, first: int) -> None:
        """Turn to other rows, of which nothing is written yet."""
        self.part, self.first, self.length = part, first, first

    def show_all(self) -> None:
        """Turn to all rows again, up to the column that they have in common."""
        self.part, self.first = slice(None), 0

    def get_seq_length(self) -> int:
        """Columns that are written in these rows."""
        return self.length - self.first

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Append columns and return all that are there, (rows, heads, columns, width)."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self._all_keys = self._empty(key_states)
            self._all_values = self._empty(value_states)
        first, self.length = self.length, self.length + key_states.shape[-2]
        self._all_keys[self.part, :, first : self.length] = key_states
        self._all_values[self.part, :, first : self.length] = value_states
        return self._show()

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Keep some rows; only those whose place changes are copied."""
        left = len(beam_idx)
        places = (beam_idx != torch.arange(left, device=beam_idx.device)).nonzero().squeeze(1)
        for every in (self._all_keys, self._all_values):
            every[places, :, : self.length] = every[beam_idx[places], :, : self.length]
        self.part = slice(0, left)
        self._show()

    def _empty(self, like: Tensor) -> Tensor:
        _, heads, _, width = like.shape
        return like.new_zeros((self.rows, heads, self.room, width))

    def _show(self) -> tuple[Tensor, Tensor]:
        self.keys = self._all_keys[self.part, :, self.first : self.length]
        self.values = self._all_values[self.part, :, self.first : self.length]
        return self.keys, self.values


def _cache(model: Any, rows: int, room: int) -> DynamicCache:
    """Build the cache that transformers would; plain attention layers keep theirs in place."""
    cache = DynamicCache(config=model.config)
    cache.layers = [
        _InPlaceLayer(rows, room) if type(layer) is DynamicLayer else layer
        for layer in cache.layers
    ]
    return cache
