"""Greedy decoding and beam search, batched over matrices and held to the grammar."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.encodings import BOS, Slot
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.stepper import FirstLayer, Stepper

LARGEST_BEAM = 200
# Rows (matrices times beams) that are decoded at once: on a processor, where the inner layer's
# activations fit the cache, but no fewer than products are fast with.
# A GPU's attention refuses more than 65,535.
_ROWS_ON_CPU, _NUMBERS_ON_CPU, _ROWS_ON_GPU = 512, 2**17, 32_768
# Scores of a processor's answers that are made and chosen from at once.
_OPTIONS_ON_CPU = 2**18
# Products are slow where a row of the result does not begin at such a multiple.
_ALIGNED = 16


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


class _Words(NamedTuple):
    """Tokens of a slot as columns, (width, columns); `start` is 0, and -inf behind the last."""

    columns: Tensor
    start: Tensor

    @classmethod
    def of(cls, model: Transformer, slot: Slot) -> "_Words":
        more = -slot.size % _ALIGNED if slot.size > 2 * _ALIGNED else 0
        tokens = model.target_tokens[slot.first : slot.first + slot.size].float()
        columns = F.pad(tokens.T, (0, more)).contiguous()
        return cls(columns, F.pad(tokens.new_zeros(slot.size), (0, more), value=-math.inf))

    def log_probability(self, hidden: Tensor) -> Tensor:
        """Of (batch, beams, width), natural logarithm, (batch, beams, columns); in float32."""
        with torch.autocast(hidden.device.type, enabled=False):
            scores = torch.addmm(self.start, hidden.flatten(0, 1).float(), self.columns)
        return scores.log_softmax(-1).unflatten(0, hidden.shape[:2])


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
    on_cpu = max(_ROWS_ON_CPU, _NUMBERS_ON_CPU // model.shape.d_model)
    limit = _ROWS_ON_GPU if source.is_cuda else on_cpu
    first = FirstLayer.of(model, len(source) * beams)
    words = {slot.first: _Words.of(model, slot) for slot in model.shape.slots}
    found = [
        _search(Stepper(model, part, beams, first), words, part, beams)
        for part in source.split(max(1, limit // beams))
    ]
    return Beams(
        torch.cat([part.tokens for part in found]),
        torch.cat([part.log_probability for part in found]),
    )


def greedy(model: Transformer, source: Tensor) -> Beams:
    """Take the most likely token at every step: a beam of one."""
    found: Beams = beam_search(model, source, 1)
    return found


def _search(stepper: Stepper, words: dict[int, _Words], source: Tensor, beams: int) -> Beams:
    batch, device = len(source), source.device
    slots, length = stepper.model.shape.slots, stepper.model.shape.target_length
    tokens = torch.empty((batch, 1, 0), dtype=torch.long, device=device)
    last = torch.full((batch, 1), BOS, device=device)
    scores = torch.zeros((batch, 1), device=device)
    for position in range(length):
        alive, place = last.shape[1], position % len(slots)
        hidden, slot = stepper.step(last, position), slots[place]
        at_once = batch if source.is_cuda else max(1, _OPTIONS_ON_CPU // (alive * slot.size))
        number = tokens[..., position - place :]
        found = [
            _continue(words[slot.first], *part, slots=slots, beams=beams)
            for part in zip(*(x.split(at_once) for x in (hidden, number, scores)), strict=True)
        ]
        scores, parent, chosen = (torch.cat(part) for part in zip(*found, strict=True))
        last = chosen + slot.first
        tokens = torch.cat(
            [tokens.gather(1, parent.unsqueeze(-1).expand(-1, -1, position)), last.unsqueeze(-1)],
            dim=-1,
        )
        if position + 1 < length and beams > 1:
            first_rows = torch.arange(batch, device=device).unsqueeze(1) * alive
            stepper.follow((first_rows + parent).flatten())
    return Beams(tokens, scores)


def _continue(
    words: _Words,
    hidden: Tensor,
    number: Tensor,
    scores: Tensor,
    *,
    slots: tuple[Slot, ...],
    beams: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Choose the best continuations of some matrices' beams.

    Parameters
    ----------
    hidden : (batch, alive, width); number : (batch, alive, place), the number so far.
    scores : (batch, alive), log-probability of each beam.

    Returns
    -------
    scores, parents, offsets in the slot : (batch, beams) each, or as many as there can be.
    """
    slot = slots[number.shape[2]]
    options = words.log_probability(hidden)
    _forbid(options, number, slots, number.shape[2])
    options += scores.unsqueeze(-1)
    best, choice = _best(options, min(beams, scores.shape[1] * slot.size))
    columns = options.shape[2]
    # Where nothing possible is left, a column behind the slot's may be drawn.
    return best, choice // columns, (choice % columns).clamp_(max=slot.size - 1)


def _best(options: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """Return the `width` highest of each (beams, size), falling, and their flat indices.

    A selection is slow where it looks at many numbers. The highest stand in those columns whose
    maxima are highest; columns are cut into as many pieces as give the fewest numbers to look at.
    """
    batch, beams, size = options.shape
    if width == 1:
        score, choice = options.flatten(1).max(dim=1, keepdim=True)
        return score, choice
    fits = [n for n in range(1, beams + 1) if beams % n == 0 and n * size >= width]
    pieces = min(fits, key=lambda n: n * size + width * beams // n, default=0)
    if not pieces or pieces == beams:
        score, choice = options.flatten(1).topk(width, dim=1)
        return score, choice
    tall = beams // pieces
    cut = options.view(batch, pieces, tall, size)
    column = cut.amax(2).flatten(1).topk(width, dim=1, sorted=False).indices
    # Where the column's numbers stand in the flattened options, (batch, tall, width).
    top = column // size * (tall * size) + column % size
    places = top.unsqueeze(1) + torch.arange(0, tall * size, size, device=top.device).view(1, -1, 1)
    places = places.flatten(1)
    score, chosen = options.flatten(1).gather(1, places).topk(width, dim=1)
    return score, places.gather(1, chosen)


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
