"""What each departure from the paper's model (Appendix B) is worth, at the size of preset quick.

Each variant is trained like the preset's models, on true eigenvalues, and judged on the validation
matrices by greedy decoding; an answer that is no number counts as wrong. Post-LN gets the best of
several learning rates, since the preset's was chosen for pre-LN.

Usage: OMP_NUM_THREADS=1 python benchmarks/eigenvalues_deviations.py [--examples 10000 200000]
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues import train
from synverify_core.experiments.eigenvalues.data import Examples, encode_source, sample_problems
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.experiment import Eigenvalues
from synverify_core.experiments.eigenvalues.model import Layer, Transformer
from synverify_core.experiments.eigenvalues.scoring import relative_error

CONFIG = make_config(Eigenvalues, "quick", {"held_out": "validation"})
ENCODING = get_encoding(CONFIG.encoding)


class PostLayer(Layer):
    """Layer norms behind each block, as in the paper's code."""

    def attend(self, x: Tensor, *, causal: bool) -> Tensor:
        """Self-attention, with the residual."""
        block = self.attention
        q, k, v = block.split(block.query(x), 3)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return block.norm(x + block.merge(mixed))

    def look(self, x: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Cross-attention, with the residual."""
        block = self.cross
        (q,) = block.split(block.query(x), 1)
        return block.norm(x + block.merge(F.scaled_dot_product_attention(q, k, v)))

    def feed(self, x: Tensor) -> Tensor:
        """Inner layer, with the residual."""
        return self.norm(x + self.down(F.relu(self.up(x))))


class PostNorm(Transformer):
    """The model made of such layers."""

    def __init__(self, seed: int) -> None:
        super().__init__(CONFIG.shape(), seed)
        for layer in [*self.encoder, *self.decoder]:
            layer.__class__ = PostLayer
        self.encoder_norm, self.decoder_norm = nn.Identity(), nn.Identity()


class WholeSoftmax(Transformer):
    """Every token may stand everywhere; the grammar is learnt."""

    def __init__(self, seed: int) -> None:
        super().__init__(CONFIG.shape(), seed)

    def _scored(self, source: Tensor, target: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        hidden = self.decode(self.encode(source), target)
        yield hidden.float() @ self.target_tokens.T, target


class SizeTokens(Transformer):
    """Two tokens before the matrix say how many rows and columns it has."""

    def __init__(self, seed: int) -> None:
        super().__init__(CONFIG.shape(), seed)
        length, width = self.source_positions.shape
        self.sizes = nn.Parameter(torch.randn(2, width) * width**-0.5)
        self.source_positions = nn.Parameter(torch.randn(length + 2, width) * width**-0.5)

    def encode(self, source: Tensor) -> Tensor:
        """Read the sizes and the matrices."""
        x = F.embedding(source, self.source_tokens)
        x = torch.cat([self.sizes.expand(len(x), -1, -1), x], dim=1) + self.source_positions
        for layer in self.encoder:
            x = layer.feed(layer.attend(x, causal=False))
        return self.encoder_norm(x)


def ours(seed: int) -> Transformer:
    return Transformer(CONFIG.shape(), seed)


VARIANTS = {
    "as built": (ours, (CONFIG.learning_rate,)),
    "layer norms behind the blocks": (PostNorm, (3e-3, 1e-3, 5e-4)),
    "softmax over the whole vocabulary": (WholeSoftmax, (CONFIG.learning_rate,)),
    "two size tokens before the matrix": (SizeTokens, (CONFIG.learning_rate,)),
}


def tokens_of(entries: np.ndarray) -> np.ndarray:
    layout = CONFIG.layout
    return encode_source(entries, dimension=CONFIG.dimension, encoding=ENCODING, layout=layout)


def examples(n: int) -> Examples:
    found = problems(np.random.default_rng([1000, n]), n)
    return Examples(tokens_of(found.entries), ENCODING.encode(found.eigenvalues))


def problems(rng: np.random.Generator, n: int):
    kind = {"dimension": CONFIG.dimension, "entries": CONFIG.entries}
    return sample_problems(rng, n, encoding=ENCODING, **kind)


@torch.inference_mode()
def accuracy(model: Transformer, matrices, whole: bool) -> float:
    """Share of greedy answers within the tolerance, each token from a pass over all before it."""
    source = torch.from_numpy(tokens_of(matrices.entries)).long()
    slots, length = model.shape.slots, model.shape.target_length
    tokens = torch.full((len(source), length), slots[0].first)
    formed = torch.ones(len(source), dtype=torch.bool)
    memory = model.encode(source)
    for position in range(length):
        slot = slots[position % len(slots)]
        scores = model.decode(memory, tokens)[:, position] @ model.target_tokens.T
        allowed = scores[:, slot.first : slot.first + slot.size].argmax(1) + slot.first
        if whole:
            formed &= scores.argmax(1) == allowed
        tokens[:, position] = allowed
    answers = ENCODING.decode(tokens.numpy())
    right = relative_error(answers, matrices.eigenvalues) < CONFIG.tolerance
    return float((right & formed.numpy()).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, nargs="+", default=[10_000, 200_000])
    parser.add_argument("--steps", type=int, default=CONFIG.retrain_steps)
    options = parser.parse_args()
    held_out = problems(np.random.default_rng(20_240_612), 5_000)
    for n in options.examples:
        data = examples(n)
        for name, (build, rates) in VARIANTS.items():
            found = {}
            for rate in rates:
                model = build(1000)
                recipe = CONFIG.model_copy(update={"learning_rate": rate})
                train.fit(model, data, recipe.recipe(options.steps, 1000))
                found[rate] = accuracy(model, held_out, build is WholeSoftmax)
            best = max(found, key=found.__getitem__)
            print(
                f"{n:,} examples, {name}: {found[best]:.1%} within {CONFIG.tolerance:.0%} at "
                f"rate {best:g}"
                + (f" of {', '.join(f'{r:g}: {v:.1%}' for r, v in found.items())}")
                * (len(rates) > 1),
                flush=True,
            )


if __name__ == "__main__":
    main()
