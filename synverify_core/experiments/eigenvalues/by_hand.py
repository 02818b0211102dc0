"""One matrix, every beam: what a person sees who tries the generator by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.data import check_matrix, encode_source, spectrum
from synverify_core.experiments.eigenvalues.decode import Beams, beam_search
from synverify_core.experiments.eigenvalues.encodings import Encoding, get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.rounding import round_values
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

_CHOICES = 5


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
    each token the choices that the model weighed with their probabilities.

    Raises
    ------
    InputError
        For a matrix, a width, a tolerance or a verifier that cannot be used.
    """
    if not 0 < tolerance < 1:
        raise InputError(f"tolerance = {tolerance} is refused: it must lie in (0, 1)")
    shape, encoding = model.shape, get_encoding(model.shape.encoding)
    triangle = check_matrix(matrix, shape.dimension)[np.newaxis]
    entries = round_values(triangle, encoding.digits)
    truth = round_values(spectrum(entries, shape.dimension), encoding.digits)
    source = encode_source(
        entries, dimension=shape.dimension, encoding=encoding, layout=shape.layout
    )
    given = torch.from_numpy(source).to(model.source_tokens.device)
    found = _possible(beam_search(model, given, beams))
    answers = encoding.decode(found.tokens[0].cpu().numpy())
    pool = EigenPool(
        x=np.repeat(entries, len(answers), axis=0).astype(np.float32),
        y_true=np.repeat(truth, len(answers), axis=0),
        y_synth=answers,
        log_probability=found.log_probability[0].cpu().numpy(),
        tolerance=tolerance,
    )
    kept = {spec: _judge(spec, pool) for spec in verifiers}
    return {
        "entries": entries[0].tolist(),
        "source": encoding.words(source[0].tolist()),
        "eigenvalues": truth[0].tolist(),
        "beams": [
            {
                "words": encoding.words(found.tokens[0, row].tolist()),
                "eigenvalues": answers[row].tolist(),
                "log_probability": float(found.log_probability[0, row]),
                "perplexity": float(found.perplexity[0, row]),
                "error": float(pool.relative_error[row]),
                "right": bool(pool.similarity[row]),
                "kept": {spec: bits[row] for spec, bits in kept.items()},
                "steps": steps,
            }
            for row, steps in enumerate(_steps(model, given, found, encoding))
        ],
    }


def _possible(found: Beams) -> Beams:
    """Drop beams that the grammar forbids; there are some only in tiny vocabularies."""
    possible = torch.isfinite(found.log_probability[0])
    return Beams(found.tokens[:, possible], found.log_probability[:, possible])


def _judge(spec: str, pool: EigenPool) -> list[bool]:
    # One matrix's beams: a verifier that draws lots draws the same ones at every look.
    rng = np.random.default_rng(0)
    verifier = parse(spec)
    bits: list[bool] = select(verifier, verifier.score(pool, rng), None, rng).tolist()
    return bits


@torch.inference_mode()  # type: ignore[untyped-decorator]
def _steps(
    model: Transformer, source: torch.Tensor, found: Beams, encoding: Encoding
) -> list[list[list[dict[str, Any]]]]:
    """For each beam and token: the likeliest tokens there, spelled, with their probability."""
    tokens = found.tokens[0]
    memory = model.encode(source.long()).expand(len(tokens), -1, -1)
    hidden = model.decode(memory, tokens)
    slots = encoding.slots
    steps: list[list[list[dict[str, Any]]]] = [[] for _ in tokens]
    for position in range(tokens.shape[1]):
        slot = slots[position % len(slots)]
        chances = model.logits(hidden[:, position], slot).softmax(dim=-1)
        best = chances.topk(min(_CHOICES, slot.size), dim=-1)
        for row, choices in enumerate(steps):
            choices.append(
                [
                    {"word": encoding.spell(slot, int(offset)), "probability": float(chance)}
                    for chance, offset in zip(best.values[row], best.indices[row], strict=True)
                ]
            )
    return steps
