"""Ratio claim: beam search against transformers' `generate(num_beams=...)` on the same size.

Both decode the same matrices to the same number of tokens; the peer is forced to that length, so
that neither ends a beam early. Ours is held to the grammar, the peer is not. Weights are random,
both use their caches and the same threads, and the peer runs in inference mode as ours does.

Usage: python benchmarks/eigenvalues_decoding.py [--shapes small main] [--beams 1 50]
"""

import torch
from eigenvalues_peer import SHAPES, alternate, arguments, examples, peer
from transformers import BartForConditionalGeneration
from transformers.utils import logging

from synverify_core.experiments.eigenvalues.decode import beam_search
from synverify_core.experiments.eigenvalues.model import Transformer


@torch.inference_mode()
def generate(
    other: BartForConditionalGeneration, source: torch.Tensor, beams: int, length: int
) -> torch.Tensor:
    return other.generate(
        source.long(),
        num_beams=beams,
        num_return_sequences=beams,
        min_new_tokens=length,
        max_new_tokens=length,
        do_sample=False,
    )


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 5, 50])
    parser.add_argument("--matrices", type=int, default=32)
    options = parser.parse_args()
    logging.set_verbosity_error()
    print(f"{torch.get_num_threads()} threads, {options.device}, torch {torch.__version__}")
    for name in options.shapes:
        shape = SHAPES[name]
        model = Transformer(shape).to(options.device).eval()
        other = peer(shape).to(options.device).eval()
        source = torch.from_numpy(examples(shape, options.matrices).source).to(options.device)
        for beams in options.beams:
            length = shape.target_length
            ours, theirs = alternate(
                lambda beams=beams, model=model, source=source: beam_search(model, source, beams),
                lambda beams=beams, other=other, source=source, length=length: generate(
                    other, source, beams, length
                ),
                options.repeats,
            )
            n = options.matrices
            print(
                f"{name} beam {beams}: ours {n / ours:,.1f}, generate {n / theirs:,.1f} "
                f"matrices/s; ratio {theirs / ours:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
