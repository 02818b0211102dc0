"""Answers of a model to many matrices, as numbers."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from synverify_core.experiments.eigenvalues.data import Problems, encode_source
from synverify_core.experiments.eigenvalues.decode import beam_search
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.recipe import Precision
from synverify_core.experiments.eigenvalues.scoring import relative_error
from synverify_core.experiments.eigenvalues.train import arithmetic
from synverify_core.experiments.memory import attempt

_REPORT_SECONDS = 2.0


class Answers(NamedTuple):
    """One answer a matrix: of all beams the one nearest to the truth (the only one if greedy).

    eigenvalues : (n, dimension).
    log_probability : (n,), of that answer.
    nearest_error, likeliest_error : (n,), relative L1 error of that answer, and of the most
        likely beam.
    """

    eigenvalues: NDArray[np.float64]
    log_probability: NDArray[np.float64]
    nearest_error: NDArray[np.float64]
    likeliest_error: NDArray[np.float64]


def predict(
    model: Transformer,
    problems: Problems,
    beams: int = 1,
    *,
    precision: Precision = "float32",
    progress: Callable[[int, int, float], None] | None = None,
    log: Callable[[str], None] | None = None,
    batch_size: int = 4096,
) -> Answers:
    """Answer matrices by beam search (one beam: greedy) and choose the beam nearest to the truth.

    Parameters
    ----------
    problems : matrices with their true eigenvalues; these only choose among beams.
    progress : told now and then: done, total, matrices per second; log : told in words.
    batch_size : matrices at once; halved where memory runs out (the answers stay the same).
    """
    shape, device = model.shape, model.source_tokens.device
    encoding = get_encoding(shape.encoding)
    total, began = len(problems.entries), time.monotonic()
    reported, parts = began, []
    done = 0
    while done < total:
        part = Problems(*(array[done : done + batch_size] for array in problems))
        source = encode_source(
            part.entries, dimension=shape.dimension, encoding=encoding, layout=shape.layout
        )
        with arithmetic(precision, device):
            found = attempt(
                partial(beam_search, model, torch.from_numpy(source).to(device), beams),
                device,
                remedy="" if len(part.entries) > 1 else "one matrix at a time. Try fewer beams",
            )
        if found is None:
            batch_size = len(part.entries) // 2
            if log:
                log(f"out of memory: {batch_size} matrices at a time from here on")
            continue
        values = encoding.decode(found.tokens.cpu().numpy())
        parts.append(_choose(values, found.log_probability.cpu().numpy(), part.eigenvalues))
        now, done = time.monotonic(), done + len(part.entries)
        if progress and now - reported > _REPORT_SECONDS:
            progress(done, total, done / (now - began))
            reported = now
    return Answers(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _choose(
    values: NDArray[np.float64], scores: NDArray[np.float32], true: NDArray[np.float64]
) -> Answers:
    error = relative_error(values, true[:, np.newaxis])
    best = error.argmin(axis=1)
    rows = np.arange(len(true))
    return Answers(
        values[rows, best], scores[rows, best].astype(np.float64), error[rows, best], error[:, 0]
    )
