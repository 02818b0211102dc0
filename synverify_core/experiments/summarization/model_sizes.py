"""How large a model is: from its settings, its folder or its name; read without torch."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH, embedded_folder


class Sizes(NamedTuple):
    """What memory depends on, in numbers of elements; `keys` is one token's width in a layer."""

    parameters: int
    layers: int
    hidden: int
    mlp: int
    keys: int
    vocabulary: int


_NAMES = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers")
_HEADS = ("num_attention_heads", "num_key_value_heads", "tie_word_embeddings")
# Models whose weights need a download (or, for the last two, are made here).
KNOWN: Mapping[str, Mapping[str, Any]] = {
    name: dict(zip(("model_type", *_NAMES, *_HEADS), ("llama", *numbers), strict=True))
    for name, numbers in {
        "llama-2-7b": (32_000, 4_096, 11_008, 32, 32, 32, False),
        "llama-2-13b": (32_000, 5_120, 13_824, 40, 40, 40, False),
        "llama-3-8b": (128_256, 4_096, 14_336, 32, 32, 8, False),
        "llama-3.1-8b": (128_256, 4_096, 14_336, 32, 32, 8, False),
        "smollm2-135m": (49_152, 576, 1_536, 30, 9, 3, True),
        "smollm2-360m": (49_152, 960, 2_560, 32, 15, 5, True),
        "smollm2-1.7b": (49_152, 2_048, 8_192, 24, 32, 32, True),
        EMBEDDED: (4_000, 256, 688, 4, 4, 4, True),
        FRESH: (800, 64, 128, 2, 2, 2, True),
    }.items()
}


def model_sizes(model: str) -> Sizes | None:
    """Return the sizes of a model by its folder's files, else by its name; None: not known.

    Parameters
    ----------
    model : `embedded`, `fresh`, a folder, or a name on the hub, which is not asked.
    """
    folder = embedded_folder() if model == EMBEDDED else Path(model).expanduser()
    if (folder / "config.json").is_file():
        return _of_folder(folder)
    name = model.rsplit("/", 1)[-1].lower()
    settings = next((KNOWN[known] for known in KNOWN if known in name), None)
    return sizes_of(settings) if settings else None


def sizes_of(settings: Mapping[str, Any], parameters: int = 0) -> Sizes:
    """Translate transformers' settings of a causal language model.

    Parameters
    ----------
    settings : as config.json has them.
    parameters : their number; 0: that of Llama's architecture.

    Raises
    ------
    KeyError
        If a size is not among the settings.
    """
    hidden = int(settings.get("n_embd") or settings["hidden_size"])
    layers = int(settings.get("n_layer") or settings["num_hidden_layers"])
    heads = int(settings.get("n_head") or settings["num_attention_heads"])
    mlp = settings.get("intermediate_size") or settings.get("n_inner") or 4 * hidden
    width = settings.get("head_dim") or hidden // heads
    keys = (settings.get("num_key_value_heads") or heads) * width
    vocabulary = int(settings["vocab_size"])
    embeddings = vocabulary * hidden * (1 if settings.get("tie_word_embeddings") else 2)
    layer = 2 * hidden * heads * width + 2 * hidden * keys + 3 * hidden * mlp + 2 * hidden
    counted = parameters or embeddings + layers * layer + hidden
    return Sizes(counted, layers, hidden, mlp, keys, vocabulary)


def _of_folder(folder: Path) -> Sizes | None:
    """Read settings and, where weights are there, count what they hold."""
    from safetensors import SafetensorError, safe_open

    def stored(path: Path) -> int:
        with safe_open(path, framework="numpy") as file:
            return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())

    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf8"))
        count = sum(map(stored, folder.glob("*.safetensors")))
        if not count and settings.get("model_type") not in ("llama", "mistral"):
            return None
        return sizes_of(settings, count)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
        return None  # damaged files are named when the model is loaded
