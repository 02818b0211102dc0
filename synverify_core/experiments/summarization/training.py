"""Training by transformers' Trainer: the same weights whether it was interrupted or not."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
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
from synverify_core.experiments.summarization.models import Loaded, leaves_out_logits, quiet
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


@dataclass(frozen=True)
class Training:
    """One training of a causal language model, in place.

    The same training with the same model in the same workspace goes on where it was interrupted
    and, on a processor, ends with the same weights bit for bit.

    rows : examples; they are padded at their right ends, where a causal model cannot see it.
    workspace : folder of the checkpoints, this training's alone.
    checkpoint_seconds : time between checkpoints.
    """

    loaded: Loaded
    rows: Sequence[Row]
    recipe: Recipe
    workspace: Path
    log: Log | None = None
    progress: Progress | None = None
    checkpoint_seconds: float = 120.0

    def run(self) -> Outcome:
        """Train for the recipe's epochs or steps.

        Raises
        ------
        InputError
            If there are no examples, the weights are float16, or the workspace belongs to another
            training.
        SynverifyError
            If accelerate is missing, the loss is no longer a number, or one example does not fit
            into memory.
        """
        self._check()
        recipe = self.recipe
        total = recipe.max_steps * recipe.batch_size or round(recipe.epochs * len(self.rows))
        order = example_order(self._lengths, recipe.batch_size, max(1, total), recipe.seed)
        require_identity(self.workspace, self._identity)
        return self._until(order)

    def in_stages(self, sizes: Sequence[int]) -> Iterator[Outcome | None]:
        """Train once on all rows and stop whenever the first `size` of them are learnt.

        The recipe's `epochs`, a whole number, say how often each is seen before its stop.

        What is done with the model at a stop must leave it as it is. A training that was
        interrupted goes on from its last checkpoint, which is at a stop or behind it; a stop before
        it gives None, since the model as it was there is gone. Errors as in `run`.

        Parameters
        ----------
        sizes : increasing, the last is the number of rows. The recipe's schedule runs over all
            steps; its `max_steps` take no part.
        """
        self._check()
        recipe = self.recipe
        order, stops = staged_order(
            self._lengths, recipe.batch_size, sizes, recipe.seed, round(recipe.epochs)
        )
        require_identity(self.workspace, {**self._identity, "sizes": list(sizes)})
        checkpoint = last_checkpoint(self.workspace)
        reached = int(checkpoint.name.split("-")[1]) if checkpoint else 0
        if reached and self.log:
            self.log(f"training goes on from step {reached} of {stops[-1]}")
        # The steps are those of the order, which is passed through once.
        once = replace(self, recipe=replace(recipe, epochs=1.0, max_steps=0))
        for stop in stops:
            if stop < reached:
                yield None
            else:
                yield once._until(order, stop)
                if self.loaded.device.type == "cuda":  # the optimizer's memory, to evaluate
                    release(self.loaded.device)

    @property
    def _lengths(self) -> list[int]:
        return [len(row.tokens) for row in self.rows]

    @property
    def _identity(self) -> dict[str, Any]:
        facts = {"examples": len(self.rows), "tokens": sum(self._lengths)}
        return {**asdict(self.recipe), "model": fingerprint(self.loaded.model), **facts}

    def _check(self) -> None:
        if not self.rows:
            raise InputError("0 examples are refused: training needs at least one")
        if self.loaded.model.dtype == torch.float16:
            raise InputError(
                "dtype = 'float16' is refused for training, gradients would vanish: "
                "it must be float32 or bfloat16"
            )
        if not is_accelerate_available():
            raise SynverifyError(
                "Training needs the package accelerate, which transformers' Trainer runs on: "
                "`pip install accelerate`"
            )

    def _until(self, order: NDArray[np.intp], until_step: int = 0) -> Outcome:
        """Train from the last checkpoint, if there is one, to a step or (0) to the end."""
        model = self.loaded.model
        steps = self.recipe.steps(len(order) if until_step else len(self.rows))
        checkpoint = last_checkpoint(self.workspace)
        if checkpoint and checkpoint.name == f"checkpoint-{until_step}" and until_step < steps:
            return _as_it_was(model, checkpoint)
        if checkpoint and self.log and not until_step:
            self.log(f"training goes on from {checkpoint.name} of {steps}")
        use_cache = model.config.use_cache
        trainer, watch = self._trainer(order, steps, until_step)
        began = time.monotonic()
        with quiet():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        # Else a model trained under autocast would go on in bfloat16, unlike its copy on disk.
        trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
        model.config.use_cache = use_cache
        model.zero_grad(set_to_none=True)
        model.eval()
        seconds = max(time.monotonic() - began, 1e-9)
        speed = watch.tokens / seconds
        return Outcome(watch.loss, trainer.state.global_step, seconds, speed, trainer.micro_batch())

    def _trainer(self, order: NDArray[np.intp], steps: int, until_step: int) -> tuple[Any, Any]:
        # Loads accelerate, whose absence should not keep anybody from generating.
        from synverify_core.experiments.summarization import trainer as trainers

        lengths = [len(self.rows[place].tokens) if place >= 0 else 1 for place in order]
        watch = trainers.Watch(
            lengths, self.recipe, self.checkpoint_seconds, self.progress, until_step
        )
        model, pad = self.loaded.model, int(self.loaded.tokenizer.pad_token_id)
        trainer = trainers.SummaryTrainer(
            model=model,
            args=trainers.training_arguments(model, self.recipe, steps, self.workspace),
            train_dataset=Ordered(self.rows, order.tolist(), pad),
            data_collator=Collator(pad, leaves_out_logits(model)),
            compute_loss_func=token_loss,
            callbacks=[watch],
            optimizers=(trainers.optimizer(model, self.recipe), None),
        )
        trainer.tell = self.log
        trainer.remove_callback(PrinterCallback)
        return trainer, watch


def rows_of(examples: Sequence[Encoded], loss: Loss, log: Log | None = None) -> list[Row]:
    """Give examples the labels of a loss; say how many articles were cut."""
    cut = sum(example.truncated for example in examples)
    if log and cut:
        log(f"{cut} of {len(examples)} articles are cut to keep their summaries whole")
    return [Row(example.tokens, example.labels(loss)) for example in examples]


def _as_it_was(model: Any, checkpoint: Path) -> Outcome:
    """Give a model the weights of a checkpoint; interrupted where it had stopped anyway."""
    with quiet():
        stored = type(model).from_pretrained(checkpoint, dtype=model.dtype, use_safetensors=True)
    model.load_state_dict(stored.state_dict())
    model.eval()
    step, loss = loss_history(checkpoint.parent)[-1]
    return Outcome(loss, step, 0.0, 0.0, 0)
