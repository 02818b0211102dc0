"""Several runs of one seed each, started together: each is kept as soon as it is done."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config

MOST_RUNS = 20


def choose_repetitions(experiment: str) -> int | None:
    """Draw the number of runs that are started together."""
    return st.number_input(
        "Repetitions",
        value=1,
        step=1,
        format="%d",
        key=f"{experiment}-repetitions",
        persist_state="session",
        help=f"One run of one seed each, from the first seed on (1 to {MOST_RUNS}): they join the "
        "band of the runs that have the same settings, and each is kept as soon as it is done.",
    )


def one_run_a_seed(
    experiment: str, values: Mapping[str, Any], repetitions: int | None
) -> list[Config]:
    """Return one config for each seed.

    Raises
    ------
    InputError
        If a value is refused; the message names field, value and range.
    """
    if repetitions is None or not 1 <= repetitions <= MOST_RUNS:
        raise InputError(f"repetitions = {repetitions} is refused: from 1 to {MOST_RUNS}")
    kind = registry.get(experiment)
    first = make_config(kind, None, {**values, "n_seeds": 1})
    seeds = range(first.seed, first.seed + repetitions)
    return [make_config(kind, None, {**values, "n_seeds": 1, "seed": seed}) for seed in seeds]
