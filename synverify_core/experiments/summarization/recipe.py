"""How a model is trained: the paper's settings, and those of the small embedded model."""

from dataclasses import dataclass
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
    """Examples a step; where memory runs out they are computed in parts."""
    block_size: int = 1024
    """Most tokens of an example."""
    loss: Loss = "full"
    optimizer: Literal["adamw", "muon"] = "adamw"
    """`muon`: for pre-training on a processor, where each token is dear."""
    weight_decay: float = 0.0
    adam_beta2: float = 0.999
    clip_norm: float = 1.0
    precision: Precision = "auto"
    """Of products; `auto`: bfloat16 on a GPU, with the weights as they were loaded."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("batch_size", 1), ("block_size", 2), ("max_steps", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} = {getattr(self, name)} is refused: at least {least}")
        for name in ("learning_rate", "epochs"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} = {getattr(self, name)} is refused: it must be above 0")
        if not 0 <= self.warmup < 1:
            raise InputError(f"warmup = {self.warmup} is refused: it must lie in [0, 1)")

    def steps(self, n_examples: int) -> int:
        """Count the steps of a training on so many examples."""
        return self.max_steps or max(1, -(-round(self.epochs * n_examples) // self.batch_size))
