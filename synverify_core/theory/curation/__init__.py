"""Retraining on what people choose: exact rounds on a distribution, and where they end.

A user sees K samples of the model and keeps one with probability softmax(reward); the next model
is the distribution of the kept ones (Ferbach et al. 2024, arXiv 2407.09499). Rewards r enter as
a = e^r, and only their differences count.
"""

from synverify_core.theory.curation.camps import camps, narrowing
from synverify_core.theory.curation.choice import (
    Gain,
    Rates,
    choice_factors,
    curated,
    gain,
    log_utilities,
    pstar_of_choice,
    rates,
)
from synverify_core.theory.curation.forms import FORMS
from synverify_core.theory.curation.groups import nash, survival
from synverify_core.theory.curation.rounds import drift, fixed_point, play

__all__ = [
    "FORMS",
    "Gain",
    "Rates",
    "camps",
    "choice_factors",
    "curated",
    "drift",
    "fixed_point",
    "gain",
    "log_utilities",
    "narrowing",
    "nash",
    "play",
    "pstar_of_choice",
    "rates",
    "survival",
]
