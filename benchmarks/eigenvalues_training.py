"""Ratio claim: a training step against a transformers model of the same size with torch's Adam.

Both see the same tokens in float32, clip the gradient and step a fused Adam; ours also with
bfloat16 products, and on the matrix's upper triangle (the same information in fewer tokens).

With --profile: where a step's time goes, and how near its products are to the processor's peak.

Usage: python benchmarks/eigenvalues_training.py [--shapes small main] [--batch 64] [--profile]
"""

import dataclasses
import time

import torch
from eigenvalues_peer import SHAPES, alternate, arguments, examples, peer
from torch.utils.flop_counter import FlopCounterMode

from synverify_core.experiments.eigenvalues import train
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.recipe import Recipe
from synverify_core.experiments.eigenvalues.shape import Shape

RECIPE = Recipe(
    steps=4,
    batch_size=64,
    learning_rate=1e-4,
    warmup_steps=1,
    schedule="constant",
    clip_norm=5.0,
    precision="float32",
    seed=0,
)


class Peer:
    """The plain loop over a transformers model."""

    def __init__(self, shape: Shape, recipe: Recipe, device: str) -> None:
        self.model = peer(shape).to(device).train()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-4, fused=True)
        data = examples(shape, recipe.batch_size)
        self.source, self.target = (torch.from_numpy(array).to(device).long() for array in data)
        self.steps = recipe.steps

    def run(self) -> None:
        """Do all steps."""
        for _ in range(self.steps):
            self.optimizer.zero_grad()
            self.model(input_ids=self.source, labels=self.target).loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
            self.optimizer.step()


PRODUCTS = ("aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm")


def profile(name: str, shape: Shape, recipe: Recipe, device: str) -> None:
    """Print a step's time, the share of the products in it, and their speed beside the peak."""
    model = Transformer(shape).to(device)
    data = examples(shape, 4 * recipe.batch_size)
    steps = dataclasses.replace(recipe, steps=100)
    train.fit(model, data, steps)
    with FlopCounterMode(display=False) as counted:
        train.fit(model, data, dataclasses.replace(recipe, steps=1))
    began = time.process_time()
    train.fit(model, data, steps)
    step = (time.process_time() - began) / steps.steps
    with torch.profiler.profile() as seen:
        train.fit(model, data, dataclasses.replace(recipe, steps=20))
    times = {event.key: event.self_cpu_time_total for event in seen.key_averages()}
    share = sum(times.get(product, 0.0) for product in PRODUCTS) / sum(times.values())
    speed = counted.get_total_flops() / (step * share) / 1e9
    top = sorted(times, key=times.__getitem__, reverse=True)[:8]
    listed = ", ".join(f"{key} {times[key] / sum(times.values()):.0%}" for key in top)
    print(
        f"{name}: {1e3 * step:.1f} ms a step; products {share:.0%} of it at {speed:.0f} GFLOP/s, "
        f"peak of a large product {peak(device):.0f}; {listed}",
        flush=True,
    )


def peak(device: str, size: int = 1024) -> float:
    """Measure the speed of a large float32 product, GFLOP/s."""
    matrix = torch.randn(size, size, device=device)
    for _ in range(3):
        matrix @ matrix
    began = time.process_time()
    for _ in range(20):
        matrix @ matrix
    return 20 * 2 * size**3 / (time.process_time() - began) / 1e9


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, {options.device}, torch {torch.__version__}")
    plain = dataclasses.replace(RECIPE, batch_size=options.batch, steps=options.steps)
    for name in options.shapes:
        if options.profile:
            upper = dataclasses.replace(SHAPES[name], layout="upper")
            profile(name, upper, plain, options.device)
            continue
        variants = {
            "float32": (SHAPES[name], plain),
            "bfloat16": (SHAPES[name], dataclasses.replace(plain, precision="bfloat16")),
            "upper triangle": (dataclasses.replace(SHAPES[name], layout="upper"), plain),
        }
        theirs_model = Peer(SHAPES[name], plain, options.device)
        for label, (shape, recipe) in variants.items():
            model, data = Transformer(shape).to(options.device), examples(shape, 4 * options.batch)
            ours, theirs = alternate(
                lambda model=model, data=data, recipe=recipe: train.fit(model, data, recipe),
                theirs_model.run,
                options.repeats,
            )
            n = options.batch * options.steps
            print(
                f"{name}, {label}: ours {n / ours:,.1f}, transformers {n / theirs:,.1f} "
                f"examples/s; ratio {theirs / ours:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
