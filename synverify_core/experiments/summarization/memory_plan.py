"""How much memory fine-tuning and generation need, before any weights are downloaded.

Read without torch: the form says it before a run, `doctor` for some models (`memory_table.py`).
"""

from typing import Literal, NamedTuple

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.hardware import Gpu, first_gpu, main_memory
from synverify_core.experiments.summarization.model_sizes import Sizes, model_sizes

GPU_GIGABYTES = (24, 40, 48, 80, 141)
GPU_COUNTS = (1, 2, 4, 8)
USABLE = 0.92
"""Share of a GPU's memory that tensors get: the rest goes to the driver and to fragmentation."""
GIGA = 10**9
_SMALL = 2 * GIGA
_LARGE = 2 * 10**8

Weights = Literal["float32", "bfloat16"]
"""`float32`: master weights, bfloat16 products (autocast); `bfloat16`: everything in it."""


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
    free = int(gigabytes * GIGA * USABLE) - generation_memory(sizes, rows=0, tokens=0, width=width)
    return max(0, free // (width * tokens * 2 * sizes.layers * sizes.keys))


def fits(memory: TrainingMemory, gigabytes: float) -> bool:
    """Tell whether a training step fits on GPUs of this size."""
    return memory.total <= gigabytes * GIGA * USABLE


def places_that_fit(
    sizes: Sizes, weights: Weights, *, block_size: int, checkpointing: bool, micro_batch: int = 1
) -> list[str]:
    """Name the fewest GPUs of each common size that hold a training step, as `2 x 80 GB`."""
    places: list[str] = []
    fewest = max(GPU_COUNTS) + 1
    for gigabytes in GPU_GIGABYTES:
        for gpus in GPU_COUNTS:
            memory = training_memory(
                sizes,
                weights=weights,
                block_size=block_size,
                micro_batch=micro_batch,
                activation_checkpointing=checkpointing,
                gpus=gpus,
            )
            if fits(memory, gigabytes):
                # Larger GPUs say nothing new unless fewer of them are enough.
                if gpus < fewest:
                    places.append(f"{gpus} x {gigabytes} GB")
                fewest = min(fewest, gpus)
                break
    return places


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
    def needs(examples: int) -> int:
        return training_memory(
            sizes,
            weights=config.dtype,
            block_size=config.block_size,
            micro_batch=examples,
            activation_checkpointing=False,
        ).total

    whole = needs(config.batch_size)
    name = f"{model} has {_millions(sizes.parameters)} parameters"
    if whole <= _SMALL:
        return [f"{name} and needs at most {_gb(whole)} to train: any machine holds it."]
    each = needs(2) - needs(1)
    width = 4 if config.dtype == "float32" else 2
    alone = generation_memory(sizes, rows=0, tokens=0, width=width)
    article = generation_memory(sizes, rows=1, tokens=config.block_size, width=width) - alone
    told = [
        f"{name}: training all of them in {config.dtype} needs {_gb(needs(1) - each)} for weights, "
        f"gradients and optimizer and {_gb(each)} for each example of {config.block_size:,} tokens "
        f"at once; writing summaries, {_gb(alone)} and {_gb(article)} an article."
    ]
    gpu = first_gpu()
    free = int(gpu.memory * USABLE) if gpu else 0
    if gpu and needs(1) <= free:
        rows = min(config.batch_size, 1 + (free - needs(1)) // each)
        told.append(
            f"This machine's GPU ({_named(gpu)}) holds it with {rows} of a batch's "
            f"{config.batch_size} examples at once, which the run finds by itself."
        )
        return told
    if gpu:
        told.append(f"This machine's GPU ({_named(gpu)}) does not hold it.")
    else:
        holds = "holds it, slowly" if needs(1) <= main_memory() else "does not hold it"
        told.append(f"No GPU is found here; main memory ({_gb(main_memory())}) {holds}.")
    return [*told, _elsewhere(config, sizes)]


def _elsewhere(config: SummarizationConfig, sizes: Sizes) -> str:
    """Say what would hold the model, and what to set."""
    places = places_that_fit(sizes, config.dtype, block_size=config.block_size, checkpointing=False)
    one = [place for place in places if place.startswith("1 x ")]
    several = [place for place in places if place not in one]
    largest = max(GPU_GIGABYTES)
    on_one = (
        f"One GPU of {one[0][4:]} or more holds it"
        if one
        else f"No single GPU of up to {largest} GB holds it"
    )
    shared = f"; training alone can be shared out on {' or '.join(several)} (fsdp.yaml)"
    ways = ["dtype = bfloat16"] * (config.dtype == "float32") + ["a smaller block_size"]
    if sizes.parameters > _LARGE:
        ways.append("a smaller model such as HuggingFaceTB/SmolLM2-135M")
    return f"{on_one}{shared if several else ''}. To need less, set {' or '.join(ways)}."


def _named(gpu: Gpu) -> str:
    return f"{gpu.name}, {_gb(gpu.memory)}"


def _gb(count: int) -> str:
    return f"{count / GIGA:,.{0 if count >= 10 * GIGA else 1 if count >= GIGA else 2}f} GB"


def _millions(count: int) -> str:
    return f"{count / 1e9:.1f} billion" if count >= 1e9 else f"{count / 1e6:.1f} million"
