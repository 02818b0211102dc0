"""What an assistant answers for the self-improvement section."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from synverify_core.experiments.arithmetic.by_hand import ask
from synverify_core.experiments.arithmetic.checkpoint import load_model
from synverify_core.experiments.arithmetic.config import ArithmeticConfig
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.stored import read_shape

_MODELS_LOADED = 64


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Let the models of a chain answer one problem.

    Parameters
    ----------
    request : `models`, each `{path, modified}` (a file with the same name may be a new model);
        `task`, `maze_nodes`, `maze_hops`; `typed` and `verifiers` as in `by_hand.ask`.
    """
    fields = {name: request[name] for name in ("task", "maze_nodes", "maze_hops")}
    models = [_model(one["path"], one["modified"]) for one in request["models"]]
    task = ArithmeticConfig.model_construct(**fields).made_task
    return ask(task, models, request["typed"], request["verifiers"])


@lru_cache(maxsize=_MODELS_LOADED)
def _model(path: str, modified: int) -> Transformer:
    return load_model(Path(path), read_shape(Path(path)))


SERVICES = {"answer": answer}
