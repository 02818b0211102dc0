"""Greedy summaries: ours against transformers' `generate` on the same pool.

    python benchmarks/summarization_generation.py [--articles 512] [--threads 1] [--model FOLDER]

Block and longest summary are those of the `quick` preset. `generate` gets the pool in its given
order, in batches padded on the left, several sizes; ours sorts by length, reads prompts for their
end alone, keeps keys and values in place and lets ended rows leave. Tokens are compared.
Without --model: the default shape with random weights, where one token of `--mean-length` ends
a summary, so that lengths scatter as real ones do.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaForCausalLM

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.summarization.generate import end_tokens, summarize
from synverify_core.experiments.summarization.models import Loaded, load
from synverify_core.experiments.summarization.pretrain import BaseShape
from synverify_core.experiments.summarization.text import encode_prompt, end_token
from synverify_core.experiments.summarization.tokenizer import train_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=512)
    parser.add_argument("--texts", type=Path, help="JSON list of articles, instead of docstrings")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", help="folder or hub name; default: random weights")
    parser.add_argument("--mean-length", type=int, default=12)
    parser.add_argument("--max-new-tokens", type=int, default=32)
    parser.add_argument("--block-size", type=int, default=128)
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[8, 32, 128])
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    texts = read_texts(options)
    loaded = load(options.model) if options.model else random_model(texts, options.mean_length)
    articles = texts[: options.articles]

    def ours() -> list[list[int]]:
        summaries = summarize(
            loaded,
            articles,
            block_size=options.block_size,
            max_new_tokens=options.max_new_tokens,
        )
        return [summary.tokens for summary in summaries]

    plain(loaded, articles[:4], options, 4)  # what is imported and prepared once is nobody's
    mine, mine_seconds = best(ours, options.repeats)
    tokens = sum(map(len, mine))
    print(f"{len(articles)} articles, {tokens} new tokens, {options.threads} threads")
    print(f"{'':24}{'wall s':>9}{'CPU s':>9}{'tokens/s':>10}{'ratio':>7}{'CPU':>7}{'equal':>8}")
    show("synverify", mine_seconds, tokens, mine_seconds, "")
    for size in options.batch_sizes:
        theirs, seconds = best(lambda size=size: plain(loaded, articles, options, size), 1)
        equal = sum(one == other for one, other in zip(mine, theirs, strict=True))
        show(
            f"generate, batches of {size}",
            seconds,
            tokens,
            mine_seconds,
            f"{equal / len(mine):.1%}",
        )


def read_texts(options: Any) -> list[str]:
    if options.texts:
        return list(json.loads(options.texts.read_text(encoding="utf8")))
    from synverify_core.experiments.summarization.corpora import load_corpus

    return [pair.article for pair in load_corpus("docstrings").train]


def random_model(texts: list[str], mean_length: int) -> Loaded:
    shape = BaseShape()
    tokenizer = train_tokenizer(texts, shape.vocabulary, shape.context)
    torch.manual_seed(0)
    config = shape.config(end_token(tokenizer), tokenizer.pad_token_id)
    config.initializer_range = 0.1
    model: Any = LlamaForCausalLM(config).eval()
    model.generation_config.eos_token_id = list(range(0, shape.vocabulary, mean_length))
    return Loaded(model, tokenizer)


def plain(loaded: Loaded, articles: list[str], options: Any, size: int) -> list[list[int]]:
    """Write what a user would: pad each batch, call `generate`, cut behind the end token."""
    pad, ends = loaded.tokenizer.pad_token_id, end_tokens(loaded)
    prompts = [
        encode_prompt(loaded.tokenizer, article, options.block_size, options.max_new_tokens).tokens
        for article in articles
    ]
    found = []
    for first in range(0, len(prompts), size):
        part = prompts[first : first + size]
        width = max(map(len, part))
        rows = torch.tensor([[pad] * (width - len(row)) + row for row in part])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in part])
        with torch.inference_mode():
            output = loaded.model.generate(
                rows,
                attention_mask=mask,
                do_sample=False,
                max_new_tokens=options.max_new_tokens,
                pad_token_id=pad,
            )
        found += [until_end(row, ends) for row in output[:, width:].tolist()]
    return found


def until_end(tokens: list[int], ends: set[int]) -> list[int]:
    for place, token in enumerate(tokens):
        if token in ends:
            return tokens[: place + 1]
    return tokens


def best(call: Callable[[], Any], repeats: int) -> tuple[Any, tuple[float, float]]:
    """Run a call several times; smallest wall-clock and processor seconds."""
    seconds = []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        result = call()
        seconds.append((time.perf_counter() - wall, time.process_time() - processor))
    return result, (min(wall for wall, _ in seconds), min(cpu for _, cpu in seconds))


def show(
    name: str, seconds: tuple[float, float], tokens: int, ours: tuple[float, float], equal: str
) -> None:
    wall, cpu = seconds
    print(
        f"{name:24}{wall:9.1f}{cpu:9.1f}{tokens / wall:10.0f}"
        f"{wall / ours[0]:7.2f}{cpu / ours[1]:7.2f}{equal:>8}",
        flush=True,
    )


if __name__ == "__main__":
    main()
