"""How much memory fine-tuning and generation need, before any weights are downloaded."""

from typing import Any, Literal, NamedTuple

import torch
from transformers import AutoModelForCausalLM, LlamaConfig

from synverify_core.errors import InputError

GPU_GIGABYTES = (24, 40, 80, 141)
GPU_COUNTS = (1, 2, 4, 8)
USABLE = 0.92
"""Share of a GPU's memory that tensors get: the rest goes to the driver and to fragmentation."""
_GIGA = 10**9

Weights = Literal["float32", "bfloat16"]
"""`float32`: master weights, bfloat16 products (autocast); `bfloat16`: everything in it."""


class Sizes(NamedTuple):
    """What memory depends on, in numbers of elements."""

    parameters: int
    embeddings: int
    layers: int
    hidden: int
    mlp: int
    keys: int
    """Width of a token's keys in one layer; values have the same."""
    vocabulary: int

    @property
    def layer(self) -> int:
        """Parameters of one layer."""
        return (self.parameters - self.embeddings) // self.layers


class TrainingMemory(NamedTuple):
    """Bytes on each GPU while a full-parameter training step runs.

    copies : bfloat16 copies of float32 weights (one GPU), or the two layers that FSDP has
        gathered at a time with a gradient of one (several GPUs).
    activations : kept for the backward pass, logits included.
    """

    weights: int
    copies: int
    gradients: int
    adam: int
    activations: int

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self)


def llama_2_7b() -> LlamaConfig:
    """Give the settings of Llama-2-7B, whose weights need a licence and a download."""
    return LlamaConfig(
        vocab_size=32_000,
        hidden_size=4_096,
        intermediate_size=11_008,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=32,
        max_position_embeddings=4_096,
        tie_word_embeddings=False,
    )


def measure(config: Any) -> Sizes:
    """Count the parameters of a model that is built without memory (meta device).

    Parameters
    ----------
    config : transformers' settings of a causal language model.
    """
    with torch.device("meta"):
        model: Any = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
            config, dtype=torch.bfloat16
        )
    tables = {model.get_input_embeddings().weight, model.get_output_embeddings().weight}
    heads = config.num_attention_heads
    head_width = getattr(config, "head_dim", None) or config.hidden_size // heads
    return Sizes(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        embeddings=sum(table.numel() for table in tables),
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        mlp=getattr(config, "intermediate_size", None) or 4 * config.hidden_size,
        keys=(getattr(config, "num_key_value_heads", None) or heads) * head_width,
        vocabulary=config.vocab_size,
    )


def training_memory(
    sizes: Sizes,
    *,
    weights: Weights = "float32",
    block_size: int = 1_024,
    micro_batch: int = 1,
    activation_checkpointing: bool = True,
    gpus: int = 1,
) -> TrainingMemory:
    """Estimate a full-parameter training step with AdamW.

    Weights, gradients and Adam's two moments are exact; on several GPUs FSDP shares them out
    equally. Activations are a count of what PyTorch keeps for a layer of Llama's kind with
    fused attention.

    Raises
    ------
    InputError
        If a number is below 1.
    """
    for name, value in (("block_size", block_size), ("micro_batch", micro_batch), ("gpus", gpus)):
        if value < 1:
            raise InputError(f"{name} = {value} is refused: it must be at least 1")
    width = 4 if weights == "float32" else 2
    count = sizes.parameters
    if gpus > 1:
        copies = 2 * (2 * sizes.layer) + 2 * sizes.layer
    else:
        copies = 2 * count if weights == "float32" else 0
    tokens = block_size * micro_batch
    return TrainingMemory(
        weights=width * count // gpus,
        copies=copies,
        gradients=width * count // gpus,
        adam=2 * width * count // gpus,
        activations=tokens * _activations(sizes, weights, activation_checkpointing),
    )


def layer_activations(sizes: Sizes, weights: Weights) -> int:
    """Bytes that one layer keeps for one token.

    Norms are computed in float32: each keeps its input and the normalised values. Then, in
    bfloat16, the inputs of both blocks; queries, keys, values and the output of attention; and
    four vectors of the MLP (gate, its activation, up, their product).
    """
    norms = 2 * (8 if weights == "float32" else 6) * sizes.hidden
    inputs = 2 * 2 * sizes.hidden
    attention = 2 * (2 * sizes.hidden + 2 * sizes.keys)
    return norms + inputs + attention + 4 * 2 * sizes.mlp


def _activations(sizes: Sizes, weights: Weights, checkpointing: bool) -> int:
    """Bytes for one token: of all layers, or of their inputs and the one that is recomputed."""
    layer = layer_activations(sizes, weights)
    width = 4 if weights == "float32" else 2
    layers = sizes.layers * width * sizes.hidden + layer if checkpointing else sizes.layers * layer
    # Logits in bfloat16 and float32, their log-softmax, and the gradients of the first two.
    return layers + (2 + 4 + 4 + 4 + 2) * sizes.vocabulary


def generation_memory(sizes: Sizes, *, rows: int, tokens: int, width: int = 2) -> int:
    """Bytes for weights and for keys and values of `rows` texts of `tokens` tokens.

    Parameters
    ----------
    width : bytes of a number; 2 for bfloat16, 4 for float32.
    """
    return width * (sizes.parameters + rows * tokens * 2 * sizes.layers * sizes.keys)


def rows_that_fit(sizes: Sizes, gigabytes: float, *, tokens: int = 1_024, width: int = 2) -> int:
    """How many texts can be continued at once on a GPU; 0: not even the weights fit."""
    free = int(gigabytes * _GIGA * USABLE) - generation_memory(sizes, rows=0, tokens=0, width=width)
    return max(0, free // (width * tokens * 2 * sizes.layers * sizes.keys))


def fits(memory: TrainingMemory, gigabytes: float) -> bool:
    """Tell whether a training step fits on GPUs of this size."""
    return memory.total <= gigabytes * _GIGA * USABLE


def describe(config: Any, *, block_size: int = 1_024, micro_batch: int = 1) -> str:
    """Write the plan of a model: bytes of a step, and on which GPUs it fits."""
    sizes = measure(config)
    lines = [
        f"{sizes.parameters:,} parameters. Full-parameter fine-tuning with AdamW, blocks of "
        f"{block_size} tokens, {micro_batch} at once on a GPU, activation checkpointing:"
    ]
    for weights in ("float32", "bfloat16"):
        lines += _training_lines(sizes, weights, block_size, micro_batch)
    lines.append(f"Generation in bfloat16, {block_size} tokens each:")
    for gigabytes in GPU_GIGABYTES:
        rows = rows_that_fit(sizes, gigabytes, tokens=block_size)
        lines.append(f"  {gigabytes} GB: " + (f"{rows} articles at once" if rows else "too small"))
    return "\n".join(lines)


def _training_lines(sizes: Sizes, weights: Weights, block_size: int, micro_batch: int) -> list[str]:
    def memory(gpus: int, checkpointing: bool = True) -> TrainingMemory:
        return training_memory(
            sizes,
            weights=weights,
            block_size=block_size,
            micro_batch=micro_batch,
            activation_checkpointing=checkpointing,
            gpus=gpus,
        )

    one = memory(1)
    parts = ", ".join(
        f"{name} {value / _GIGA:.1f}" for name, value in one._asdict().items() if value
    )
    kept = memory(1, checkpointing=False).activations / _GIGA
    places = [
        f"{min(counts)} x {gigabytes} GB"
        for gigabytes in GPU_GIGABYTES
        if (counts := [gpus for gpus in GPU_COUNTS if fits(memory(gpus), gigabytes)])
    ]
    return [
        f"  {weights} weights: {one.total / _GIGA:.1f} GB on one GPU ({parts}; activations "
        f"without checkpointing {kept:.1f})",
        f"    fits on: {' or '.join(places) or f'none of up to {max(GPU_COUNTS)} GPUs'}",
    ]
