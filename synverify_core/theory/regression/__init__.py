"""Regression over rounds: closed forms of collapse, and of what stops it."""

from synverify_core.theory.form import Form, Input
from synverify_core.theory.regression.policies import (
    accumulate,
    equal_shares,
    growing,
    horizon,
    min_norm,
    mix,
    replace,
    subsample,
    weighted_mix,
)
from synverify_core.theory.regression.ridge import adaptive, power_ridge, ridge
from synverify_core.theory.regression.verifier import residual_verifier

_D = Input("dimension, whole, >= 1")
_T = Input("samples of the last fit, whole, >= d + 2")
_SIGMA2 = Input("noise variance of the last fit, >= 0")
_T0 = Input("samples of each generation before it, whole, >= d + 2; not given: T", None)
_SIGMA0_2 = Input("noise variance of each generation, >= 0; not given: sigma2", None)
_GENERATIONS = Input("generations between the truth and the last fit, whole, >= 0")
_FITS = Input("fits, the first on labels of the truth; whole, >= 1")
_ENDLESS = Input("fits, the first on labels of the truth; whole, >= 1, or inf")
_NORM = Input("|w0|^2, >= 0", 1.0)
_ONE = {"d": _D, "T": _T, "sigma2": _SIGMA2}
_EARLIER = {"T0": _T0, "sigma0_2": _SIGMA0_2}
_RIDGE = {
    "T": Input("samples of the last fit, whole, >= 1; may be below d"),
    "lam": Input("penalty >= 0 (> 0 where T <= d), or clean (best for n = 0), or adapted (for n)"),
    "sigma2": _SIGMA2,
    "n": Input(_GENERATIONS.text, 0),
    **_EARLIER,
}
_BETA = Input("eigenvalues j^-beta, > 1")
_SOURCE = Input("source exponent r, > 0; above 1 it counts as 1")
_ERROR = "error |w - w0|^2 in the norm of the inputs' covariance"
_DOHMATOB = "Dohmatob et al. 2024, arXiv 2402.07712"
_GERSTGRASSER = "Gerstgrasser et al. 2024, arXiv 2404.01413"

FORMS: tuple[Form, ...] = (
    Form(
        "regression.replace",
        {**_ONE, **_EARLIER, "n": _GENERATIONS},
        f"{_ERROR}: v(sigma2,d,T) + n v(sigma0_2,d,T0)",
        _DOHMATOB,
        replace,
    ),
    Form(
        "regression.horizon",
        {**_ONE, "w0_norm2": _NORM, **_EARLIER},
        "generations n after which the last fit is worse than predicting 0 (not rounded)",
        f"{_DOHMATOB}; the count is ours",
        horizon,
    ),
    Form(
        "regression.growing",
        {**_ONE, "n": _FITS},
        f"{_ERROR}: fit m on m T samples, sum over m <= n of v(sigma2,d,mT)",
        _DOHMATOB,
        growing,
    ),
    Form(
        "regression.accumulate",
        {**_ONE, "n": _ENDLESS, "inputs": Input("same | fresh: the inputs of a round", "same")},
        f"{_ERROR} of fit n: v sum 1/i^2 (same), sigma2 d sum 1/(i (iT-d-1)) (fresh)",
        f"same: {_GERSTGRASSER}; fresh: ours",
        accumulate,
    ),
    Form(
        "regression.subsample",
        {**_ONE, "n": _ENDLESS},
        f"estimate of the {_ERROR} for T >> d",
        _GERSTGRASSER,
        subsample,
    ),
    Form(
        "regression.mix",
        {
            "d": _D,
            "T_synthetic": Input("rows labelled by the model before, whole, >= 0"),
            "T_real": Input("fresh real rows, whole, >= 0; together >= d + 2"),
            "sigma2": _SIGMA2,
            "n": _ENDLESS,
        },
        f"{_ERROR} of fit n: V_n = v (1 - c^n) / (1 - c)",
        "ours",
        mix,
    ),
    Form(
        "regression.weighted_mix",
        {
            **_ONE,
            "weight": Input("weight on the real half, in (0, 1]; best at 0.618"),
            "n": Input(_ENDLESS.text, float("inf")),
        },
        f"estimate of the {_ERROR} of fit n on T real and T synthetic rows, for T >> d",
        "arXiv 2502.18049",
        weighted_mix,
    ),
    Form(
        "regression.equal_shares",
        {
            "d": _D,
            "samples": Input("samples of all rounds together, whole, >= n (d + 2)"),
            "sigma2": _SIGMA2,
            "n": Input("replace rounds that share them, whole, >= 1"),
        },
        _ERROR,
        "ours",
        equal_shares,
    ),
    Form(
        "regression.min_norm",
        {
            "d": _D,
            "T": Input("samples, whole, in [1, d - 2] or >= d + 2 (least squares)"),
            "w0_norm2": _NORM,
            "sigma2": _SIGMA2,
            "n": Input("fits, whole, >= 1; inf with fresh inputs and T < d"),
            "inputs": Input("fresh | same: the inputs of a round", "fresh"),
        },
        f"{_ERROR} of fit n, isotropic inputs",
        _DOHMATOB,
        min_norm,
    ),
    Form(
        "regression.ridge",
        {
            "d": _D,
            **_RIDGE,
            "w0_norm2": Input("|w0|^2, shared equally by all directions, >= 0", 1.0),
            "spectrum": Input("list of d eigenvalues > 0; not given: all 1", None),
            "w0": Input("list of d coefficients of w0; not given: by w0_norm2", None),
        },
        f"{_ERROR} of a ridge fit after n least-squares generations",
        _DOHMATOB,
        ridge,
    ),
    Form(
        "regression.power_ridge",
        {"d": _D, "beta": _BETA, "r": _SOURCE, **_RIDGE},
        f"{_ERROR} of a ridge fit, eigenvalues j^-beta, |w0|^2 = 1 in that norm",
        _DOHMATOB,
        power_ridge,
    ),
    Form(
        "regression.adaptive",
        {
            "d": _D,
            "T": _RIDGE["T"],
            "sigma2": _SIGMA2,
            **_EARLIER,
            "n": Input(_GENERATIONS.text, 0),
            "beta": _BETA,
            "r": _SOURCE,
        },
        "[q, T_eff = sigma2/q, best penalty, best error], the last two up to constant factors",
        f"{_DOHMATOB}; the effective sample T_eff is ours",
        adaptive,
    ),
    Form(
        "regression.residual_verifier",
        {
            "d": _D,
            "T": Input("labels of a round before selection, whole, a T >= d + 2"),
            "t": Input("cut in standard deviations of the noise, in (0, 37]"),
            "sigma": Input("standard deviation of the noise, >= 0"),
            "verifier_error": Input("|w_v - w0|^2 in that norm, >= 0"),
            "n": Input(_ENDLESS.text, float("inf")),
        },
        f"{_ERROR} of fit n where labels within t sigma of the verifier are kept",
        "anchor: Yi et al. 2025, arXiv 2510.16657; the constant is ours",
        residual_verifier,
    ),
)

__all__ = [
    "FORMS",
    "accumulate",
    "adaptive",
    "equal_shares",
    "growing",
    "horizon",
    "min_norm",
    "mix",
    "power_ridge",
    "replace",
    "residual_verifier",
    "ridge",
    "subsample",
    "weighted_mix",
]
