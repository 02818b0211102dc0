"""The memory plan of some models in full, for `doctor`."""

from synverify_core.experiments.summarization.memory_plan import (
    GIGA,
    GPU_GIGABYTES,
    TrainingMemory,
    Weights,
    generation_memory,
    places_that_fit,
    rows_that_fit,
    training_memory,
)
from synverify_core.experiments.summarization.model_sizes import Sizes, model_sizes
from synverify_core.experiments.summarization.sources import EMBEDDED

# Model and block: the paper's block, and the embedded model's longest.
MODELS = {
    "meta-llama/Llama-2-7b-hf": 1_024,
    "HuggingFaceTB/SmolLM2-135M": 1_024,
    EMBEDDED: 256,
}
BATCH = 32


def memory_table() -> dict[str, list[str]]:
    """Return the lines of each model."""
    found = {model: (model_sizes(model), block) for model, block in MODELS.items()}
    return {model: describe(sizes, block) for model, (sizes, block) in found.items() if sizes}


def describe(sizes: Sizes, block_size: int = 1_024) -> list[str]:
    """Write what a model needs, and on which GPUs it fits."""
    lines = [
        f"{sizes.parameters:,} parameters; fine-tuning all of them with AdamW, an example of "
        f"{block_size:,} tokens at once on a GPU, activation checkpointing:"
    ]
    for weights in ("float32", "bfloat16"):
        lines += _training(sizes, weights, block_size)
    rows = {size: rows_that_fit(sizes, size, tokens=block_size) for size in GPU_GIGABYTES}
    held = [f"{count:,} on {size} GB" for size, count in rows.items() if count]
    weights_alone = generation_memory(sizes, rows=0, tokens=0)
    article = generation_memory(sizes, rows=1, tokens=block_size) - weights_alone
    lines.append(
        f"generation in bfloat16: {_gb(weights_alone)} GB and {_gb(article)} GB for each article "
        f"of {block_size:,} tokens at once, so {', '.join(held) or 'on no common GPU'}"
    )
    return lines


def _training(sizes: Sizes, weights: Weights, block_size: int) -> list[str]:
    def memory(rows: int = 1, checkpointing: bool = True) -> TrainingMemory:
        return training_memory(
            sizes,
            weights=weights,
            block_size=block_size,
            micro_batch=rows,
            activation_checkpointing=checkpointing,
        )

    one = memory()
    parts = ", ".join(f"{name} {_gb(value)}" for name, value in one._asdict().items() if value)
    kept = _gb(memory(checkpointing=False).activations)
    batch = _gb(memory(BATCH).activations)
    every = _gb(memory(BATCH, checkpointing=False).activations)
    places = places_that_fit(sizes, weights, block_size=block_size, checkpointing=True)
    return [
        f"{weights} weights: {_gb(one.total)} GB on one GPU ({parts}; activations without "
        f"checkpointing {kept}; of a batch of {BATCH} at once {batch}, without {every})",
        f"  fits on {' or '.join(places) or 'none of up to 8 common GPUs'}",
    ]


def _gb(count: int) -> str:
    return f"{count / GIGA:,.{1 if count >= GIGA else 3}f}"
