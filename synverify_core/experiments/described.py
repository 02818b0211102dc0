"""What a table of rows says of a run beside its settings."""

from typing import Any

from synverify_core.experiments.base import AnyExperiment, is_trial
from synverify_core.experiments.budget import budget_line, matched
from synverify_core.experiments.config import Config

DESCRIBED = ("training", "trained_alike", "trial")
"""Columns: budgets in words; whether generator and retrained models have the same, or a sentence
says why not; whether the run is as small as `smoke`."""


def described(experiment: type[AnyExperiment], config: Config) -> dict[str, Any]:
    """Return the columns `DESCRIBED` of one run."""
    made = experiment(config)
    line = budget_line(made.budgets, made.budget_note)
    alike = matched(made.budgets) or bool(made.budget_note)
    return dict(zip(DESCRIBED, (line, alike, is_trial(experiment, config)), strict=True))
