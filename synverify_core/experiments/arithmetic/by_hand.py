"""One problem, the models of several rounds: what each answers, and which filters keep it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from synverify_core.experiments.arithmetic.answers import answered
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.tasks import Block, Task
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

LONGEST_TYPED = 60


def ask(
    task: Task, models: Sequence[Transformer], typed: str, verifiers: Sequence[str]
) -> dict[str, Any]:
    """Let each model answer one problem.

    Parameters
    ----------
    typed : the problem as a person writes it, e.g. `40217` or `58+67`.
    verifiers : specs; each judges every answer.

    Returns
    -------
    dict with `prompt`, `truth`, `difficulty`, and `answers`, one a model: `text`, `right`,
    `probability` of the whole answer in [0, 1], and `kept` (a bit a verifier).

    Raises
    ------
    InputError
        If the text is no problem of the task.
    """
    prompt, truth, difficulty = task.read(typed[: 2 * LONGEST_TYPED])
    problem = Block(np.array([prompt], dtype="S"), np.array([truth], dtype="S"))
    found = []
    for model in models:
        pool = answered(task, [model], problem, difficulty)
        kept = {}
        for spec in verifiers:
            verifier, rng = parse(spec), np.random.default_rng(0)
            kept[spec] = bool(select(verifier, verifier.score(pool, rng), None, rng)[0])
        found.append(
            {
                "text": pool.y_synth[0].decode(),
                "right": bool(pool.similarity[0] == 1),
                "probability": float(np.exp(pool.log_probability[0])),
                "kept": kept,
            }
        )
    return {"prompt": prompt, "truth": truth, "difficulty": difficulty, "answers": found}
