"""The runs of a small Table 3: each kind of data with each model that training starts from."""

from typing import Any

from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.experiment import Eigenvalues

DATA = ("rejection", "beam 50", "beam 25", "beam 10", "beam 5", "beam 1")
MODELS = ("A", "B", "C", "D", "scratch")
SIZE = 40_000
POOL_SIZE = 280_000
# C has seen 20 times as many true examples as the generator, D a fifth.
_BASE = {"B": 1.0, "C": 20.0, "D": 0.2}


def cell(data: str, model: str, seed: int = 0) -> EigenvaluesConfig:
    """Return the run of one cell: the preset quick with another pool, verifier and start.

    Parameters
    ----------
    data : of `DATA`. rejection: greedy answers that the oracle keeps; beam k: the best of k, kept
        whether right or not; beam 1: greedy answers.
    model : of `MODELS`. A: the generator; B, C, D: trained on as many true examples as it, on
        more, on fewer, each for as many steps; scratch: fresh weights.
    """
    values: dict[str, Any] = {"seed": seed, "sizes": (SIZE,), "pool_size": POOL_SIZE}
    values["clean_labels"] = False
    values["verifiers"] = ("oracle",) if data == "rejection" else ("none",)
    beams = int(data.rpartition(" ")[2]) if data != "rejection" else 1
    if beams > 1:
        values |= {"synthesis": "best_of_beam", "beam_size": beams}
    quick = make_config(Eigenvalues, "quick")
    assert isinstance(quick, EigenvaluesConfig)
    if model == "A":
        values["start"] = "generator"
    elif model in _BASE:
        examples = round(_BASE[model] * quick.n_original)
        values |= {"start": "base", "base_original": examples, "base_steps": quick.generator_steps}
    config = make_config(Eigenvalues, "quick", values)
    assert isinstance(config, EigenvaluesConfig)
    return config
