"""The embedded base: a tokenizer and a small language model, learnt from articles alone."""

import hashlib
import json
import math
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, set_seed

from synverify_core.errors import NotEnoughDataError
from synverify_core.experiments.summarization.batches import Row
from synverify_core.experiments.summarization.models import Loaded, parameter_count, save
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import end_token, one_line
from synverify_core.experiments.summarization.tokenizer import train_tokenizer
from synverify_core.experiments.summarization.training import Log, Outcome, Progress, Training

PROVENANCE_NAME = "provenance.json"
_PACKAGES = ("torch", "transformers", "tokenizers", "accelerate")
_HELD_OUT_BATCH, _HELD_OUT_BLOCK = 16, 256


@dataclass(frozen=True)
class BaseShape:
    """Sizes of the embedded model (Llama architecture, input and output embeddings shared)."""

    vocabulary: int = 4_000
    layers: int = 4
    width: int = 256
    heads: int = 4
    mlp_width: int = 688
    context: int = 512

    def config(self, end: int, pad: int) -> LlamaConfig:
        """Translate to transformers' settings."""
        return LlamaConfig(
            vocab_size=self.vocabulary,
            hidden_size=self.width,
            intermediate_size=self.mlp_width,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            max_position_embeddings=self.context,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=end,
            pad_token_id=pad,
        )


def base_recipe(epochs: float, seed: int = 0) -> Recipe:
    """State how the embedded base is pre-trained: packed blocks, a high rate, a long decay."""
    return Recipe(
        learning_rate=5e-3,
        schedule="cosine",
        warmup=0.03,
        epochs=epochs,
        batch_size=16,
        block_size=512,
        optimizer="muon",
        precision="bfloat16",
        weight_decay=0.1,
        adam_beta2=0.98,
        seed=seed,
    )


def pretrain(
    texts: Sequence[str],
    folder: Path,
    recipe: Recipe,
    *,
    workspace: Path,
    shape: BaseShape | None = None,
    article_tokens: int = 0,
    held_out: Mapping[str, Sequence[str]] | None = None,
    device: str = "cpu",
    facts: Mapping[str, Any] | None = None,
    log: Log | None = None,
    progress: Progress | None = None,
    checkpoint_seconds: float = 120.0,
) -> Loaded:
    """Train tokenizer and base on articles and write them with their provenance.

    Killed and called again with the same arguments, it goes on where it was. Texts that do not
    fill a single block raise a NotEnoughDataError.

    Parameters
    ----------
    texts : articles, never summaries; `article_tokens` of each at most (0: all).
    folder : where weights, tokenizer and provenance are written in the end.
    recipe : `block_size` is the length of the packed blocks, `epochs` passes over all of them.
    held_out : texts that only measure the loss, by a name.
    facts : what the provenance should say besides: commit, fingerprint of the corpus.
    """
    shape = shape or BaseShape()
    tokenizer = train_tokenizer(texts, shape.vocabulary, shape.context)
    blocks = _blocks(encode_texts(tokenizer, texts, article_tokens), recipe)
    loaded = _untrained(tokenizer, shape, recipe.seed, device)
    tell = log or (lambda _: None)
    size = f"{parameter_count(loaded):,} parameters, {len(blocks)} blocks"
    tell(f"base: {size} of {recipe.block_size} tokens, {recipe.steps(len(blocks))} steps")
    clock = _Clock(workspace, progress)
    rows = [Row(block, block) for block in blocks]
    outcome = Training(
        loaded, rows, recipe, workspace, log, progress=clock, checkpoint_seconds=checkpoint_seconds
    ).run()
    save(loaded, folder)
    losses = {name: held_out_loss(loaded, apart) for name, apart in (held_out or {}).items()}
    tell(f"base: loss {outcome.loss:.3f}; on texts held out {json.dumps(losses)}")
    told = _provenance(loaded, shape, recipe, outcome, clock.before, texts)
    told |= {"held_out": losses, "article_tokens": article_tokens, **(facts or {})}
    text = json.dumps(told, indent=1, sort_keys=True, allow_nan=False)
    (folder / PROVENANCE_NAME).write_text(f"{text}\n", encoding="utf8")
    return loaded


def _untrained(tokenizer: Any, shape: BaseShape, seed: int, device: str) -> Loaded:
    set_seed(seed)
    model: Any = LlamaForCausalLM(shape.config(end_token(tokenizer), tokenizer.pad_token_id))
    return Loaded(model.to(device), tokenizer)


def _blocks(encoded: Sequence[list[int]], recipe: Recipe) -> list[list[int]]:
    """Pack long texts into whole blocks, short ones into halves: attention is dear in long ones."""
    size, order = recipe.block_size, np.random.default_rng(recipe.seed).permutation(len(encoded))
    rows = [encoded[place] for place in order]
    half = size // 2
    blocks = pack([row for row in rows if len(row) > half], size)
    blocks += pack([row for row in rows if len(row) <= half], half)
    if not blocks:
        raise NotEnoughDataError(f"{len(encoded)} texts do not fill a block of {size} tokens")
    return blocks


def encode_texts(tokenizer: Any, texts: Sequence[str], article_tokens: int) -> list[list[int]]:
    """Encode texts as they stand in a prompt, on one line, each with its end."""
    lines = [one_line(text) for text in texts]
    rows = tokenizer(lines, split_special_tokens=True, verbose=False)["input_ids"]
    end = end_token(tokenizer)
    return [[*row[: article_tokens or None], end] for row in rows]


def pack(rows: Sequence[Sequence[int]], block_size: int) -> list[list[int]]:
    """Join rows and cut them into blocks, as run_clm does; an incomplete last block is dropped."""
    joined = [token for row in rows for token in row]
    last = len(joined) - len(joined) % block_size
    return [joined[first : first + block_size] for first in range(0, last, block_size)]


def held_out_loss(loaded: Loaded, texts: Sequence[str]) -> dict[str, float]:
    """Measure a model on texts: loss in nats a token, and in bits a character of text.

    Only the latter can be compared between tokenizers.
    """
    rows = encode_texts(loaded.tokenizer, texts, 0)
    loss = mean_loss(loaded.model, pack(rows, _HELD_OUT_BLOCK))
    characters = sum(len(one_line(text)) for text in texts)
    bits = loss / math.log(2) * sum(map(len, rows)) / characters
    return {"nats_a_token": round(loss, 4), "bits_a_character": round(bits, 4)}


@torch.inference_mode()  # type: ignore[untyped-decorator]
def mean_loss(model: Any, blocks: Sequence[Sequence[int]]) -> float:
    """Mean cross-entropy per token of blocks, nats."""
    total = 0.0
    for first in range(0, len(blocks), _HELD_OUT_BATCH):
        part = torch.tensor(blocks[first : first + _HELD_OUT_BATCH], device=model.device)
        logits = model(input_ids=part, use_cache=False).logits[:, :-1].float()
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), part[:, 1:].flatten())
        total += float(loss) * len(part)
    return total / len(blocks)


class _Clock:
    """Adds up the seconds of a training that is interrupted and continued."""

    def __init__(self, workspace: Path, progress: Progress | None) -> None:
        self.path, self.progress = workspace / "seconds.json", progress
        self.before = _seconds_before(self.path)
        self.began = self.written = time.monotonic()

    def __call__(self, done: int, total: int, speed: float) -> None:
        now = time.monotonic()
        if now - self.written > 10 or done == total:
            self.path.write_text(json.dumps(self.before + now - self.began), encoding="utf8")
            self.written = now
        if self.progress:
            self.progress(done, total, speed)


def _seconds_before(path: Path) -> float:
    try:
        return float(json.loads(path.read_text(encoding="utf8")))
    except (OSError, ValueError, TypeError):  # nothing yet, or cut off: only a statement of time
        return 0.0


def _provenance(
    loaded: Loaded,
    shape: BaseShape,
    recipe: Recipe,
    outcome: Outcome,
    before: float,
    texts: Sequence[str],
) -> dict[str, Any]:
    joined = hashlib.sha256()
    for text in texts:
        joined.update(text.encode() + b"\0")
    return {
        "shape": asdict(shape),
        "recipe": asdict(recipe),
        "parameters": parameter_count(loaded),
        "texts": len(texts),
        "texts_sha256": joined.hexdigest(),
        "steps": outcome.steps,
        "loss": outcome.loss,
        "seconds": round(before + outcome.seconds, 1),
        "device": str(loaded.device),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in _PACKAGES},
    }
