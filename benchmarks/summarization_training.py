"""Steps of transformers' Trainer, as we set it up, against a bare loop over the same batches.

    python benchmarks/summarization_training.py --texts FILE [--steps 20] [--threads 2]

Same model, same order, same padding, same optimizer; the ratio is what the Trainer costs.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaForCausalLM

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.summarization.batches import Collator, Row, token_loss
from synverify_core.experiments.summarization.models import Loaded
from synverify_core.experiments.summarization.order import example_order
from synverify_core.experiments.summarization.pretrain import BaseShape
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import Encoded, encode_examples, end_token
from synverify_core.experiments.summarization.tokenizer import train_tokenizer
from synverify_core.experiments.summarization.training import Training


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, help="JSON list of articles")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    texts = json.loads(options.texts.read_text(encoding="utf8"))
    shape = BaseShape()
    tokenizer = train_tokenizer(texts, shape.vocabulary, shape.context)
    count = options.steps * options.batch_size
    examples = encode_examples(tokenizer, texts[:count], [text[:60] for text in texts[:count]], 160)
    recipe = Recipe(learning_rate=1e-3, batch_size=options.batch_size, block_size=160)
    config = shape.config(end_token(tokenizer), tokenizer.pad_token_id)
    for name, run in (("bare loop", bare), ("Trainer", ours), ("bare loop", bare)):
        torch.manual_seed(0)
        model = LlamaForCausalLM(config)
        wall, processor = time.perf_counter(), time.process_time()
        loss = run(model, examples, recipe, tokenizer)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        steps = recipe.steps(len(examples))
        speed = f"{steps / wall:7.3f} steps/s, {processor / steps:7.3f} CPU s a step"
        print(f"{name:10} {speed}, loss {loss:.4f}", flush=True)


def ours(model: Any, examples: list[Encoded], recipe: Recipe, tokenizer: Any) -> float:
    rows = [Row(example.tokens, example.labels()) for example in examples]
    with tempfile.TemporaryDirectory() as folder:
        return Training(Loaded(model, tokenizer), rows, recipe, Path(folder)).run().loss


def bare(model: Any, examples: list[Encoded], recipe: Recipe, tokenizer: Any) -> float:
    pad = int(tokenizer.pad_token_id)
    rows = [Row(example.tokens, example.labels()) for example in examples]
    lengths = [len(row.tokens) for row in rows]
    order = example_order(lengths, recipe.batch_size, len(rows), recipe.seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=0.0, fused=True
    )
    steps = recipe.steps(len(rows))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    collate, loss = Collator(pad), torch.tensor(0.0)
    for first in range(0, len(order), recipe.batch_size):
        batch = collate([rows[place] for place in order[first : first + recipe.batch_size]])
        labels = batch["labels"]
        loss = token_loss(model(input_ids=batch["input_ids"]), labels, (labels >= 0).sum())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip_norm)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    return float(loss)


if __name__ == "__main__":
    main()
