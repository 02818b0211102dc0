"""Angles, laws of retraining and the mixture, under the names of the command line."""

from __future__ import annotations

import numpy as np

from synverify_core.theory.angles import (
    azimuth_from_theta,
    rates_from_angles,
    theta_from_azimuth,
    theta_range,
)
from synverify_core.theory.bivariate import bivariate_normal_cdf
from synverify_core.theory.fixed_point import (
    FixedPoint,
    fixed_point_accuracy,
    solve_fixed_point,
    solve_fixed_point_large_gamma,
)
from synverify_core.theory.form import Form, Input
from synverify_core.theory.rate_forms import (
    ANGLES,
    FENG,
    ISOTROPIC,
    RATES,
    THETA_GEN,
    THETA_PRUNE,
)
from synverify_core.theory.retraining import retraining_law, retraining_law_independent
from synverify_core.theory.ridge import ridge_accuracy
from synverify_core.theory.separation import (
    bayes_accuracy,
    separation_of_tau,
    separation_of_unit_mixture,
)

SEPARATION = Input("k: distance of the class means from 0 in units of the noise, >= 0")
N = Input("synthesized samples before selection, > 0, may be inf")
D = Input("dimension d >= 1")
COUNTS = {
    f"n_{k}{label}": Input(f"kept samples with true label {k} and synthesized label {label}, >= 0")
    for k in (1, 0)
    for label in (1, 0)
}
SYSTEM = {
    **COUNTS,
    "a": Input("inner product within a class, in (0, 1)"),
    "b": Input("inner product across classes: -a or 0"),
    "gamma": Input("N lambda, >= 1e-12"),
}
ANSWERS = "[cosine to w*, agreement with the Bayes classifier, accuracy on true labels]"


def _weights(point: FixedPoint) -> list[float]:
    return [point.A, point.B, point.C, point.D]


def _fixed_point(**system: float) -> list[float]:
    return _weights(solve_fixed_point(**system))


def _fixed_point_large_gamma(**system: float) -> list[float]:
    return _weights(solve_fixed_point_large_gamma(**system))


def _fixed_point_accuracy(**system: float) -> float:
    return fixed_point_accuracy(solve_fixed_point(**system), *(system[field] for field in COUNTS))


FORMS: tuple[Form, ...] = (
    Form(
        "rates",
        {**ANGLES, "separation": ISOTROPIC},
        "[p, phi, psi, p*, keep rate, precision of the kept]",
        f"{FENG}, Section 4.4, psi corrected",
        rates_from_angles,
    ),
    Form(
        "retraining_law",
        {
            **ANGLES,
            "separation": SEPARATION,
            "n_samples": N._replace(default=np.inf),
            "dimension": D,
        },
        ANSWERS,
        "ours",
        retraining_law,
    ),
    Form(
        "retraining_law_independent",
        {**RATES, "separation": SEPARATION, "n_samples": N, "dimension": D},
        ANSWERS,
        "ours; errors and keep bits do not depend on x",
        retraining_law_independent,
    ),
    Form(
        "fixed_point",
        SYSTEM,
        "[A, B, C, D]: weights of the kept samples with (y, y') = (1,1), (1,0), (0,1), (0,0)",
        f"{FENG}, eq. 31",
        _fixed_point,
    ),
    Form(
        "fixed_point_large_gamma",
        SYSTEM,
        "[A, B, C, D], without the terms of a sample's own weight",
        f"{FENG}, eq. 42",
        _fixed_point_large_gamma,
    ),
    Form(
        "fixed_point_accuracy",
        SYSTEM,
        "accuracy on the kept samples' true labels",
        f"{FENG}, eq. 41",
        _fixed_point_accuracy,
    ),
    Form(
        "theta_range",
        {"theta_gen": THETA_GEN, "theta_prune": THETA_PRUNE},
        "[lowest, highest] angle between verifier and generator, rad",
        "spherical triangle",
        theta_range,
    ),
    Form(
        "theta_from_azimuth",
        {
            "theta_gen": THETA_GEN,
            "theta_prune": THETA_PRUNE,
            "azimuth": Input("angle between the two planes through w*, rad, in [0, pi]"),
        },
        "angle between verifier and generator, rad",
        "spherical law of cosines",
        theta_from_azimuth,
    ),
    Form(
        "azimuth_from_theta",
        ANGLES,
        "angle between the two planes through w*, rad",
        "spherical law of cosines",
        azimuth_from_theta,
    ),
    Form(
        "ridge_accuracy",
        {
            **RATES,
            "mean_norm": Input("|mu| >= 0 in x = mu y + N(0, I)"),
            "n_samples": Input("samples before selection, > 0"),
            "dimension": D,
            "penalty": Input("ridge penalty > 0, on the scale of the mean squared error"),
        },
        "accuracy on true labels of ridge least squares on the kept samples",
        "arXiv 2410.08942",
        ridge_accuracy,
    ),
    Form(
        "bayes_accuracy",
        {"separation": SEPARATION},
        "accuracy of the best classifier",
        "Phi(k)",
        bayes_accuracy,
    ),
    Form(
        "separation_of_unit_mixture",
        {"mean_norm": Input("|mu|, in [0, 1)"), "dimension": D},
        "separation k of the normalised mixture",
        f"{FENG}, Section 4; eq. 23 corrected",
        separation_of_unit_mixture,
    ),
    Form(
        "separation_of_tau",
        {"tau": Input("mean of each coordinate in units of the noise, >= 0"), "dimension": D},
        "separation k",
        f"{FENG}, Section 5",
        separation_of_tau,
    ),
    Form(
        "bivariate_normal_cdf",
        {
            "a": Input("first limit, may be infinite"),
            "b": Input("second limit, may be infinite"),
            "rho": Input("correlation, in [-1, 1]"),
        },
        "P(X <= a, Y <= b)",
        "Owen 1956",
        bivariate_normal_cdf,
    ),
)
