"""What a form that starts runs asks for, described once for each experiment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, make_config
from synverify_core.verifiers.registry import fitting

Values = Mapping[str, Any]
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


@dataclass(frozen=True)
class RunForm:
    """What one page's form asks for; the rest follows from the experiment's Config.

    experiment : registry name, also of the experiment's own page.
    presets : name -> one line on what it costs and gives.
    main_fields : fields shown at once.
    settings : fields that come first under "All settings".
    hidden : fields that the page's own inputs stand for.
    extra : draws those inputs, under the preset, and returns what they say, given the experiment.
    configs : turns the experiment's name, the fields' values and what `extra` returned into one
        config a run; raises InputError.
    labels : field -> name on screen where the general one would mislead.
    notes : lines to read before starting these configs, e.g. how much memory they need.
    one_run_for : what each run is of, for the help text of Start.
    elsewhere : another page that the form stands on; empty: on the experiment's own.
    """

    experiment: str
    presets: Mapping[str, str]
    main_fields: tuple[str, ...]
    settings: tuple[str, ...]
    hidden: tuple[str, ...] = ("n_seeds",)
    extra: Callable[[str], Any] = choose_repetitions
    configs: Callable[[str, Values, Any], list[Config]] = one_run_a_seed
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: Callable[[Sequence[Config]], Sequence[str]] = lambda configs: ()
    one_run_for: str = "seed"
    elsewhere: str = ""

    @property
    def page(self) -> str:
        """The page whose address has `preset` and `seed`."""
        return self.elsewhere or self.experiment

    @property
    def prefix(self) -> str:
        """What the widget keys of the form begin with."""
        return f"{self.elsewhere}-{self.experiment}" if self.elsewhere else self.experiment

    @property
    def kind(self) -> Any:
        """The experiment's class."""
        return registry.get(self.experiment)

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """Return field -> what its list is usually made of."""
        config = self.kind.config_type()
        by_rate = None not in config.selection_rates
        return {"verifiers": fitting(config.batch_fields, by_rate=by_rate)}

    def key(self, name: str) -> str:
        """Return the widget key of one of the form's inputs."""
        return f"{self.prefix}-{name}"
