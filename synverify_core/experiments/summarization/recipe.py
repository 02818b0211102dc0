"""How a model is trained: the paper's settings, and those of the small embedded model."""

from dataclasses import dataclass, replace
from typing import Literal

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.text import Loss

Schedule = Literal["cosine", "constant"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Recipe:
    """Settings of one training. The defaults are the paper's for its generator (Appendix D)."""

    learning_rate: float = 5e-5
    schedule: Schedule = "cosine"
    warmup: float = 0.0
    """Share of the steps in which the learning rate rises from 0."""
    epochs: float = 1.0
    max_steps: int = 0
    """Steps in all; 0: as many as the epochs have."""
    batch_size: int = 32
    """Examples a step, over all devices and accumulated parts."""
    micro_batch: int = 0
    """Examples at once on a device; 0: the batch. Halved where memory runs out."""
    block_size: int = 1024
    """Most tokens of an example."""
    loss: Loss = "full"
    weight_decay: float = 0.0
    adam_beta2: float = 0.999
    clip_norm: float = 1.0
    precision: Precision = "auto"
    """Of products; `auto`: bfloat16 on a GPU, with the weights as they were loaded."""
    activation_checkpointing: bool = False
    """Compute activations twice instead of keeping them: less memory, about a third slower."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("batch_size", 1), ("block_size", 2), ("max_steps", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} = {getattr(self, name)} is refused: at least {least}")
        if not 0 <= self.micro_batch <= self.batch_size:
            raise InputError(
                f"micro_batch = {self.micro_batch} is refused: it must lie in "
                f"[0, {self.batch_size}], up to the batch_size"
            )
        for name in ("learning_rate", "epochs"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} = {getattr(self, name)} is refused: it must be above 0")
        if not 0 <= self.warmup < 1:
            raise InputError(f"warmup = {self.warmup} is refused: it must lie in [0, 1)")

    def steps(self, n_examples: int) -> int:
        """Count the steps of a training on so many examples."""
        return self.max_steps or max(1, -(-round(self.epochs * n_examples) // self.batch_size))


PAPER_GENERATOR = Recipe()
"""Feng et al. 2024, Appendix D: the generator, from the pre-trained model."""
PAPER_RETRAINING = replace(PAPER_GENERATOR, learning_rate=2e-5, schedule="constant")
"""The same, for training on selected summaries, again from the pre-trained model."""
