"""Training: the same weights whether it was interrupted or not (bit for bit on a processor)."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.recipe import Recipe, learning_rate
from synverify_core.experiments.arithmetic.shape import BOS, EOS
from synverify_core.experiments.memory import attempt
from synverify_core.experiments.sequence.flat import FlatParameters
from synverify_core.experiments.sequence.tensors import read_tensors, require_same, write_tensors

CHECKPOINT_NAME = "training.safetensors"
_CHECKPOINT_SECONDS = 30.0
_REPORT_SECONDS = 1.0
# A batch is cut where short problems end: pads cost as much as digits.
_PARTS = 3

Progress = Callable[[int, int, float], None]
"""Told now and then: steps done, steps in all, examples per second."""
Log = Callable[[str], None]


class Examples(NamedTuple):
    """Problems with the answers to learn, byte texts of shape (n,); `base`: the original ones."""

    prompts: NDArray[np.bytes_]
    answers: NDArray[np.bytes_]
    base: NDArray[np.bool_]


def fit(
    model: Transformer,
    examples: Examples,
    recipe: Recipe,
    *,
    workspace: Path | None = None,
    progress: Progress | None = None,
    log: Log | None = None,
) -> float:
    """Minimise the mean cross-entropy of the answers with AdamW; the model is changed in place.

    Returns the mean loss over the last hundredth of the steps (nats a token).

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
    if not len(examples.prompts):
        raise InputError("n_samples = 0 is refused: a model needs at least one example")
    return _Training(model, examples, recipe, workspace, progress, log).run()


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
        self.device = model.tokens.device
        self.prompts = model.shape.encode(examples.prompts)
        self.answers = model.shape.encode(examples.answers)
        self.prompt_lengths = 1 + np.strings.str_len(examples.prompts)
        self.ends = self.prompt_lengths + np.strings.str_len(examples.answers) + 1
        self.sources = [rows for rows in map(np.flatnonzero, (examples.base, ~examples.base))]
        self.flat = FlatParameters(model)
        self.optimizer = torch.optim.AdamW(
            [self.flat.weights], lr=0.0, betas=(0.9, 0.98), eps=1e-12, weight_decay=0.01, fused=True
        )
        self.step, self.tail, self.parts = 0, 0.0, _PARTS
        self.path = workspace / CHECKPOINT_NAME if workspace else None
        self.identity = {
            **asdict(recipe),
            **model.shape.as_json(),
            "n_examples": [len(rows) for rows in self.sources],
        }

    def run(self) -> float:
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
                self._save()
                saved = time.monotonic()
        self.model.eval()
        loss = self.tail / max(1, self.recipe.steps - tail_from)
        self._require_finite(loss)
        return loss

    def _save(self) -> None:
        """Write weights, both moments and the step."""
        assert self.path is not None
        state = self.optimizer.state[self.flat.weights]
        moments = {"mean": state["exp_avg"], "square": state["exp_avg_sq"]}
        facts = {"identity": self.identity, "step": self.step, "tail": self.tail}
        write_tensors(self.path, {"weights": self.flat.weights, **moments}, facts)

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
        rows = self._batch()
        while (loss := self._attempt(rows)) is None:
            self.parts *= 2
            if self.log:
                self.log(f"out of memory: a batch in {self.parts} parts from here on")
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.recipe)
        self.flat.clip(self.recipe.clip_norm)
        self.optimizer.step()
        return loss

    def _batch(self) -> NDArray[np.intp]:
        """Draw the step's examples, shortest first; a function of seed and step alone."""
        rng = np.random.default_rng([self.recipe.seed, self.step])
        size, both = self.recipe.batch_size, min(map(len, self.sources)) > 0
        base = round(size * self.recipe.base_share) if both else size * bool(len(self.sources[0]))
        counts = (base, size - base)
        drawn = [
            rows[rng.integers(0, len(rows), count)]
            for rows, count in zip(self.sources, counts, strict=True)
            if count
        ]
        rows = np.concatenate(drawn)
        return np.asarray(rows[np.argsort(self.ends[rows], kind="stable")])

    def _attempt(self, rows: NDArray[np.intp]) -> Tensor | None:
        alone = self.parts >= len(rows)
        remedy = "one example at a time. Try a smaller d_model or base_difficulty" if alone else ""
        return attempt(partial(self._gradient, rows), self.device, remedy=remedy)

    def _gradient(self, rows: NDArray[np.intp]) -> Tensor:
        """Mean loss per token of a batch; its gradient is summed over parts."""
        self.flat.gradient.zero_()
        count = int((self.ends - self.prompt_lengths)[rows].sum())
        total = torch.zeros((), device=self.device)
        for part in np.array_split(rows, min(self.parts, len(rows))):
            tokens, *marks = (
                torch.from_numpy(one).to(self.device).long() for one in self._tokens(part)
            )
            use_bfloat16 = self.recipe.precision == "bfloat16" or (
                self.recipe.precision == "auto" and self.device.type == "cuda"
            )
            with torch.autocast(self.device.type, torch.bfloat16, enabled=use_bfloat16):
                loss = self.model.loss(tokens, *marks) / count
            loss.backward()
            total += loss.detach()
        return total

    def _tokens(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.integer], ...]:
        """Write begin, prompt, answer, end and pads of some examples, (n, longest)."""
        before, ends = self.prompt_lengths[rows], self.ends[rows]
        tokens = np.zeros((len(rows), int(ends.max())), dtype=np.uint8)
        tokens[:, 0] = BOS
        width = min(self.prompts.shape[1], tokens.shape[1] - 1)
        tokens[:, 1 : 1 + width] = self.prompts[rows, :width]
        places = np.arange(tokens.shape[1])
        inside = (places >= before[:, np.newaxis]) & (places < ends[:, np.newaxis] - 1)
        answers = self.answers[rows]
        tokens[inside] = answers[answers > 0]
        tokens[np.arange(len(rows)), ends - 1] = EOS
        return tokens, before, ends

    def _report(self, loss: float, steps_per_second: float) -> None:
        self._require_finite(loss)
        if self.progress:
            speed = steps_per_second * self.recipe.batch_size
            self.progress(self.step, self.recipe.steps, speed)

    def _require_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise SynverifyError(
                f"The loss is not a number at step {self.step}. Try a smaller learning rate than "
                f"{self.recipe.learning_rate:g}."
            )
