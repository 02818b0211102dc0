"""transformers' Trainer with two additions: it outlives missing memory, and saves by the clock."""

import gc
import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import Trainer, TrainerCallback, TrainingArguments

from synverify_core.errors import SynverifyError
from synverify_core.experiments.memory import attempt
from synverify_core.experiments.summarization.muon import Muon
from synverify_core.experiments.summarization.recipe import Recipe

# accelerate collects garbage at every training: half a second where all that the imports brought is
# looked through. That stays; what comes after it is collected as before.
gc.freeze()

_ONE_EXAMPLE = (
    "one example at a time. Try a smaller block_size or model, or dtype = bfloat16 for the weights"
)


class SummaryTrainer(Trainer):
    """Halves what is computed at once where memory runs out; the batch stays the same."""

    tell: Callable[[str], None] | None = None
    _pieces = 1

    def micro_batch(self) -> int:
        """Examples that are computed at once."""
        return max(1, self.args.per_device_train_batch_size // self._pieces)

    def training_step(
        self, model: Any, inputs: dict[str, Tensor], num_items_in_batch: Any = None
    ) -> Tensor:
        """Add a batch's gradient; where memory runs out, begin the step anew in smaller pieces."""
        compute = partial(self._in_pieces, model, inputs, num_items_in_batch)
        while True:
            remedy = _ONE_EXAMPLE if self.micro_batch() == 1 else ""
            loss: Tensor | None = attempt(compute, self.args.device, remedy=remedy)
            if loss is not None:
                return loss
            self._pieces *= 2
            model.zero_grad()
            if self.tell:
                self.tell(
                    f"out of memory: {self.micro_batch()} examples at a time from here on; "
                    "the batch stays as it is"
                )

    def floating_point_ops(self, inputs: Any) -> int:
        """Not counted: walking over all parameters costs a small model a part of every step."""
        return 0

    def _in_pieces(self, model: Any, inputs: dict[str, Tensor], items: Any) -> Tensor:
        rows = len(inputs["input_ids"])
        size = -(-rows // self._pieces)
        losses = []
        for first in range(0, rows, size):
            piece = {
                name: one[first : first + size] if torch.is_tensor(one) else one
                for name, one in inputs.items()
            }
            losses.append(super().training_step(model, piece, items))
        total: Tensor = sum(losses[1:], start=losses[0])
        return total


class Watch(TrainerCallback):
    """Saves by the clock and at its stop, reports progress, and refuses a loss that is none."""

    def __init__(
        self,
        lengths: Sequence[int],
        recipe: Recipe,
        checkpoint_seconds: float,
        progress: Callable[[int, int, float], None] | None,
        until_step: int,
    ) -> None:
        self.lengths, self.recipe, self.until_step = lengths, recipe, until_step
        self.checkpoint_seconds, self.progress = checkpoint_seconds, progress
        self.tokens, self.loss = 0, math.nan
        self.began = self.saved = time.monotonic()

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clocks; an interrupted training's last loss is its history's."""
        self.began = self.saved = time.monotonic()
        self._remember(state)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count, report, and ask for a checkpoint when it is time."""
        batch = self.recipe.batch_size
        last = (state.global_step - 1) * batch
        self.tokens += sum(self.lengths[last : last + batch])
        if state.global_step in (self.until_step, state.max_steps):
            control.should_log = True
        now = time.monotonic()
        if now - self.saved >= self.checkpoint_seconds:
            self.saved, control.should_save = now, True
        if state.global_step == self.until_step < state.max_steps:
            control.should_save = control.should_training_stop = True
        if self.progress:
            seconds = max(now - self.began, 1e-9)
            self.progress(state.global_step, state.max_steps, self.tokens / seconds)

    def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Look at the loss."""
        self._remember(state)
        if not math.isfinite(self.loss):
            raise SynverifyError(
                f"The loss is not a number at step {state.global_step}. Try a smaller "
                f"learning_rate than {self.recipe.learning_rate:g}, or a warmup."
            )

    def _remember(self, state: Any) -> None:
        losses = [line["loss"] for line in state.log_history if "loss" in line]
        self.loss = losses[-1] if losses else 0.0


def optimizer(model: Any, recipe: Recipe) -> torch.optim.Optimizer | None:
    """Return the optimizer that the Trainer does not make by itself, if it is asked for."""
    if recipe.optimizer == "adamw":
        return None
    return Muon(model, recipe.learning_rate, recipe.weight_decay, recipe.adam_beta2)


def training_arguments(
    model: Any, recipe: Recipe, steps: int, workspace: Path
) -> TrainingArguments:
    """Translate a recipe to the Trainer's settings."""
    on_gpu = next(model.parameters()).device.type == "cuda"
    bfloat16 = recipe.precision == "bfloat16" or (recipe.precision == "auto" and on_gpu)
    arguments = TrainingArguments(
        output_dir=str(workspace),
        per_device_train_batch_size=recipe.batch_size,
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
    if arguments.n_gpu > 1:
        arguments._n_gpu = 1  # else the Trainer would spread rows by DataParallel
    return arguments
