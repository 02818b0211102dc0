"""The form that starts runs of the eigenvalue experiment, one run for each seed."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.eigen_tasks import task_key
from pages.ui.run_form import RunForm
from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config

PAGE = "eigenvalues"
PRESETS = {
    "smoke": "seconds, to see that it works; so short a training learns next to nothing",
    "quick": "2 × 2 matrices and a small model: Figure 4's order in minutes on two CPU cores",
    "gpu": "5 × 5 matrices and the paper's model, shortened, for a data-centre GPU; Cancel keeps "
    "what is there and Resume goes on",
    "paper": "the paper's own sizes, where it states them: days on a GPU, no use on a CPU",
}
MOST_RUNS = 20
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


def choose_repetitions() -> int | None:
    """Draw the number of runs that are started together."""
    return st.number_input(
        "Repetitions",
        value=1,
        step=1,
        format="%d",
        key="eigenvalues-repetitions",
        persist_state="session",
        help=f"One run of one seed each, from the first seed on (1 to {MOST_RUNS}): they join the "
        "band of the runs that have the same settings, and each is kept as soon as it is done.",
    )


def configs_of(values: Mapping[str, Any], repetitions: int | None) -> list[Config]:
    """Return one config for each seed.

    Raises
    ------
    InputError
        If a value is refused; the message names field, value and range.
    """
    if repetitions is None or not 1 <= repetitions <= MOST_RUNS:
        raise InputError(f"repetitions = {repetitions} is refused: from 1 to {MOST_RUNS}")
    experiment = registry.get("eigenvalues")
    first = make_config(experiment, None, {**values, "n_seeds": 1})
    seeds = range(first.seed, first.seed + repetitions)
    return [make_config(experiment, None, {**values, "n_seeds": 1, "seed": n}) for n in seeds]


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
    extra=choose_repetitions,
    configs=configs_of,
    started=started,
    labels=LABELS,
    start_help="One run for each seed. What was computed with the same settings is shown at once.",
)
