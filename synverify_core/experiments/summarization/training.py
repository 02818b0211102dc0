"""Training by transformers' Trainer: the same weights whether it was interrupted or not."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import TrainingArguments
from transformers.trainer_callback import PrinterCallback
from transformers.utils.import_utils import is_accelerate_available

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.summarization.checkpoints import last_checkpoint, require_identity
from synverify_core.experiments.summarization.fingerprint import fingerprint
from synverify_core.experiments.summarization.models import quiet
from synverify_core.experiments.summarization.order import example_order
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import IGNORED

Log = Callable[[str], None]
Progress = Callable[[int, int, float], None]
"""Told after each step: steps done, steps in all, tokens per second."""

# Widths of batches are rounded up: few shapes are prepared once and used again.
_WIDTH_STEP = 8


class Row(NamedTuple):
    """One example of a training."""

    tokens: list[int]
    labels: list[int]


class Outcome(NamedTuple):
    """What a training says about itself.

    loss : mean cross-entropy per token over the last hundredth of the steps, nats.
    seconds, tokens_per_second : of this call, not of an interrupted one before.
    micro_batch : examples at once in the end; smaller than asked for if memory ran out.
    """

    loss: float
    steps: int
    seconds: float
    tokens_per_second: float
    micro_batch: int


def train(
    model: Any,
    rows: Sequence[Row],
    recipe: Recipe,
    *,
    pad: int,
    workspace: Path,
    log: Log | None = None,
    progress: Progress | None = None,
    checkpoint_seconds: float = 120.0,
    save_to: Path | None = None,
) -> Outcome:
    """Train a causal language model in place.

    Parameters
    ----------
    pad : token that fills the right end of rows, where a causal model cannot see it and the
        loss does not count it.
    workspace : folder of the checkpoints; a training that was interrupted there goes on.
    checkpoint_seconds : time between checkpoints.
    save_to : folder for the weights in the end; where several processes share a model, only
        they together can write it.

    Raises
    ------
    InputError
        If there are no examples, the weights are float16, or the workspace belongs to another
        training.
    SynverifyError
        If accelerate is missing, the loss is no longer a number, or one example does not fit
        into memory.
    """
    _check(model, rows)
    # Loads accelerate, whose absence should not keep anybody from generating.
    from synverify_core.experiments.summarization.trainer import SummaryTrainer, Watch

    total = recipe.steps(len(rows)) * recipe.batch_size if recipe.max_steps else 0
    total = total or max(1, round(recipe.epochs * len(rows)))
    lengths = [len(row.tokens) for row in rows]
    order = example_order(lengths, recipe.batch_size, total, recipe.seed)
    require_identity(workspace, _identity(model, rows, recipe))
    checkpoint = last_checkpoint(workspace)
    if checkpoint and log:
        log(f"training goes on from {checkpoint.name} of {recipe.steps(len(rows))}")
    watch = Watch([lengths[place] for place in order], recipe, checkpoint_seconds, progress)
    use_cache = model.config.use_cache
    trainer = SummaryTrainer(
        model=model,
        args=_arguments(model, recipe, recipe.steps(len(rows)), workspace),
        train_dataset=_Ordered(rows, order.tolist()),
        data_collator=Collator(pad),
        compute_loss_func=token_loss,
        callbacks=[watch],
    )
    trainer.tell = log
    trainer.remove_callback(PrinterCallback)
    began = time.monotonic()
    with quiet():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        if save_to:
            trainer.save_model(str(save_to))
    # Else a model trained under autocast would go on in bfloat16, unlike its copy on disk.
    trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    model.config.use_cache = use_cache
    model.zero_grad(set_to_none=True)
    model.eval()
    seconds = max(time.monotonic() - began, 1e-9)
    return Outcome(
        watch.loss,
        trainer.state.global_step,
        seconds,
        watch.tokens / seconds,
        trainer.micro_batch(),
    )


def token_loss(outputs: Any, labels: Tensor, num_items_in_batch: Any = None) -> Tensor:
    """Sum of the cross-entropies of the labelled tokens over the number of them in the batch.

    Dividing by the whole batch's tokens makes the gradient independent of the parts in which
    the batch is computed.
    """
    logits = outputs.logits.float()
    targets = torch.nn.functional.pad(labels[:, 1:], (0, 1), value=IGNORED)
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="sum"
    )
    return loss / num_items_in_batch


def _check(model: Any, rows: Sequence[Row]) -> None:
    if not rows:
        raise InputError("0 examples are refused: training needs at least one")
    if model.dtype == torch.float16:
        raise InputError(
            "dtype = 'float16' is refused for training, gradients would vanish: "
            "it must be float32 or bfloat16"
        )
    if not is_accelerate_available():
        raise SynverifyError(
            "Training needs the package accelerate, which transformers' Trainer runs on: "
            "`pip install accelerate`"
        )


def _arguments(model: Any, recipe: Recipe, steps: int, workspace: Path) -> TrainingArguments:
    device = next(model.parameters()).device
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    micro, accumulation = split_batch(recipe, processes)
    # Several processes take their shares from a model in main memory.
    on_gpu = device.type == "cuda" or (processes > 1 and torch.cuda.is_available())
    bfloat16 = recipe.precision == "bfloat16" or (recipe.precision == "auto" and on_gpu)
    arguments = TrainingArguments(
        output_dir=str(workspace),
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=accumulation,
        # The order holds all epochs, one after the other: to the Trainer it is a single one.
        num_train_epochs=1,
        train_sampling_strategy="sequential",
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine" if recipe.schedule == "cosine" else "constant_with_warmup",
        warmup_steps=round(recipe.warmup * steps),
        weight_decay=recipe.weight_decay,
        adam_beta2=recipe.adam_beta2,
        max_grad_norm=recipe.clip_norm,
        optim="adamw_torch_fused",
        bf16=bfloat16 and model.dtype == torch.float32,
        activation_checkpointing=recipe.activation_checkpointing,
        seed=recipe.seed,
        use_cpu=not on_gpu,
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        logging_strategy="steps",
        logging_steps=max(1, steps // 100),
        logging_nan_inf_filter=False,
        eval_strategy="no",
        save_strategy="no",
        save_total_limit=1,
        disable_tqdm=True,
        report_to="none",
    )
    if processes == 1 and arguments.n_gpu > 1:
        arguments._n_gpu = 1  # else the Trainer would spread rows by DataParallel
    return arguments


def split_batch(recipe: Recipe, processes: int = 1) -> tuple[int, int]:
    """Divide a batch into equal parts: examples at once on a device, parts one after the other.

    Raises
    ------
    InputError
        If the batch cannot be shared equally among the devices.
    """
    if recipe.batch_size % processes:
        raise InputError(
            f"batch_size = {recipe.batch_size} is refused with {processes} devices: "
            "it must be a multiple of their number"
        )
    share = recipe.batch_size // processes
    micro = min(recipe.micro_batch or share, share)
    while share % micro:
        micro -= 1
    return micro, share // micro


def _identity(model: Any, rows: Sequence[Row], recipe: Recipe) -> dict[str, Any]:
    settings = asdict(recipe)
    # Neither can change the result: only how much of a batch is computed at once, and how.
    del settings["micro_batch"], settings["activation_checkpointing"]
    tokens = sum(len(row.tokens) for row in rows)
    return {**settings, "model": fingerprint(model), "examples": len(rows), "tokens": tokens}


class _Ordered(Dataset[Any]):  # type: ignore[misc]
    def __init__(self, rows: Sequence[Row], order: Sequence[int]) -> None:
        self.rows, self.order = rows, order

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: int) -> Row:
        return self.rows[self.order[place]]


class Collator:
    """Pads rows to the longest; without a mask, since nothing looks at what comes after it."""

    def __init__(self, pad: int) -> None:
        self.pad = pad

    def __call__(self, rows: Sequence[Row]) -> dict[str, Tensor]:
        """Return input_ids and labels, both (rows, width)."""
        longest = max(len(row.tokens) for row in rows)
        width = -(-longest // _WIDTH_STEP) * _WIDTH_STEP
        return {
            "input_ids": torch.tensor(
                [row.tokens + [self.pad] * (width - len(row.tokens)) for row in rows]
            ),
            "labels": torch.tensor(
                [row.labels + [IGNORED] * (width - len(row.labels)) for row in rows]
            ),
        }


def loss_history(workspace: Path) -> list[tuple[int, float]]:
    """Read (step, loss) pairs of the last checkpoint, for a look at a training that runs."""
    checkpoint = last_checkpoint(workspace)
    if checkpoint is None:
        return []
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf8"))
    return [(line["step"], line["loss"]) for line in state["log_history"] if "loss" in line]
