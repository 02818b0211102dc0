"""The moving picture of the front page: the same labels learnt by two models, one of them verified.

Every number in it is computed here by the retraining law, for mistakes that fall at random; the
browser only draws them.
"""

import functools
from pathlib import Path
from typing import Any

import numpy as np

from pages.ui.shared.drawn import drawn
from synverify_core.theory.breakdown import p_star
from synverify_core.theory.retraining import retraining_law_independent

PHI, PSI = 0.8, 0.2
"""The verifier keeps 4 of 5 right labels and 1 of 5 wrong ones."""
N_SAMPLES, DIMENSION, SEPARATION = 1_000, 100, 2.0
START = 0.65
"""Share of wrong labels where the sweep comes to rest: between the two falls."""

_mount = drawn("synverify_front_picture", Path(__file__).with_name("picture"))


@functools.cache
def curves() -> dict[str, Any]:
    """Return p from 0 to 1 and for each of the two new models its accuracy there, and its p_star.

    Accuracy is on true labels, p in whole hundredths; `phi`, `psi` are those of the verifier.
    """
    p = np.linspace(0.0, 1.0, 101)
    kept = {"all": (1.0, 1.0), "verified": (PHI, PSI)}
    laws = {
        name: retraining_law_independent(
            p, *rates, separation=SEPARATION, n_samples=N_SAMPLES, dimension=DIMENSION
        )
        for name, rates in kept.items()
    }
    return {
        "accuracy": {name: law.accuracy_true.tolist() for name, law in laws.items()},
        "p_star": {name: float(p_star(*rates)) for name, rates in kept.items()},
        "phi": PHI,
        "psi": PSI,
        "start": START,
    }


def described() -> str:
    """Say what the two curves show to someone who cannot see them."""
    found = curves()
    texts = []
    for name, word in (("all", "Without a verifier"), ("verified", "With the verifier")):
        at = [f"{found['accuracy'][name][p]:.0%} at {p} %" for p in range(10, 100, 20)]
        texts.append(f"{word}: {', '.join(at)}; half of them at p* = {found['p_star'][name]:.0%}.")
    return "Right answers of the new model against the share of wrong labels. " + " ".join(texts)


def show(*, large: bool) -> None:
    """Draw the picture; `large` is the size for a lecture hall."""
    _mount(key="front-picture", data={**curves(), "alt": described(), "large": large})
