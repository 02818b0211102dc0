"""How much memory a model needs, before any weights are downloaded; read without torch."""

import subprocess
from functools import cache
from typing import Literal, NamedTuple

import psutil

from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.model_sizes import Sizes, model_sizes
from synverify_core.experiments.summarization.sources import EMBEDDED

GPU_GIGABYTES = (24, 40, 48, 80, 141)
USABLE = 0.92
"""Share of a GPU's memory that tensors get: the rest goes to the driver and to fragmentation."""
GIGA = 10**9
_SMALL = 2 * GIGA
_LARGE = 2 * 10**8
# Model and block that `doctor` shows: the paper's block, and the embedded model's longest.
_SHOWN = {"meta-llama/Llama-2-7b-hf": 1_024, "HuggingFaceTB/SmolLM2-135M": 1_024, EMBEDDED: 512}

Weights = Literal["float32", "bfloat16"]
"""`float32`: master weights, bfloat16 products (autocast); `bfloat16`: everything in it."""


class Memory(NamedTuple):
    """Bytes that training and generation take.

    training : weights, gradients and AdamW's two moments; copies in bfloat16 of float32 weights.
    example : what is kept of one example for the backward pass, logits included.
    weights : alone, to generate; article : keys and values of one.
    """

    training: int
    example: int
    weights: int
    article: int


class Gpu(NamedTuple):
    """A GPU and its memory in bytes."""

    name: str
    memory: int


def needs(sizes: Sizes, weights: Weights, block_size: int) -> Memory:
    """Count the bytes of a model and of one text of `block_size` tokens.

    Those of the model are exact; those of an example are a count of what PyTorch keeps for a
    layer of Llama's kind with fused attention.
    """
    width = 4 if weights == "float32" else 2
    copies = 2 * sizes.parameters if weights == "float32" else 0
    # Logits in bfloat16 and float32, their log-softmax, and the gradients of the first two.
    token = sizes.layers * layer_activations(sizes, weights) + 16 * sizes.vocabulary
    return Memory(
        training=4 * width * sizes.parameters + copies,
        example=block_size * token,
        weights=width * sizes.parameters,
        article=width * block_size * 2 * sizes.layers * sizes.keys,
    )


def layer_activations(sizes: Sizes, weights: Weights) -> int:
    """Bytes that one layer keeps for one token.

    Norms are computed in float32: each keeps its input and the normalised values. Then, in
    bfloat16, the inputs of both blocks; queries, keys, values and the output of attention; and
    four vectors of the MLP (gate, its activation, up, their product).
    """
    norms = 2 * (8 if weights == "float32" else 6) * sizes.hidden
    attention = 2 * (2 * sizes.hidden + 2 * sizes.keys)
    return norms + 4 * sizes.hidden + attention + 8 * sizes.mlp


def memory_table() -> dict[str, str]:
    """Say for `doctor` what it takes to train some models."""
    known = {model: (model_sizes(model), block) for model, block in _SHOWN.items()}
    return {
        model: f"{_gb(sum(needs(sizes, 'float32', block)[:2]))} to train it on {block:,} tokens at "
        f"once, its weights in float32. {_one_gpu(sizes, 'float32', block)}"
        for model, (sizes, block) in known.items()
        if sizes
    }


def plan_text(config: SummarizationConfig) -> list[str]:
    """Say in a few sentences what a run's largest model needs, what holds it, what to set."""
    supervisors = [config.weak_model] if config.supervised else []
    models = dict.fromkeys([config.model, *supervisors])
    known = {model: sizes for model in models if (sizes := model_sizes(model))}
    text = [
        f"How large {model} is cannot be told before it is on this machine: it is neither a "
        "folder nor one of the models that this project knows."
        for model in models
        if model not in known
    ]
    if not known:
        return text
    model = max(known, key=lambda name: known[name].parameters)
    return [*_sentences(config, model, known[model]), *text]


def _sentences(config: SummarizationConfig, model: str, sizes: Sizes) -> list[str]:
    memory = needs(sizes, config.dtype, config.block_size)
    whole = memory.training + config.batch_size * memory.example
    name = f"{model} has {_millions(sizes.parameters)} parameters"
    if whole <= _SMALL:
        return [f"{name} and needs at most {_gb(whole)} to train: any machine holds it."]
    told = [
        f"{name}: training all of them in {config.dtype} needs {_gb(memory.training)} for weights, "
        f"gradients and optimizer and {_gb(memory.example)} for each example of "
        f"{config.block_size:,} tokens at once; writing summaries, {_gb(memory.weights)} and "
        f"{_gb(memory.article)} an article."
    ]
    one = memory.training + memory.example
    gpu = first_gpu()
    free = int(gpu.memory * USABLE) if gpu else 0
    if gpu and one <= free:
        rows = min(config.batch_size, 1 + (free - one) // memory.example)
        return [
            *told,
            f"This machine's GPU ({gpu.name}, {_gb(gpu.memory)}) holds it with {rows} of a batch's "
            f"{config.batch_size} examples at once, which the run finds by itself.",
        ]
    if gpu:
        told.append(f"This machine's GPU ({gpu.name}, {_gb(gpu.memory)}) does not hold it.")
    else:
        holds = "holds it, slowly" if one <= main_memory() else "does not hold it"
        told.append(f"No GPU is found here; main memory ({_gb(main_memory())}) {holds}.")
    ways = ["dtype = bfloat16"] * (config.dtype == "float32") + ["a smaller block_size"]
    if sizes.parameters > _LARGE:
        ways.append("a smaller model such as HuggingFaceTB/SmolLM2-135M")
    place = _one_gpu(sizes, config.dtype, config.block_size)
    return [*told, f"{place}. To need less, set {' or '.join(ways)}."]


def _one_gpu(sizes: Sizes, weights: Weights, block_size: int) -> str:
    one = sum(needs(sizes, weights, block_size)[:2])
    fitting = [size for size in GPU_GIGABYTES if one <= size * GIGA * USABLE]
    if fitting:
        return f"One GPU of {fitting[0]} GB or more holds it"
    several = "; to part it among several (FSDP) is not there yet"
    return f"No single GPU of up to {GPU_GIGABYTES[-1]} GB holds it{several}"


@cache
def first_gpu() -> Gpu | None:
    """Ask NVIDIA's tool for the first GPU; None where there is no such tool or no GPU."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5.0, check=True)
        name, _, mebibytes = done.stdout.splitlines()[0].rpartition(",")
        return Gpu(name.strip(), int(mebibytes) * 2**20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def main_memory() -> int:
    """Bytes of main memory."""
    return int(psutil.virtual_memory().total)


def _gb(count: int) -> str:
    return f"{count / GIGA:,.{0 if count >= 10 * GIGA else 1 if count >= GIGA else 2}f} GB"


def _millions(count: int) -> str:
    return f"{count / 1e9:.1f} billion" if count >= 1e9 else f"{count / 1e6:.1f} million"
