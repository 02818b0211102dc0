"""Causal language models with their tokenizers: the shipped base, a folder, or a hub name."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from synverify_core.errors import InputError, StoreError, cut
from synverify_core.experiments.summarization.sources import EMBEDDED, embedded_folder
from synverify_core.experiments.summarization.text import end_token

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_NEEDED = "config.json, model.safetensors (or its shards and index), and the tokenizer's files"


class Loaded(NamedTuple):
    """A model, in evaluation mode on its device, and the tokenizer that belongs to it."""

    model: Any
    tokenizer: Any

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.model.parameters()).device

    @property
    def context(self) -> int:
        """Most tokens, prompt and summary together, that the model was made for."""
        return _context(self.model.config, self.tokenizer)

    def block(self, block_size: int) -> int:
        """Shorten a block to the model's context."""
        return min(block_size, self.context)


class Reader(NamedTuple):
    """How a model reads: its tokenizer, and the most tokens that it was made for."""

    tokenizer: Any
    context: int


def load(model: str = EMBEDDED, dtype: str = "float32", device: str = "cpu") -> Loaded:
    """Load a model and its tokenizer.

    Parameters
    ----------
    model : `embedded`, a folder written by transformers' `save_pretrained`, or a hub name.
    dtype : of the weights, always stated: transformers would take the checkpoint's own, which
        is float16 for many copies of Llama and cannot be trained.
    device : as torch names it.

    Raises
    ------
    InputError
        If the dtype is unknown, the folder is not there, or a hub model cannot be had; the
        message says what to download and where to put it.
    StoreError
        If the files are there and cannot be read.
    """
    if dtype not in DTYPES:
        raise InputError(f"dtype = {dtype!r} is unknown; it must be one of {', '.join(DTYPES)}")
    source = _source(model)
    # Only safetensors: a pickled checkpoint runs whatever code its author put into it.
    options: dict[str, Any] = {"dtype": DTYPES[dtype], "use_safetensors": True}
    with _explained(model, source):
        tokenizer = AutoTokenizer.from_pretrained(source)
        weights: Any = AutoModelForCausalLM.from_pretrained(source, **options)
        loaded = Loaded(weights.to(device).eval(), tokenizer)
        _give_pad_token(loaded)
        _context(weights.config, tokenizer)
    return loaded


def load_reader(model: str = EMBEDDED) -> Reader:
    """Load a model's tokenizer and settings, without its weights; parameters and errors as `load`.

    Raises
    ------
    InputError, StoreError
        As `load`.
    """
    source = _source(model)
    with _explained(model, source):
        tokenizer = AutoTokenizer.from_pretrained(source)
        return Reader(tokenizer, _context(AutoConfig.from_pretrained(source), tokenizer))


def save(loaded: Loaded, folder: Path) -> None:
    """Write weights (safetensors), settings and tokenizer; `load(str(folder), ...)` reads them.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    try:
        with quiet():
            loaded.model.save_pretrained(folder)
        loaded.tokenizer.save_pretrained(folder)
    except OSError as error:
        raise StoreError(f"The model cannot be written to {folder}: {error}") from error


@contextmanager
def on_device(loaded: Loaded, device: str) -> Iterator[Loaded]:
    """Move a model that waits in main memory to where it works, and back."""
    before = loaded.device
    try:
        loaded.model.to(device)
        yield loaded
    finally:
        loaded.model.to(before)


def parameter_count(loaded: Loaded) -> int:
    """Count parameters, shared ones once."""
    return sum(parameter.numel() for parameter in loaded.model.parameters())


def leaves_out_logits(model: Any) -> bool:
    """Tell whether a model computes only the logits that are asked for (`logits_to_keep`)."""
    return "logits_to_keep" in inspect.signature(model.forward).parameters


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' progress bars and hints out of the run's own log; errors are raised."""
    bars, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _context(config: Any, tokenizer: Any) -> int:
    config = config.get_text_config(decoder=True)
    limits = [getattr(config, name, None) for name in ("max_position_embeddings", "n_positions")]
    limits.append(tokenizer.model_max_length)  # 1e30 where the tokenizer does not know
    return int(min(limit for limit in limits if limit))


def _source(model: str) -> str:
    if model == EMBEDDED:
        folder = embedded_folder()
        if not (folder / "config.json").is_file():
            raise InputError(
                f"model = 'embedded' is not there: {folder} has no config.json. Make it with "
                "`python -m synverify_core run summarization --stage base`, or name a folder"
            )
        return str(folder)
    path = Path(model).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise InputError(
                f"model = {model!r} is a folder without config.json; needed: {_NEEDED}"
            )
        return str(path)
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise InputError(f"model = {model!r} is not a folder")
    return model


@contextmanager
def _explained(model: str, source: str) -> Iterator[None]:
    """Say in words what cannot be read; damaged files make the libraries raise any exception."""
    try:
        with quiet():
            yield
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        raise _explain(model, source, error) from error


def _explain(model: str, source: str, error: Exception) -> InputError | StoreError:
    reason = cut(" ".join(str(error).split()), 300)
    if Path(source).is_dir():
        return StoreError(f"The model in {source} cannot be read: {reason}. Needed: {_NEEDED}")
    return InputError(
        f"model = {model!r} is neither a folder nor to be had from the hub (no network, "
        "HF_HUB_OFFLINE set, a wrong name, or a licence to accept first). Where there is a "
        f"network: `hf download {model} --local-dir FOLDER`; then bring FOLDER with {_NEEDED} "
        f"here and set model = FOLDER. The reason given: {reason}"
    )


def _give_pad_token(loaded: Loaded) -> None:
    """Fill batches with the end token where a model has no pad token.

    Only the tokenizer is told. Labels are hidden by length, not by token, so ends are still
    learnt; and a pad token in the model's settings would freeze that token's embedding.
    """
    if loaded.tokenizer.pad_token_id is None:
        end_token(loaded.tokenizer)
        loaded.tokenizer.pad_token = loaded.tokenizer.eos_token
