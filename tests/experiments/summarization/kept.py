"""Pools and model folders as a run leaves them, small and without a run."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from synverify_core.experiments.summarization.pool import SummaryPool, save_pool

SETTINGS: dict[str, Any] = {
    "corpus": "docstrings:argparse,email,json,logging,unittest",
    "model": "fresh",
    "dtype": "float32",
    "block_size": 48,
}
IDENTITY = {"model": None, "supervised": True}
WORDS = "array compute matrix index shape tensor value returns the of a".split()


def write_settings(folder: Path, settings: dict[str, Any], seed: int, **origin: Any) -> None:
    made = {"experiment": "summarization", "version": 1, "settings": settings, "seed": seed}
    (folder / "settings.json").write_text(json.dumps({**made, "identity": IDENTITY, **origin}))


def some_pool(count: int = 40, *, weak: bool = True, seed: int = 0) -> SummaryPool:
    """Summaries of a few words; the better they are, the likelier their models find most."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, 1 + i % 6)) for i in range(count)]
    similarity = np.round(rng.beta(1, 4, count), 4)
    return SummaryPool(
        articles=[
            f"pkg.thing{i}(x)\nIt is about {text} & <{i}>. " * 3 for i, text in enumerate(texts)
        ],
        summaries=texts,
        references=[f"{text} for humans" for text in texts],
        similarity=similarity,
        log_probability=similarity + rng.normal(size=count) / 4 - 2,
        weak_log_probability=similarity + rng.normal(size=count) / 8 - 3 if weak else None,
    )


def keep_pool(artifacts: Path, key: str = "one", *, seed: int = 0, **options: Any) -> Path:
    folder = artifacts / "summarization" / f"pool-{key}"
    folder.mkdir(parents=True)
    write_settings(folder, {**SETTINGS, "max_new_tokens": 12}, seed)
    save_pool(some_pool(seed=seed, **options), folder)
    return folder


def keep_generator(artifacts: Path, key: str, loaded: Any, *, seed: int = 0) -> Path:
    """Keep a generator and its supervisor; `loaded` may be a list of two."""
    from synverify_core.experiments.summarization.models import save

    pair = loaded if isinstance(loaded, list) else [loaded, loaded]
    folders = [artifacts / "summarization" / name for name in (key, f"helper-weak-{key}")]
    for folder, model, helper in zip(folders, pair, (None, "weak"), strict=True):
        (folder / "model").mkdir(parents=True)
        save(model, folder / "model")
        write_settings(folder, SETTINGS, seed, helper=helper)
    return folders[0]


def tiny_model(seed: int = 0) -> Any:
    """Make a Llama with its tokenizer that writes at random."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from synverify_core.experiments.summarization.models import Loaded
    from synverify_core.experiments.summarization.tokenizer import train_tokenizer

    tokenizer = train_tokenizer([" ".join(WORDS)] * 9, 300, 64)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=300,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=64,
        initializer_range=0.4,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Loaded(LlamaForCausalLM(config).eval(), tokenizer)
