"""What an assistant answers for the eigenvalue page."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from synverify_core.experiments.eigenvalues.by_hand import inspect_matrix
from synverify_core.experiments.eigenvalues.checkpoint import load_model
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.stored import read_shape

_MODELS_LOADED = 4


def inspect(request: dict[str, Any]) -> dict[str, Any]:
    """Answer one matrix with every beam.

    Parameters
    ----------
    request : `path` of the weights and `modified` (a file with the same name may be a new model);
        `matrix`, `beams`, `tolerance` and `verifiers` as in `inspect_matrix`.
    """
    return inspect_matrix(
        _model(request["path"], request["modified"]),
        request["matrix"],
        beams=request["beams"],
        tolerance=request["tolerance"],
        verifiers=request["verifiers"],
    )


@lru_cache(maxsize=_MODELS_LOADED)
def _model(path: str, modified: int) -> Transformer:
    return load_model(Path(path), read_shape(Path(path)))


SERVICES = {"inspect": inspect}
