"""Training: the same weights whether it was interrupted or not (bit for bit on a processor)."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.eigenvalues.data import Examples
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.recipe import Precision, Recipe, learning_rate
from synverify_core.experiments.memory import attempt
from synverify_core.experiments.sequence.flat import FlatParameters
from synverify_core.experiments.sequence.tensors import read_tensors, require_same, write_tensors

CHECKPOINT_NAME = "training.safetensors"
_CHECKPOINT_SECONDS = 30.0
_REPORT_SECONDS = 1.0


@dataclass(frozen=True)
class Outcome:
    """What a training says about itself."""

    loss: float
    """Mean cross-entropy per token over the last hundredth of the steps (nats)."""
    seconds: float
    examples_per_second: float
    micro_batch: int


Progress = Callable[[int, int, float], None]
"""Told now and then: steps done, steps in all, examples per second."""
Log = Callable[[str], None]


def fit(
    model: Transformer,
    examples: Examples,
    recipe: Recipe,
    *,
    workspace: Path | None = None,
    progress: Progress | None = None,
    log: Log | None = None,
) -> Outcome:
    """Minimise the mean cross-entropy with Adam; the model is changed in place.

    Parameters
    ----------
    workspace : folder of the checkpoint; one that is there is continued.
    progress, log : hear what happens.

    Raises
    ------
    InputError
        If there are no examples, or the checkpoint belongs to other settings.
    SynverifyError
        If the loss is no longer a number, or a single example does not fit into memory.
    """
    if not len(examples.source):
        raise InputError("n_samples = 0 is refused: a model needs at least one example")
    return _Training(model, examples, recipe, workspace, progress, log).run()


def use_bfloat16(precision: Precision, device: torch.device) -> bool:
    """Tell whether products run in bfloat16; `auto`: on a GPU only.

    Without matrix tiles (AMX) a processor is often slower in bfloat16 than in float32.
    """
    if precision == "auto":
        return bool(device.type == "cuda")
    return precision == "bfloat16"


@contextmanager
def arithmetic(precision: Precision, device: torch.device) -> Iterator[None]:
    """Run a model in the asked precision; weights and losses stay float32."""
    with torch.autocast(device.type, torch.bfloat16, enabled=use_bfloat16(precision, device)):
        yield


class _Order:
    """Batches that pass over all examples again and again, a function of seed and step alone."""

    def __init__(self, n: int, batch_size: int, seed: int) -> None:
        self.n, self.batch_size, self.seed = n, batch_size, seed
        self._epochs: dict[int, NDArray[np.intp]] = {}

    def batch(self, step: int) -> NDArray[np.intp]:
        position = step * self.batch_size
        end = position + self.batch_size
        pieces: list[NDArray[np.intp]] = []
        while position < end:
            epoch, offset = divmod(position, self.n)
            pieces.append(self._permutation(epoch)[offset : offset + end - position])
            position += len(pieces[-1])
        return np.concatenate(pieces)

    def _permutation(self, epoch: int) -> NDArray[np.intp]:
        if epoch not in self._epochs:
            self._epochs = {key: self._epochs[key] for key in self._epochs if key == epoch - 1}
            rng = np.random.default_rng([self.seed, epoch])
            self._epochs[epoch] = rng.permutation(self.n)
        return self._epochs[epoch]


class _Training:
    def __init__(
        self,
        model: Transformer,
        examples: Examples,
        recipe: Recipe,
        workspace: Path | None,
        progress: Progress | None,
        log: Log | None,
    ) -> None:
        self.model, self.recipe = model, recipe
        self.progress, self.log = progress, log
        self.device = model.source_tokens.device
        # int16 on the device: a tenth of the memory of what the model indexes with.
        self.source = torch.from_numpy(examples.source).to(self.device)
        self.target = torch.from_numpy(examples.target).to(self.device)
        self.order = _Order(len(examples.source), recipe.batch_size, recipe.seed)
        self.flat = FlatParameters(model)
        self.optimizer = torch.optim.Adam([self.flat.weights], lr=0.0, fused=True)
        self.micro_batch = recipe.batch_size
        self.step, self.tail = 0, 0.0
        self.path = workspace / CHECKPOINT_NAME if workspace else None
        self.identity = {
            **asdict(recipe),
            **model.shape.as_json(),
            "n_examples": len(examples.source),
        }

    def run(self) -> Outcome:
        self._resume()
        self.model.train()
        first, began = self.step, time.monotonic()
        reported = saved = began
        tail_from = self.recipe.steps - max(1, self.recipe.steps // 100)
        while self.step < self.recipe.steps:
            loss = self._one_step()
            if self.step >= tail_from:
                self.tail += float(loss)
            self.step += 1
            now = time.monotonic()
            if now - reported > _REPORT_SECONDS:
                self._report(float(loss), (self.step - first) / (now - began))
                reported = now
            if self.path and now - saved > _CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        self.model.eval()
        loss = self.tail / max(1, self.recipe.steps - tail_from)
        self._require_finite(loss)
        seconds = max(time.monotonic() - began, 1e-9)
        speed = (self.step - first) * self.recipe.batch_size / seconds
        return Outcome(loss, seconds, speed, self.micro_batch)

    def save(self) -> None:
        """Write weights, both moments and the step."""
        if self.path is None:
            return
        state = self.optimizer.state[self.flat.weights]
        tensors = {
            "weights": self.flat.weights,
            "mean": state["exp_avg"],
            "square": state["exp_avg_sq"],
        }
        facts = {"identity": self.identity, "step": self.step, "tail": self.tail}
        write_tensors(self.path, tensors, facts)

    def _resume(self) -> None:
        if self.path is None or not self.path.exists():
            return
        tensors, facts = read_tensors(self.path)
        require_same(self.path, facts["identity"], self.identity)
        self.step, self.tail = facts["step"], facts["tail"]
        with torch.no_grad():
            self.flat.weights.copy_(tensors["weights"])
        self.optimizer.state[self.flat.weights] = {
            "step": torch.tensor(float(self.step), device=self.device),
            "exp_avg": tensors["mean"].to(self.device),
            "exp_avg_sq": tensors["square"].to(self.device),
        }
        if self.log:
            self.log(f"training goes on from step {self.step} of {self.recipe.steps}")

    def _one_step(self) -> Tensor:
        rows = torch.from_numpy(self.order.batch(self.step)).to(self.device)
        while (loss := self._attempt(rows)) is None:
            self.micro_batch = (self.micro_batch + 1) // 2
            if self.log:
                self.log(
                    f"out of memory: {self.micro_batch} examples at a time from here on; "
                    f"the batch stays at {self.recipe.batch_size}"
                )
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.recipe)
        self.flat.clip(self.recipe.clip_norm)
        self.optimizer.step()
        return loss

    def _attempt(self, rows: Tensor) -> Tensor | None:
        remedy = "one example at a time. Try a smaller d_model or dimension"
        alone = self.micro_batch == 1
        return attempt(partial(self._gradient, rows), self.device, remedy=remedy if alone else "")

    def _gradient(self, rows: Tensor) -> Tensor:
        """Mean loss per token of a batch; its gradient is summed over micro-batches."""
        self.flat.gradient.zero_()
        tokens = len(rows) * self.model.shape.target_length
        total = torch.zeros((), device=self.device)
        for part in rows.split(self.micro_batch):
            with arithmetic(self.recipe.precision, self.device):
                loss = self.model.loss(self.source[part].long(), self.target[part].long()) / tokens
            loss.backward()
            total += loss.detach()
        return total

    def _report(self, loss: float, steps_per_second: float) -> None:
        self._require_finite(loss)
        if self.progress:
            speed = steps_per_second * self.recipe.batch_size
            self.progress(self.step, self.recipe.steps, speed)

    def _require_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise SynverifyError(
                f"The loss is not a number at step {self.step}. Try a smaller learning_rate than "
                f"{self.recipe.learning_rate:g} or more warmup_steps."
            )
