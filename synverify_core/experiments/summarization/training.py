"""Training by transformers' Trainer: the same weights whether it was interrupted or not."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import TrainingArguments
from transformers.trainer_callback import PrinterCallback
from transformers.utils.import_utils import is_accelerate_available

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.summarization.batches import Collator, Ordered, Row, token_loss
from synverify_core.experiments.summarization.checkpoints import (
    last_checkpoint,
    loss_history,
    require_identity,
)
from synverify_core.experiments.summarization.fingerprint import fingerprint
from synverify_core.experiments.summarization.memory import release
from synverify_core.experiments.summarization.models import quiet
from synverify_core.experiments.summarization.order import example_order, staged_order
from synverify_core.experiments.summarization.recipe import Recipe

Log = Callable[[str], None]
Progress = Callable[[int, int, float], None]
"""Told after each step: steps done, steps in all, tokens per second."""


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
    total = recipe.max_steps * recipe.batch_size or max(1, round(recipe.epochs * len(rows)))
    lengths = [len(row.tokens) for row in rows]
    order = example_order(lengths, recipe.batch_size, total, recipe.seed)
    require_identity(workspace, _identity(model, rows, recipe))
    clock = _Clock(workspace, log, progress, checkpoint_seconds)
    return _run(model, rows, order, recipe, pad, clock, save_to=save_to)


def train_in_stages(
    model: Any,
    rows: Sequence[Row],
    sizes: Sequence[int],
    recipe: Recipe,
    *,
    pad: int,
    workspace: Path,
    log: Log | None = None,
    progress: Progress | None = None,
    checkpoint_seconds: float = 120.0,
) -> Iterator[Outcome | None]:
    """Train once on all rows, in place, and stop whenever the first `size` of them are learnt.

    What is done with the model at a stop must leave it as it is. A training that was interrupted
    goes on from its last checkpoint, which is at a stop or behind it; a stop before it gives None,
    since the model as it was there is gone.

    Parameters
    ----------
    sizes : increasing, the last is the number of rows.
    recipe : the schedule runs over all steps; `epochs` and `max_steps` take no part.
    other parameters : as `train` has them.

    Raises
    ------
    InputError, SynverifyError
        As `train`.
    """
    _check(model, rows)
    lengths = [len(row.tokens) for row in rows]
    order, stops = staged_order(lengths, recipe.batch_size, sizes, recipe.seed)
    require_identity(workspace, {**_identity(model, rows, recipe), "sizes": list(sizes)})
    # The steps are those of the order, which is passed through once.
    recipe = replace(recipe, epochs=1.0, max_steps=0)
    clock = _Clock(workspace, log, progress, checkpoint_seconds)
    checkpoint = last_checkpoint(workspace)
    reached = int(checkpoint.name.split("-")[1]) if checkpoint else 0
    if reached and log:
        log(f"training goes on from step {reached} of {stops[-1]}")
    for stop in stops:
        if stop < reached:
            yield None
        else:
            yield _run(model, rows, order, recipe, pad, clock, until_step=stop)
            if model.device.type == "cuda":  # the optimizer's memory, for the evaluation
                release(model.device)


class _Clock(NamedTuple):
    """Where and how often a training saves, and whom it tells."""

    workspace: Path
    log: Log | None
    progress: Progress | None
    checkpoint_seconds: float


def _run(
    model: Any,
    rows: Sequence[Row],
    order: NDArray[np.intp],
    recipe: Recipe,
    pad: int,
    clock: _Clock,
    *,
    until_step: int = 0,
    save_to: Path | None = None,
) -> Outcome:
    """Train from the last checkpoint, if there is one, to a step or to the end."""
    # Loads accelerate, whose absence should not keep anybody from generating.
    from synverify_core.experiments.summarization.trainer import SummaryTrainer, Watch

    steps = recipe.steps(len(order) if until_step else len(rows))
    checkpoint = last_checkpoint(clock.workspace)
    if checkpoint and checkpoint.name == f"checkpoint-{until_step}" and until_step < steps:
        return _as_it_was(model, checkpoint)
    if checkpoint and clock.log and not until_step:
        clock.log(f"training goes on from {checkpoint.name} of {steps}")
    lengths = [len(rows[place].tokens) if place >= 0 else 1 for place in order]
    watch = Watch(lengths, recipe, clock.checkpoint_seconds, clock.progress, until_step)
    use_cache = model.config.use_cache
    trainer = SummaryTrainer(
        model=model,
        args=_arguments(model, recipe, steps, clock.workspace),
        train_dataset=Ordered(rows, order.tolist(), pad),
        data_collator=Collator(pad),
        compute_loss_func=token_loss,
        callbacks=[watch],
    )
    trainer.tell = clock.log
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


def _as_it_was(model: Any, checkpoint: Path) -> Outcome:
    """Give a model the weights of a checkpoint; interrupted where it had stopped anyway."""
    with quiet():
        stored = type(model).from_pretrained(checkpoint, dtype=model.dtype, use_safetensors=True)
    model.load_state_dict(stored.state_dict())
    model.eval()
    step, loss = loss_history(checkpoint.parent)[-1]
    return Outcome(loss, step, 0.0, 0.0, 0)


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
