"""A fine-tuning as a folder, so that accelerate can run it in one process for each GPU.

`write_job` describes it, `accelerate launch ... -m synverify_core.experiments.summarization.
finetune_job FOLDER` runs it (see fsdp.yaml), and `models.load(FOLDER/model)` reads the result.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synverify_core.errors import StoreError
from synverify_core.experiments.summarization.batches import Row
from synverify_core.experiments.summarization.models import load
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import Encoded
from synverify_core.experiments.summarization.training import Outcome, train

JOB_NAME, EXAMPLES_NAME, MODEL_NAME = "job.json", "examples.jsonl", "model"


def write_job(
    folder: Path, *, model: str, dtype: str, recipe: Recipe, examples: Sequence[Encoded]
) -> None:
    """Write what a fine-tuning needs.

    Parameters
    ----------
    model, dtype : as `models.load` takes them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(example._asdict())}\n" for example in examples)
    (folder / EXAMPLES_NAME).write_text(lines, encoding="utf8")
    job = {"model": model, "dtype": dtype, "recipe": asdict(recipe)}
    (folder / JOB_NAME).write_text(json.dumps(job, indent=1), encoding="utf8")


def run_job(folder: Path, device: str = "cpu") -> Outcome:
    """Run or continue a fine-tuning; every process calls it.

    Parameters
    ----------
    device : where the weights are loaded; `cpu` with several processes, from where each takes
        its share.

    Raises
    ------
    StoreError
        If the folder does not hold a job.
    """
    job, examples = _read(folder)
    recipe = Recipe(**job["recipe"])
    loaded = load(job["model"], job["dtype"], device)
    outcome = train(
        loaded.model,
        [Row(example.tokens, example.labels(recipe.loss)) for example in examples],
        recipe,
        pad=int(loaded.tokenizer.pad_token_id),
        workspace=folder / "checkpoints",
        log=print,
        save_to=folder / MODEL_NAME,
    )
    loaded.tokenizer.save_pretrained(folder / MODEL_NAME)
    return outcome


def _read(folder: Path) -> tuple[dict[str, Any], list[Encoded]]:
    try:
        job = json.loads((folder / JOB_NAME).read_text(encoding="utf8"))
        lines = (folder / EXAMPLES_NAME).read_text(encoding="utf8").splitlines()
        return job, [Encoded(**json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{folder} does not hold a fine-tuning: {error}") from error


if __name__ == "__main__":
    run_job(Path(sys.argv[1]))
