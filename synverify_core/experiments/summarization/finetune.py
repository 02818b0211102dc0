"""Fine-tuning a causal language model on articles with summaries."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from synverify_core.experiments.summarization.batches import Row
from synverify_core.experiments.summarization.models import Loaded
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import Encoded, Loss
from synverify_core.experiments.summarization.training import Log, Outcome, Progress, train


class Finetuned(NamedTuple):
    """The model, changed in place, and what its training says about itself."""

    loaded: Loaded
    outcome: Outcome


def finetune(
    loaded: Loaded,
    examples: Sequence[Encoded],
    recipe: Recipe,
    *,
    workspace: Path,
    log: Log | None = None,
    progress: Progress | None = None,
    checkpoint_seconds: float = 120.0,
) -> Finetuned:
    """Train on encoded examples (`text.encode_examples`), in place.

    The same call with the same model in the same workspace goes on where it was interrupted
    and, on a processor, ends with the same weights bit for bit.

    Parameters
    ----------
    workspace : folder of the checkpoints, this training's alone.

    Raises
    ------
    InputError, SynverifyError
        As `training.train`.
    """
    rows = rows_of(examples, recipe.loss, log)
    outcome = train(
        loaded.model,
        rows,
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
    return Finetuned(loaded, outcome)


def rows_of(examples: Sequence[Encoded], loss: Loss, log: Log | None = None) -> list[Row]:
    """Give examples the labels of a loss; say how many articles were cut."""
    cut = sum(example.truncated for example in examples)
    if log and cut:
        log(f"{cut} of {len(examples)} articles are cut to keep their summaries whole")
    return [Row(example.tokens, example.labels(loss)) for example in examples]
