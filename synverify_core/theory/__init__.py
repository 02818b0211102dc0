"""Closed forms of the theory of verified synthesized data; numpy and scipy only.

Feng et al. 2024 (arXiv 2406.07515), with its misprints corrected and one law of our own
(`retraining_law`). Functions are pure and broadcast unless they say otherwise; angles are radians.
"""

from synverify_core.theory.angles import (
    AngleVectors,
    Rates,
    ThetaRange,
    azimuth_from_theta,
    rates_from_angles,
    realise_angles,
    theta_from_azimuth,
    theta_range,
)
from synverify_core.theory.bivariate import bivariate_normal_cdf
from synverify_core.theory.breakdown import (
    ClassBreakdown,
    class_breakdown,
    keep_rate,
    likelihood_ratio,
    p_minus,
    p_plus,
    p_star,
    precision_kept,
    verdict,
    youden_j,
)
from synverify_core.theory.correlation import RankCorrelation, rank_correlation
from synverify_core.theory.fixed_point import (
    FixedPoint,
    fixed_point_accuracy,
    solve_fixed_point,
    solve_fixed_point_large_gamma,
)
from synverify_core.theory.gaussian_limits import (
    critical_ratio,
    largest_useful_angle,
    limit_angle,
    long_run_cosine,
    unverified_limit,
)
from synverify_core.theory.gaussian_rounds import Bits, Linear, Rounds, gaussian_rounds
from synverify_core.theory.intervals import (
    Comparison,
    Interval,
    beta_interval,
    bootstrap_interval,
    compare_verifiers,
    katz_interval,
)
from synverify_core.theory.measured import Measured, corrected_error_rate, measure
from synverify_core.theory.retraining import (
    RetrainingLaw,
    retraining_law,
    retraining_law_independent,
    theorem_accuracy,
)
from synverify_core.theory.ridge import ridge_accuracy
from synverify_core.theory.separation import (
    bayes_accuracy,
    separation_of_tau,
    separation_of_unit_mixture,
)

__all__ = [
    "AngleVectors",
    "Bits",
    "ClassBreakdown",
    "Comparison",
    "FixedPoint",
    "Interval",
    "Linear",
    "Measured",
    "RankCorrelation",
    "Rates",
    "RetrainingLaw",
    "Rounds",
    "ThetaRange",
    "azimuth_from_theta",
    "bayes_accuracy",
    "beta_interval",
    "bivariate_normal_cdf",
    "bootstrap_interval",
    "class_breakdown",
    "compare_verifiers",
    "corrected_error_rate",
    "critical_ratio",
    "fixed_point_accuracy",
    "gaussian_rounds",
    "katz_interval",
    "keep_rate",
    "largest_useful_angle",
    "likelihood_ratio",
    "limit_angle",
    "long_run_cosine",
    "measure",
    "p_minus",
    "p_plus",
    "p_star",
    "precision_kept",
    "rank_correlation",
    "rates_from_angles",
    "realise_angles",
    "retraining_law",
    "retraining_law_independent",
    "ridge_accuracy",
    "separation_of_tau",
    "separation_of_unit_mixture",
    "solve_fixed_point",
    "solve_fixed_point_large_gamma",
    "theorem_accuracy",
    "theta_from_azimuth",
    "theta_range",
    "unverified_limit",
    "verdict",
    "youden_j",
]
