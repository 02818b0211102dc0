"""Training by transformers' Trainer: the same weights whether it was interrupted or not."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from transformers.trainer_callback import PrinterCallback
from transformers.utils.import_utils import is_accelerate_available

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.memory import release
from synverify_core.experiments.summarization.batches import Collator, Ordered, Row, token_loss
from synverify_core.experiments.summarization.checkpoints import (
    last_checkpoint,
    loss_history,
    require_identity,
)
from synverify_core.experiments.summarization.fingerprint import fingerprint
from synverify_core.experiments.summarization.models import Loaded, quiet
from synverify_core.experiments.summarization.order import example_order, staged_order
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import Encoded, Loss

Log = Callable[[str], None]
Progress = Callable[[int, int, float], None]
"""Told after each step: steps done, steps in all, tokens per second."""


class Outcome(NamedTuple):
    """What a training says about itself.

    loss : mean cross-entropy per token over the last hundredth of the steps, nats.
    seconds, tokens_per_second : of this call, not of an interrupted one before.
    micro_batch : examples at once in the end; fewer than the batch if memory ran out.
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
) -> Outcome:
    """Train a causal language model in place.

    Parameters
    ----------
    pad : token that fills the right end of rows, where a causal model cannot see it and the
        loss does not count it.
    workspace : folder of the checkpoints; a training that was interrupted there goes on.
    checkpoint_seconds : time between checkpoints.

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
    return _Training(
        model, rows, order, recipe, pad, workspace, log, progress, checkpoint_seconds
    ).until()


def finetune(
    loaded: Loaded,
    examples: Sequence[Encoded],
    recipe: Recipe,
    *,
    workspace: Path,
    log: Log | None = None,
    progress: Progress | None = None,
    checkpoint_seconds: float = 120.0,
) -> Outcome:
    """Train a model on encoded articles with summaries, in place; parameters and errors as `train`.

    The same call with the same model in the same workspace goes on where it was interrupted
    and, on a processor, ends with the same weights bit for bit.
    """
    outcome = train(
        loaded.model,
        rows_of(examples, recipe.loss, log),
        recipe,
        pad=int(loaded.tokenizer.pad_token_id),
        workspace=workspace,
        log=log,
        progress=progress,
        checkpoint_seconds=checkpoint_seconds,
    )
    if log:
        log(
            f"{outcome.steps} steps, loss {outcome.loss:.3f}, "
            f"{outcome.tokens_per_second:.0f} tokens/s"
        )
    return outcome


def rows_of(examples: Sequence[Encoded], loss: Loss, log: Log | None = None) -> list[Row]:
    """Give examples the labels of a loss; say how many articles were cut."""
    cut = sum(example.truncated for example in examples)
    if log and cut:
        log(f"{cut} of {len(examples)} articles are cut to keep their summaries whole")
    return [Row(example.tokens, example.labels(loss)) for example in examples]


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
    training = _Training(
        model, rows, order, recipe, pad, workspace, log, progress, checkpoint_seconds
    )
    checkpoint = last_checkpoint(workspace)
    reached = int(checkpoint.name.split("-")[1]) if checkpoint else 0
    if reached and log:
        log(f"training goes on from step {reached} of {stops[-1]}")
    for stop in stops:
        if stop < reached:
            yield None
        else:
            yield training.until(stop)
            if model.device.type == "cuda":  # the optimizer's memory, for the evaluation
                release(model.device)


class _Training(NamedTuple):
    """One training, of which `until` may carry out a part at a time.

    order : rows in the order in which they are learnt, once.
    """

    model: Any
    rows: Sequence[Row]
    order: NDArray[np.intp]
    recipe: Recipe
    pad: int
    workspace: Path
    log: Log | None
    progress: Progress | None
    checkpoint_seconds: float

    def until(self, until_step: int = 0) -> Outcome:
        """Train from the last checkpoint, if there is one, to a step or (0) to the end."""
        steps = self.recipe.steps(len(self.order) if until_step else len(self.rows))
        checkpoint = last_checkpoint(self.workspace)
        if checkpoint and checkpoint.name == f"checkpoint-{until_step}" and until_step < steps:
            return _as_it_was(self.model, checkpoint)
        if checkpoint and self.log and not until_step:
            self.log(f"training goes on from {checkpoint.name} of {steps}")
        use_cache = self.model.config.use_cache
        trainer, watch = self._trainer(steps, until_step)
        began = time.monotonic()
        with quiet():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        # Else a model trained under autocast would go on in bfloat16, unlike its copy on disk.
        trainer.accelerator.unwrap_model(self.model, keep_fp32_wrapper=False)
        self.model.config.use_cache = use_cache
        self.model.zero_grad(set_to_none=True)
        self.model.eval()
        seconds = max(time.monotonic() - began, 1e-9)
        speed = watch.tokens / seconds
        return Outcome(watch.loss, trainer.state.global_step, seconds, speed, trainer.micro_batch())

    def _trainer(self, steps: int, until_step: int) -> tuple[Any, Any]:
        # Loads accelerate, whose absence should not keep anybody from generating.
        from synverify_core.experiments.summarization.trainer import (
            SummaryTrainer,
            Watch,
            training_arguments,
        )

        lengths = [len(self.rows[place].tokens) if place >= 0 else 1 for place in self.order]
        watch = Watch(lengths, self.recipe, self.checkpoint_seconds, self.progress, until_step)
        trainer = SummaryTrainer(
            model=self.model,
            args=training_arguments(self.model, self.recipe, steps, self.workspace),
            train_dataset=Ordered(self.rows, self.order.tolist(), self.pad),
            data_collator=Collator(self.pad),
            compute_loss_func=token_loss,
            callbacks=[watch],
        )
        trainer.tell = self.log
        trainer.remove_callback(PrinterCallback)
        return trainer, watch


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


def _identity(model: Any, rows: Sequence[Row], recipe: Recipe) -> dict[str, Any]:
    tokens = sum(len(row.tokens) for row in rows)
    return {**asdict(recipe), "model": fingerprint(model), "examples": len(rows), "tokens": tokens}
