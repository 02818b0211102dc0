"""The form that starts runs of the Gaussian experiment, one run for each N0."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.shared.config_form import read_list
from pages.ui.shared.form_spec import RunForm
from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config

PRESETS = {
    "smoke": "seconds, to see that it works",
    "class": "Figure 3 with one seed, in about a minute",
    "quick": "Figure 3 in minutes on two CPU cores",
    "rounds": "ten rounds, each labelled by the model of the round before: seconds",
    "gpu": "four times the repetitions, for a data-centre GPU",
    "paper": "the paper's own numbers, where it states them",
}
# Figure 3 has one panel for each of these.
N_ORIGINAL = (150, 500, 2000)


def choose_n_originals(experiment: str) -> list[str]:
    """Draw the choice of N0."""
    return st.multiselect(
        "Original samples N₀",
        [str(n) for n in N_ORIGINAL],
        default=[str(n) for n in N_ORIGINAL],
        key=f"{experiment}-n_originals",
        accept_new_options=True,
        persist_state="session",
        help="Samples that train the generator: one run and one panel for each. Type any other "
        "count and press Enter.",
    )


def configs_of(
    experiment: str, values: Mapping[str, Any], n_originals: Sequence[str]
) -> list[Config]:
    """Return one config for each N0.

    Raises
    ------
    InputError
        If no N0 is chosen, or a value is refused; the message names field, value and range.
    """
    if not n_originals:
        raise InputError("n_original: choose at least one number of original samples")
    counts = read_list("\n".join(n_originals), int)
    kind = registry.get(experiment)
    return [make_config(kind, None, {**values, "n_original": n}) for n in counts]


FORM = RunForm(
    experiment="gaussian",
    presets=PRESETS,
    main_fields=("n_seeds", "seed"),
    settings=("verifiers", "sizes", "labels", "penalty", "tau", "dimension"),
    hidden=("n_original",),
    extra=choose_n_originals,
    configs=configs_of,
    labels={"tau": "Class distance τ", "dimension": "Features d", "penalty": "Ridge penalty λ"},
    one_run_for="N₀",
)
