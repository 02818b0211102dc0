"""transformers' Trainer with two additions: it outlives missing memory, and saves by the clock."""

import gc
import math
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor
from transformers import Trainer, TrainerCallback

from synverify_core.errors import SynverifyError
from synverify_core.experiments.summarization.memory import out_of_memory, release
from synverify_core.experiments.summarization.recipe import Recipe

# accelerate collects garbage at every training: half a second where all that the imports brought is
# looked through. That stays; what comes after it is collected as before.
gc.freeze()

_SEVERAL_PROCESSES = int(os.environ.get("WORLD_SIZE", "1")) > 1
# Processes have their own clocks, and all must save at the same step.
_SAVES_OF_SEVERAL_PROCESSES = 10


class SummaryTrainer(Trainer):
    """Halves what is computed at once where memory runs out; the batch stays the same."""

    tell: Callable[[str], None] | None = None
    _pieces = 1
    _done: Sequence[dict[str, Tensor]] = ()

    def micro_batch(self) -> int:
        """Examples that are computed at once on a device."""
        return max(1, self.args.per_device_train_batch_size // self._pieces)

    def get_batch_samples(self, *args: Any, **kwargs: Any) -> Any:
        """Begin a step: none of its parts is done yet."""
        self._done = []
        return super().get_batch_samples(*args, **kwargs)

    def training_step(
        self, model: Any, inputs: dict[str, Tensor], num_items_in_batch: Any = None
    ) -> Tensor:
        """Add a part's gradient; where memory runs out, begin the step anew in smaller pieces."""
        parts = [inputs]
        while True:
            try:
                losses = [self._in_pieces(model, part, num_items_in_batch) for part in parts]
                self._done = [*self._done, inputs]
                return losses[-1]
            except RuntimeError as error:
                if not out_of_memory(error) or _SEVERAL_PROCESSES:
                    raise
                if self.micro_batch() == 1:
                    raise SynverifyError(
                        "Out of memory with one example at a time. Try a smaller block_size or "
                        "model, activation_checkpointing, or bfloat16 weights."
                    ) from error
            # Outside the handler: the error holds on to the tensors that filled the memory.
            self._pieces *= 2
            parts = [*self._done, inputs]
            model.zero_grad()
            release(self.args.device)
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
            piece = {name: tensor[first : first + size] for name, tensor in inputs.items()}
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
        if _SEVERAL_PROCESSES:
            every = max(1, state.max_steps // _SAVES_OF_SEVERAL_PROCESSES)
            control.should_save = state.global_step % every == 0
        elif now - self.saved >= self.checkpoint_seconds:
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
