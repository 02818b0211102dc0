"""The form that starts runs of the eigenvalue experiment, one run for each seed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pages.ui.eigenvalues.tasks import task_key
from pages.ui.shared.repetitions import choose_repetitions, one_run_a_seed
from pages.ui.shared.run_form import RunForm
from synverify_core.experiments.base import Config

PAGE = "eigenvalues"
PRESETS = {
    "smoke": "seconds, to see that it works; so short a training learns next to nothing",
    "quick": "2 × 2 matrices and a small model: Figure 4's order in minutes on two CPU cores",
    "gpu": "5 × 5 matrices and the paper's model, shortened, for a data-centre GPU; Cancel keeps "
    "what is there and Resume goes on",
    "paper": "the paper's own sizes, where it states them: days on a GPU, no use on a CPU",
}
LABELS = {
    "dimension": "Matrix size n",
    "d_model": "Width of the model",
    "n_test": "Test matrices",
    "n_table": "Matrices of Table 1",
    "table_beams": "Beam sizes of Table 1",
    "tolerance": "Tolerance τ",
    "start": "Training starts from",
    "base_original": "Examples of the base model",
    "base_steps": "Steps of the base model",
    "generator_steps": "Steps of the generator",
    "retrain_steps": "Steps of each retraining",
    "weak_d_model": "Width of the weak model",
}


def configs_of(values: Mapping[str, Any], repetitions: int | None) -> list[Config]:
    """Return one config for each seed; raises InputError."""
    return one_run_a_seed(PAGE, values, repetitions)


def started(configs: Sequence[Config], uids: Sequence[str]) -> dict[str, Any]:
    """Show the kind of task that the runs belong to, with all its runs."""
    return {"task": task_key(configs[0]), "runs": (), "metric": ""}


FORM = RunForm(
    page=PAGE,
    experiment="eigenvalues",
    presets=PRESETS,
    main_fields=("seed", "sizes"),
    settings=("verifiers", "dimension", "tolerance", "start", "synthesis", "beam_size"),
    hidden=("n_seeds",),
    extra=partial(choose_repetitions, PAGE),
    configs=configs_of,
    started=started,
    labels=LABELS,
    start_help="One run for each seed. What was computed with the same settings is shown at once.",
)
