"""One matrix, every beam: what a person sees who tries the generator by hand."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.data import (
    Floats,
    check_matrix,
    encode_source,
    spectrum,
)
from synverify_core.experiments.eigenvalues.decode import Beams, beam_search
from synverify_core.experiments.eigenvalues.encodings import Encoding, Slot, get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.rounding import round_values
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

_CHOICES = 5


class Question(NamedTuple):
    """A matrix as the model reads it, and the truth.

    entries : upper triangle, (1, triangle_size), rounded to the encoding's digits.
    truth : eigenvalues of the rounded matrix, (1, dimension), rounded, too.
    source : tokens, (1, source_length).
    """

    entries: Floats
    truth: Floats
    source: torch.Tensor


def inspect_matrix(
    model: Transformer,
    matrix: ArrayLike,
    *,
    beams: int,
    tolerance: float,
    verifiers: Sequence[str] = (),
) -> dict[str, Any]:
    """Answer one matrix with every beam, plain values throughout.

    Parameters
    ----------
    matrix : symmetric, entries in [-10, 10], of the model's dimension.
    beams : width of the search.
    tolerance : relative L1 error of a right answer, in (0, 1).
    verifiers : specs; each judges every beam of this matrix.

    Returns
    -------
    dict with `entries` (upper triangle as the model reads it), `source` (its tokens, spelled),
    `eigenvalues` (the truth, rounded), and `beams`, the likeliest first: `words`, `eigenvalues`,
    `log_probability`, `perplexity`, `error`, `right`, `kept` (a bit a verifier) and `steps`, for
    each token: `word` (the one taken), its `probability` and `rank` (1: the likeliest), and
    `choices`, the five likeliest words with their probabilities.

    Raises
    ------
    InputError
        For a matrix, a width, a tolerance or a verifier that cannot be used.
    """
    if not 0 < tolerance < 1:
        raise InputError(f"tolerance = {tolerance} is refused: it must lie in (0, 1)")
    question = _read(model, matrix)
    encoding = get_encoding(model.shape.encoding)
    found = _possible(beam_search(model, question.source, beams))
    pool = _as_pool(question, found, encoding, tolerance)
    return {
        "entries": question.entries[0].tolist(),
        "source": encoding.words(question.source[0].tolist()),
        "eigenvalues": question.truth[0].tolist(),
        "beams": _beams(pool, found, _steps(model, question.source, found, encoding), verifiers),
    }


def _read(model: Transformer, matrix: ArrayLike) -> Question:
    shape, encoding = model.shape, get_encoding(model.shape.encoding)
    triangle = check_matrix(matrix, shape.dimension)[np.newaxis]
    entries = round_values(triangle, encoding.digits)
    truth = round_values(spectrum(entries, shape.dimension), encoding.digits)
    source = encode_source(
        entries, dimension=shape.dimension, encoding=encoding, layout=shape.layout
    )
    return Question(entries, truth, torch.from_numpy(source).to(model.source_tokens.device))


def _possible(found: Beams) -> Beams:
    """Drop beams that the grammar forbids; there are some only in tiny vocabularies."""
    possible = torch.isfinite(found.log_probability[0])
    return Beams(found.tokens[:, possible], found.log_probability[:, possible])


def _as_pool(question: Question, found: Beams, encoding: Encoding, tolerance: float) -> EigenPool:
    """Return the beams as synthesized samples of one and the same matrix."""
    answers = encoding.decode(found.tokens[0].cpu().numpy())
    return EigenPool(
        x=np.repeat(question.entries, len(answers), axis=0).astype(np.float32),
        y_true=np.repeat(question.truth, len(answers), axis=0),
        y_synth=answers,
        log_probability=found.log_probability[0].cpu().numpy(),
        tolerance=tolerance,
    )


def _beams(
    pool: EigenPool, found: Beams, steps: list[list[dict[str, Any]]], verifiers: Sequence[str]
) -> list[dict[str, Any]]:
    """Say of each beam what it answers, how likely and how far off, and who keeps it."""
    kept = {spec: _judge(spec, pool) for spec in verifiers}
    columns: dict[str, list[Any]] = {
        "words": [[step["word"] for step in one] for one in steps],
        "eigenvalues": pool.y_synth.tolist(),
        "log_probability": found.log_probability[0].tolist(),
        "perplexity": found.perplexity[0].tolist(),
        "error": pool.relative_error.tolist(),
        "right": (pool.similarity == 1).tolist(),
        "kept": [{spec: kept[spec][row] for spec in kept} for row in range(len(pool))],
        "steps": steps,
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _judge(spec: str, pool: EigenPool) -> list[bool]:
    # The same draws at every look.
    rng = np.random.default_rng(0)
    verifier = parse(spec)
    bits: list[bool] = select(verifier, verifier.score(pool, rng), None, rng).tolist()
    return bits


@torch.inference_mode()  # type: ignore[untyped-decorator]
def _steps(
    model: Transformer, source: torch.Tensor, found: Beams, encoding: Encoding
) -> list[list[dict[str, Any]]]:
    """For each beam and token: what was taken, and the likeliest that could have been."""
    tokens = found.tokens[0]
    memory = model.encode(source.long()).expand(len(tokens), -1, -1)
    hidden = model.decode(memory, tokens)
    slots = encoding.slots
    steps: list[list[dict[str, Any]]] = [[] for _ in tokens]
    for position in range(tokens.shape[1]):
        slot = slots[position % len(slots)]
        chances = model.logits(hidden[:, position], slot).softmax(dim=-1)
        taken = tokens[:, position : position + 1] - slot.first
        taken_chance = chances.gather(1, taken)
        rank = 1 + (chances > taken_chance).sum(dim=1)
        best = chances.topk(min(_CHOICES, slot.size), dim=-1)
        columns = (taken[:, 0], taken_chance[:, 0], rank, best.indices, best.values)
        for row, (offset, chance, place, offsets, values) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)
        ):
            steps[row].append(
                {
                    "word": _spell(encoding, slot, offset),
                    "probability": chance,
                    "rank": place,
                    "choices": [
                        {"word": _spell(encoding, slot, other), "probability": value}
                        for other, value in zip(offsets, values, strict=True)
                    ],
                }
            )
    return steps


@lru_cache(maxsize=100_000)
def _spell(encoding: Encoding, slot: Slot, offset: int) -> str:
    return encoding.spell(slot, offset)
