"""How large a model is: from its settings, its folder or its name; read without torch."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH, embedded_folder

_LLAMA_LIKE = ("llama", "mistral")


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


def _llama(
    vocabulary: int, hidden: int, mlp: int, layers: int, heads: int, key_heads: int, tied: bool
) -> dict[str, Any]:
    return {
        "model_type": "llama",
        "vocab_size": vocabulary,
        "hidden_size": hidden,
        "intermediate_size": mlp,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": key_heads,
        "tie_word_embeddings": tied,
    }


# Settings of models whose weights need a download (or, for the last two, are made here).
KNOWN: Mapping[str, Mapping[str, Any]] = {
    "llama-2-7b": _llama(32_000, 4_096, 11_008, 32, 32, 32, False),
    "llama-2-13b": _llama(32_000, 5_120, 13_824, 40, 40, 40, False),
    "llama-3-8b": _llama(128_256, 4_096, 14_336, 32, 32, 8, False),
    "llama-3.1-8b": _llama(128_256, 4_096, 14_336, 32, 32, 8, False),
    "smollm2-135m": _llama(49_152, 576, 1_536, 30, 9, 3, True),
    "smollm2-360m": _llama(49_152, 960, 2_560, 32, 15, 5, True),
    "smollm2-1.7b": _llama(49_152, 2_048, 8_192, 24, 32, 32, True),
    EMBEDDED: _llama(4_000, 256, 688, 4, 4, 4, True),
    FRESH: _llama(800, 64, 128, 2, 2, 2, True),
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
    hidden = _first(settings, "hidden_size", "n_embd")
    layers = _first(settings, "num_hidden_layers", "n_layer")
    heads = _first(settings, "num_attention_heads", "n_head")
    mlp = settings.get("intermediate_size") or settings.get("n_inner") or 4 * hidden
    width = settings.get("head_dim") or hidden // heads
    keys = (settings.get("num_key_value_heads") or heads) * width
    vocabulary = int(settings["vocab_size"])
    embeddings = vocabulary * hidden * (1 if settings.get("tie_word_embeddings") else 2)
    layer = 2 * hidden * heads * width + 2 * hidden * keys + 3 * hidden * mlp + 2 * hidden
    return Sizes(
        parameters=parameters or embeddings + layers * layer + hidden,
        embeddings=embeddings,
        layers=layers,
        hidden=hidden,
        mlp=mlp,
        keys=keys,
        vocabulary=vocabulary,
    )


def _first(settings: Mapping[str, Any], *names: str) -> int:
    for name in names:
        if name in settings:
            return int(settings[name])
    raise KeyError(names[0])


def _of_folder(folder: Path) -> Sizes | None:
    """Read settings and, where weights are there, count what they hold."""
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf8"))
        count = sum(map(_stored, folder.glob("*.safetensors")))
        if not count and settings.get("model_type") not in _LLAMA_LIKE:
            return None
        return sizes_of(settings, count)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # damaged files are named when the model is loaded


def _stored(path: Path) -> int:
    """Count the numbers in a safetensors file by its head: eight bytes of length, then JSON."""
    with path.open("rb") as file:
        head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return sum(math.prod(head[name]["shape"]) for name in head if name != "__metadata__")
