"""Rates, break-even points and intervals, under the names of the command line."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from synverify_core.errors import InputError
from synverify_core.theory.angles import rates_from_angles
from synverify_core.theory.breakdown import (
    class_breakdown,
    keep_rate,
    likelihood_ratio,
    p_minus,
    p_plus,
    p_star,
    precision_kept,
    youden_j,
)
from synverify_core.theory.checks import FloatArray
from synverify_core.theory.correlation import RankCorrelation, rank_correlation
from synverify_core.theory.form import Form, Input
from synverify_core.theory.intervals import beta_interval, katz_interval
from synverify_core.theory.measured import corrected_error_rate
from synverify_core.theory.retraining import theorem_accuracy

FENG = "Feng et al. 2024"
P = Input("error rate of the generator, in [0, 1]")
PHI = Input("P(keep | label right), in [0, 1]")
PSI = Input("P(keep | label wrong), in [0, 1]")
THETA_GEN = Input("angle between generator and truth, rad, in [0, pi]")
THETA_PRUNE = Input("angle between verifier and truth, rad, in [0, pi]")
THETA = Input("angle between verifier and generator, rad, feasible")
ISOTROPIC = Input("k >= 0; 0: isotropic model", 0.0)
LEVEL = Input("coverage, in (0, 1)", 0.95)
RATES = {"p": P, "phi": PHI, "psi": PSI}
ANGLES = {"theta_gen": THETA_GEN, "theta_prune": THETA_PRUNE, "theta": THETA}
KEPT = {
    "kept_right": Input("kept samples with a right label (count)"),
    "right": Input("samples with a right label (count)"),
    "kept_wrong": Input("kept samples with a wrong label (count)"),
    "wrong": Input("samples with a wrong label (count)"),
    "level": LEVEL,
}


def break_even(
    phi: ArrayLike | None,
    psi: ArrayLike | None,
    theta_gen: ArrayLike | None,
    theta_prune: ArrayLike | None,
    theta: ArrayLike | None,
    separation: ArrayLike,
) -> FloatArray:
    """Return p_star from phi and psi, or from the three angles (rad) that make them.

    Raises
    ------
    InputError
        Where neither both rates nor all three angles are given, or both.
    """
    angles = (theta_gen, theta_prune, theta)
    if phi is not None and psi is not None and angles == (None, None, None):
        return p_star(phi, psi)
    if theta_gen is None or theta_prune is None or theta is None or (phi, psi) != (None, None):
        raise InputError(
            "pstar needs phi and psi (each in [0, 1]), or theta_gen, theta_prune and theta (rad)"
        )
    return rates_from_angles(theta_gen, theta_prune, theta, separation=separation).p_star


def _rank_correlation(x: ArrayLike, y: ArrayLike, level: float) -> RankCorrelation:
    return rank_correlation(x, y, level=level, rng=np.random.default_rng(0))


def _absent(one: Input) -> Input:
    return Input(one.text, None)


FORMS: tuple[Form, ...] = (
    Form(
        "pstar",
        {
            "phi": _absent(PHI),
            "psi": _absent(PSI),
            **{field: _absent(one) for field, one in ANGLES.items()},
            "separation": ISOTROPIC,
        },
        "p*: the error rate below which retraining recovers the truth",
        f"{FENG}, Theorem 4.2; with angles also Section 4.4",
        break_even,
    ),
    Form(
        "theorem_accuracy",
        {"p": P, "p_star": Input("break-even error rate, in [0, 1]")},
        "1 below p*, 0 above it, 1/2 at it",
        f"{FENG}, Theorem 4.2",
        theorem_accuracy,
    ),
    Form(
        "p_minus",
        {"t": Input("slack, in [0, 1)"), "phi": PHI, "psi": PSI},
        "error rate below which accuracy is 1",
        f"{FENG}, eq. 19",
        p_minus,
    ),
    Form(
        "p_plus",
        {"t": Input("slack, in [0, 1)"), "phi": PHI, "psi": PSI},
        "error rate above which accuracy is 0",
        f"{FENG}, eq. 19",
        p_plus,
    ),
    Form("keep_rate", RATES, "share of the pool that is kept", f"{FENG}, Section 4", keep_rate),
    Form(
        "precision_kept",
        RATES,
        "share of right labels among the kept",
        "Bayes' rule",
        precision_kept,
    ),
    Form("youden_j", {"phi": PHI, "psi": PSI}, "phi - psi", "Youden 1950", youden_j),
    Form(
        "likelihood_ratio",
        {"phi": PHI, "psi": PSI},
        "phi / psi, the odds of p*",
        "LR+ of a test",
        likelihood_ratio,
    ),
    Form(
        "class_breakdown",
        {
            "phi_0": Input("P(keep | right, class 0), in [0, 1]"),
            "phi_1": Input("P(keep | right, class 1), in [0, 1]"),
            "psi_01": Input("P(keep | class 0 labelled 1), in [0, 1]"),
            "psi_10": Input("P(keep | class 1 labelled 0), in [0, 1]"),
        },
        "[p* of class 0, p* of class 1]",
        f"{FENG}, Proposition F.4",
        class_breakdown,
    ),
    Form(
        "corrected_error_rate",
        {
            "accept_rate": Input("share that the verifier accepts, in [0, 1]"),
            "phi": PHI,
            "psi": PSI,
        },
        "error rate p of unlabelled data; needs phi > psi",
        "Rogan and Gladen 1978",
        corrected_error_rate,
    ),
    Form("katz_interval", KEPT, "[low, high] on p*", "Katz et al. 1978", katz_interval),
    Form(
        "beta_interval",
        {**KEPT, "prior": Input("pseudo-count of kept and of dropped samples, > 0", 0.5)},
        "[low, high] on p*, also where a count is 0",
        "Jeffreys' prior",
        beta_interval,
    ),
    Form(
        "rank_correlation",
        {"x": Input("list of n numbers"), "y": Input("list of n numbers"), "level": LEVEL},
        "[Spearman's rho, low, high, p value, n]; above 8 units the p value is drawn with seed 0",
        "Fieller et al. 1957",
        _rank_correlation,
    ),
)
