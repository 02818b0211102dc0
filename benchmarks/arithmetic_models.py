"""Ratio claims: a training step and greedy answers against transformers' Llama of the same shape.

Both train on the same batches of 1 to 8 digits in float32, with one fused AdamW and the gradient
clipped; both answer the same problems with remembered keys and values. Llama's inner layer has
three matrices: it is made narrower, so that both have as many weights.

Usage: python benchmarks/arithmetic_models.py [--digits 9] [--problems 500] [--repeats 3]
"""

import argparse

import numpy as np
import torch
from eigenvalues_peer import alternate
from transformers import LlamaConfig, LlamaForCausalLM

from synverify_core.experiments.arithmetic import train
from synverify_core.experiments.arithmetic.config import ArithmeticConfig
from synverify_core.experiments.arithmetic.decode import answer
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.shape import BOS, EOS, PAD, Shape

CONFIG = ArithmeticConfig(n_original=2_000, base_steps=20)


def peer(shape: Shape) -> LlamaForCausalLM:
    """Return a Llama with about as many weights."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=shape.vocabulary_size,
            hidden_size=shape.d_model,
            intermediate_size=round(shape.ffn_factor * shape.d_model * 2 / 3),
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            max_position_embeddings=64,
            pad_token_id=PAD,
            bos_token_id=BOS,
            eos_token_id=EOS,
        )
    )


class PeerTraining:
    """The plain loop: whole batches, labels on answers only."""

    def __init__(self, shape: Shape, data: train.Examples) -> None:
        self.model = peer(shape).train()
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-3, fused=True)
        recipe = CONFIG.recipe(base=True, seed=0)
        self.batches = train._Training(Transformer(shape), data, recipe, None, None, None)

    def run(self) -> None:
        """Do all steps."""
        for step in range(CONFIG.base_steps):
            self.batches.step = step
            tokens, before, ends = self.batches._tokens(self.batches._batch())
            places = np.arange(tokens.shape[1])
            asked = (places >= before[:, None]) & (places < ends[:, None])
            source = torch.from_numpy(tokens).long()
            labels = source.masked_fill(torch.from_numpy(~asked), -100)
            self.optimizer.zero_grad()
            self.model(
                input_ids=source, attention_mask=source != PAD, labels=labels
            ).loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=9)
    parser.add_argument("--problems", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    shape, task, rng = CONFIG.shape, CONFIG.made_task, np.random.default_rng(0)
    problems = task.problems(rng, rng.integers(1, 9, CONFIG.n_original), easy=True)
    data = train.Examples(*problems, np.ones(CONFIG.n_original, dtype=bool))
    ours, theirs = Transformer(shape), PeerTraining(shape, data)
    counts = [sum(p.numel() for p in model.parameters()) for model in (ours, theirs.model)]
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}, weights {counts}")
    recipe = CONFIG.recipe(base=True, seed=0)
    mine, other = alternate(lambda: train.fit(ours, data, recipe), theirs.run, options.repeats)
    steps = CONFIG.base_steps
    print(
        f"training: ours {1e3 * mine / steps:.1f} ms a step, transformers "
        f"{1e3 * other / steps:.1f}; ratio {other / mine:.2f}",
        flush=True,
    )
    asked = task.block(rng, options.problems, options.digits)
    source = np.concatenate(
        [np.full((options.problems, 1), BOS, np.uint8), shape.encode(asked.prompts)], axis=1
    )
    tokens, model = torch.from_numpy(source).long(), theirs.model.eval()
    # Untrained in this length, both would stop where they like: neither may stop before the end.
    most = options.digits + 1

    def generate() -> None:
        with torch.inference_mode():
            model.generate(
                tokens,
                attention_mask=torch.ones_like(tokens),
                max_new_tokens=most,
                min_new_tokens=most,
                do_sample=False,
            )

    endless = Transformer(shape)
    with torch.no_grad():
        endless.head.weight[EOS] = 0
        endless.head.weight[EOS + 1] = 10 * endless.head.weight[EOS + 1]
    mine, other = alternate(
        lambda: answer(endless, asked.prompts, most - 1), generate, options.repeats
    )
    n = options.problems
    print(
        f"answers of {options.digits} digits: ours {n / mine:,.0f}, transformers "
        f"{n / other:,.0f} a second; ratio {other / mine:.2f}"
    )


if __name__ == "__main__":
    main()
