"""The form that starts runs of the Gaussian experiment, one run for each N0."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.config_form import read_list
from pages.ui.shared.fields import Names, Word
from pages.ui.shared.run_form import RunForm
from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config

PAGE = "gaussian"
PRESETS = {
    "smoke": "seconds, to see that it works",
    "quick": "Figure 3 in minutes on two CPU cores",
    "gpu": "four times the repetitions, for a data-centre GPU",
    "paper": "the paper's own numbers, where it states them",
}
FIELDS: dict[str, state.Field] = {
    "preset": state.Choice("quick", tuple(PRESETS)),
    "seed": state.Number(0, 0, 2**31 - 1, whole=True),
    "metric": Word("relative_error"),
    "runs": Names(),
    "presentation": state.Flag(),
}
# Figure 3 has one panel for each of these.
N_ORIGINAL = (150, 500, 2000)


def choose_n_originals() -> list[str]:
    """Draw the choice of N0."""
    return st.multiselect(
        "Original samples N₀",
        [str(n) for n in N_ORIGINAL],
        default=[str(n) for n in N_ORIGINAL],
        key="gaussian-n_originals",
        accept_new_options=True,
        persist_state="session",
        help="Samples that train the generator: one run and one panel for each. Type any other "
        "count and press Enter.",
    )


def configs_of(values: Mapping[str, Any], n_originals: Sequence[str]) -> list[Config]:
    """Return one config for each N0.

    Raises
    ------
    InputError
        If no N0 is chosen, or a value is refused; the message names field, value and range.
    """
    if not n_originals:
        raise InputError("n_original: choose at least one number of original samples")
    counts = read_list("\n".join(n_originals), int)
    experiment = registry.get("gaussian")
    return [make_config(experiment, None, {**values, "n_original": n}) for n in counts]


def started(configs: Sequence[Config], uids: Sequence[str]) -> dict[str, Any]:
    """Draw the runs that were started."""
    return {"runs": tuple(uids)}


FORM = RunForm(
    page=PAGE,
    experiment="gaussian",
    presets=PRESETS,
    main_fields=("n_seeds", "seed"),
    settings=("verifiers", "sizes", "labels", "penalty", "tau", "dimension"),
    hidden=("n_original",),
    extra=choose_n_originals,
    configs=configs_of,
    started=started,
    labels={"tau": "Class distance τ", "dimension": "Features d", "penalty": "Ridge penalty λ"},
    start_help="One run for each N₀. What was computed with the same settings is shown at once.",
)
