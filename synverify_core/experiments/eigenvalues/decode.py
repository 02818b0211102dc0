"""Greedy decoding and beam search, batched over matrices and held to the grammar."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.encodings import BOS, Slot
from synverify_core.experiments.eigenvalues.model import Transformer

LARGEST_BEAM = 200
# Rows (matrices times beams) that are decoded at once: their activations should fit the cache.
_ROWS_ON_CPU, _ROWS_ON_GPU = 2048, 65536


class Beams(NamedTuple):
    """Answers, the most likely first.

    tokens : (batch, beams, target_length).
    log_probability : (batch, beams), natural logarithm, of the whole answer.
    """

    tokens: Tensor
    log_probability: Tensor

    @property
    def perplexity(self) -> Tensor:
        """Perplexity per token, exp(-log_probability / length), (batch, beams)."""
        return torch.exp(-self.log_probability / self.tokens.shape[-1])


class _Cache:
    """Keys and values of self-attention; a re-ordering copies between two sets of buffers.

    Only the positions written so far are copied, and nothing is allocated.
    """

    def __init__(self, model: Transformer, rows: int, like: Tensor) -> None:
        shape = (model.shape.target_length, rows, 2 * model.shape.d_model)
        self._now = [like.new_empty(shape) for _ in model.decoder]
        self._spare = [like.new_empty(shape) for _ in model.decoder]

    def rows(self, count: int) -> list[Tensor]:
        return [stored[:, :count] for stored in self._now]

    def reorder(self, parents: Tensor, past: int) -> None:
        count = len(parents)
        for source, goal in zip(self._now, self._spare, strict=True):
            for position in range(past):
                torch.index_select(source[position], 0, parents, out=goal[position, :count])
        self._now, self._spare = self._spare, self._now


@torch.inference_mode()  # type: ignore[untyped-decorator]
def beam_search(model: Transformer, source: Tensor, beams: int = 1) -> Beams:
    """Find the `beams` best answers for each matrix; one beam is greedy decoding.

    All answers have the same length, so that no beam ends early and scores are comparable
    without a length penalty. Where the grammar has fewer beginnings than `beams`, only those
    are carried along.

    Parameters
    ----------
    source : tokens, (batch, source_length), on the model's device.
    beams : width of the search.

    Raises
    ------
    InputError
        If the width is out of range or the tokens have another length than the model's.
    """
    if not 1 <= beams <= LARGEST_BEAM:
        raise InputError(f"beams = {beams} is refused: it must lie in [1, {LARGEST_BEAM}]")
    if source.ndim != 2 or source.shape[1] != model.shape.source_length:
        raise InputError(
            f"source has shape {tuple(source.shape)}: this model reads "
            f"{model.shape.source_length} tokens a matrix"
        )
    limit = _ROWS_ON_GPU if source.is_cuda else _ROWS_ON_CPU
    found = [_search(model, part, beams) for part in source.split(max(1, limit // beams))]
    return Beams(
        torch.cat([part.tokens for part in found]),
        torch.cat([part.log_probability for part in found]),
    )


def greedy(model: Transformer, source: Tensor) -> Beams:
    """Take the most likely token at every step: a beam of one."""
    found: Beams = beam_search(model, source, 1)
    return found


def _search(model: Transformer, source: Tensor, beams: int) -> Beams:
    memory = model.encode(source.long())
    crossed = model.memory_keys(memory)
    batch, device = len(source), source.device
    cache = _Cache(model, batch * beams, crossed[0][0])
    slots, length = model.shape.slots, model.shape.target_length
    tokens = torch.empty((batch, 1, 0), dtype=torch.long, device=device)
    last = torch.full((batch, 1), BOS, device=device)
    scores = torch.zeros((batch, 1), device=device)
    for position in range(length):
        alive = last.shape[1]
        hidden = model.step(last, position, cache.rows(batch * alive), crossed)
        place = position % len(slots)
        slot = slots[place]
        options = model.logits(hidden, slot).log_softmax(-1)
        _forbid(options, tokens[..., position - place :], slots, place)
        options += scores.unsqueeze(-1)
        width = min(beams, alive * slot.size)
        scores, choice = _best(options.flatten(1), width)
        parent, token = choice // slot.size, choice % slot.size
        last = token + slot.first
        tokens = torch.cat(
            [tokens.gather(1, parent.unsqueeze(-1).expand(-1, -1, position)), last.unsqueeze(-1)],
            dim=-1,
        )
        if position + 1 < length and beams > 1:
            first_rows = torch.arange(batch, device=device).unsqueeze(1) * alive
            cache.reorder((first_rows + parent).flatten(), position + 1)
    return Beams(tokens, scores)


def _best(options: Tensor, width: int) -> tuple[Tensor, Tensor]:
    if width == 1:
        score, choice = options.max(dim=1, keepdim=True)
        return score, choice
    score, choice = options.topk(width, dim=1)
    return score, choice


def _forbid(options: Tensor, number: Tensor, slots: tuple[Slot, ...], place: int) -> None:
    """Rule out, in place, what the grammar forbids: `- 0`, and `0` with any exponent but 0.

    Parameters
    ----------
    options : (batch, beams, slot.size), log-probabilities of the next token.
    number : (batch, beams, place), the tokens of this number so far.
    """
    if place == 0:
        return
    slot = slots[place]
    lead = next(i for i, item in enumerate(slots) if item.lead)
    if slot.lead:
        minus = number[..., 0] == slots[0].first + 1
        options[..., slot.zero].masked_fill_(minus, -math.inf)
    elif place > lead:
        is_zero = number[..., lead] == slots[lead].first + slots[lead].zero
        # Zeros are rare; but to look for them would make a GPU wait for the processor.
        if not options.is_cuda and not is_zero.any():
            return
        kept = options[..., slot.zero].clone()
        options.masked_fill_(is_zero.unsqueeze(-1), -math.inf)
        options[..., slot.zero] = kept
