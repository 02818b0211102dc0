"""What the eigenvalue benchmarks share: the two shapes, clocks, and a peer of the same size.

The peer is transformers' BartForConditionalGeneration with random weights: the same layers, width,
heads, inner width, vocabulary and sequence lengths. It is not a benchmark itself.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import BartConfig, BartForConditionalGeneration

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.eigenvalues.data import Examples, sample_examples
from synverify_core.experiments.eigenvalues.encodings import BOS, get_encoding
from synverify_core.experiments.eigenvalues.shape import Shape

SHAPES = {
    "main": Shape("P1000", 5, "full", 4, 1, 512, 8),
    "small": Shape("P1000", 3, "full", 1, 1, 128, 4),
    "quick": Shape("P1000", 2, "upper", 2, 1, 64, 4),
}


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=["small", "main"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--repeats", type=int, default=3)
    return parser


def examples(shape: Shape, n: int) -> Examples:
    encoding = get_encoding(shape.encoding)
    return sample_examples(
        np.random.default_rng(0),
        n,
        dimension=shape.dimension,
        encoding=encoding,
        layout=shape.layout,
    )


def peer(shape: Shape) -> BartForConditionalGeneration:
    inner = shape.ffn_factor * shape.d_model
    end = shape.vocabulary_size
    config = BartConfig(
        vocab_size=shape.vocabulary_size + 2,
        max_position_embeddings=max(shape.source_length, shape.target_length) + 2,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=inner,
        decoder_ffn_dim=inner,
        d_model=shape.d_model,
        activation_function="relu",
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        bos_token_id=BOS,
        decoder_start_token_id=BOS,
        eos_token_id=end,
        forced_eos_token_id=None,
        pad_token_id=end + 1,
    )
    torch.manual_seed(0)
    return BartForConditionalGeneration(config)


def alternate(
    ours: Callable[[], object], theirs: Callable[[], object], repeats: int
) -> tuple[float, float]:
    """Return the best seconds of each, run in turn so that other load disturbs both alike.

    With one thread and no GPU they are the processor's own seconds, else those of the wall clock.
    """
    alone = torch.get_num_threads() == 1 and not torch.cuda.is_available()
    clock = time.process_time if alone else time.perf_counter
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        for index, work in enumerate((ours, theirs)):
            began = clock()
            work()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            best[index] = min(best[index], clock() - began)
    return best[0], best[1]
