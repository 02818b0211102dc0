"""A pool of problems, answered by models: labels, votes and the question back."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.arithmetic.decode import answer
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.pool import ArithmeticPool
from synverify_core.experiments.arithmetic.tasks import Block, Task
from synverify_core.experiments.arithmetic.tasks.base import ZERO

Tell = Callable[[int, int], None]
"""Told: problems answered, problems in all."""
_AT_ONCE = 2_000


def right(task: Task, problems: Block, difficulties: NDArray[np.integer]) -> ArithmeticPool:
    """Return problems with their right answers, all checks passed."""
    n = len(problems.prompts)
    return ArithmeticPool(
        prompts=problems.prompts,
        y_true=problems.answers,
        y_synth=problems.answers,
        difficulty=difficulties.astype(np.int32),
        log_probability=np.zeros(n, dtype=np.float32),
        votes=np.ones(n, dtype=np.float32),
        returned=np.ones(n, dtype=np.float32),
        answer_sizes=task.size(problems.answers).astype(np.int32),
        longest_answers=_longest(task, difficulties),
    )


def answered(
    task: Task,
    models: Sequence[Transformer],
    problems: Block,
    difficulty: int,
    *,
    damage: float = 0.0,
    rng: np.random.Generator | None = None,
    tell: Tell | None = None,
) -> ArithmeticPool:
    """Let models answer problems of one difficulty.

    Parameters
    ----------
    damage : share of the labels whose digits are drawn anew from `rng`, before any check.
    """
    n, most = len(problems.prompts), task.most_characters(difficulty)
    labels = np.empty(n, dtype=f"S{most + 1}")
    chances, votes, returned = (np.zeros(n, dtype=np.float32) for _ in range(3))
    for rows in np.split(np.arange(n), range(_AT_ONCE, n, _AT_ONCE)):
        prompts = problems.prompts[rows]
        found = [answer(model, prompts, most) for model in models]
        chances[rows] = found[0].log_probability
        labels[rows], votes[rows] = _most_named([one.texts for one in found])
        if damage and rng is not None:
            labels[rows] = _damaged(labels[rows], damage, rng)
        returned[rows] = _returned(task, models[0], prompts, labels[rows], most)
        if tell:
            tell(int(rows[-1]) + 1, n)
    difficulties = np.full(n, difficulty, dtype=np.int32)
    return ArithmeticPool(
        prompts=problems.prompts,
        y_true=problems.answers,
        y_synth=labels,
        difficulty=difficulties,
        log_probability=chances,
        votes=votes,
        returned=returned,
        answer_sizes=task.size(labels).astype(np.int32),
        longest_answers=_longest(task, difficulties),
    )


def _longest(task: Task, difficulties: NDArray[np.integer]) -> NDArray[np.int32]:
    kinds, places = np.unique(difficulties, return_inverse=True)
    return np.array([task.longest(int(one)) for one in kinds], dtype=np.int32)[places]


def _most_named(
    answers: Sequence[NDArray[np.bytes_]],
) -> tuple[NDArray[np.bytes_], NDArray[np.float32]]:
    """Return the answer that most models give, the first one's in a tie, and its share."""
    stacked = np.stack(answers)
    counts = (stacked[:, np.newaxis] == stacked[np.newaxis]).sum(axis=1)
    best = counts.argmax(axis=0)
    columns = np.arange(stacked.shape[1])
    return stacked[best, columns], (counts[best, columns] / len(stacked)).astype(np.float32)


def _damaged(
    labels: NDArray[np.bytes_], share: float, rng: np.random.Generator
) -> NDArray[np.bytes_]:
    """Draw all digits of a share of the labels anew; other characters stay."""
    codes = np.ascontiguousarray(labels).view(np.uint8).reshape(len(labels), -1).copy()
    hit = rng.random(len(labels)) < share
    digits = (codes >= ZERO) & (codes < ZERO + 10) & hit[:, np.newaxis]
    codes[digits] = rng.integers(ZERO, ZERO + 10, int(digits.sum()))
    return np.ascontiguousarray(codes).view(labels.dtype)[:, 0]


def _returned(
    task: Task,
    model: Transformer,
    prompts: NDArray[np.bytes_],
    labels: NDArray[np.bytes_],
    most: int,
) -> NDArray[np.float32]:
    """Tell where the question back is answered as the label says, shape (n,)."""
    pairs = zip(prompts.tolist(), labels.tolist(), strict=True)
    asked = [task.back(prompt.decode(), label.decode()) for prompt, label in pairs]
    rows = [row for row, one in enumerate(asked) if one is not None]
    found = np.zeros(len(prompts), dtype=np.float32)
    if rows:
        questions, expected = zip(*(asked[row] or ("", "") for row in rows), strict=True)
        texts = answer(model, np.array(questions, dtype="S"), most).texts
        found[rows] = [
            task.agrees(text.decode(), want)
            for text, want in zip(texts.tolist(), expected, strict=True)
        ]
    return found
