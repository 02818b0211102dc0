"""Rounds on the Gaussian mixture by their names, for the command line's `theory`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from synverify_core.errors import InputError
from synverify_core.theory.checks import as_floats, require_scalar
from synverify_core.theory.form import Form, Input
from synverify_core.theory.gaussian_limits import (
    critical_ratio,
    largest_useful_angle,
    limit_angle,
    long_run_cosine,
)
from synverify_core.theory.gaussian_rounds import Bits, Linear, Verifier, gaussian_rounds

_KINDS = {"none": (), "linear": ("theta_prune",), "bits": ("phi", "psi")}
_USAGE = "none, linear(theta_prune=RADIANS) or bits(phi=SHARE, psi=SHARE)"
_K = Input("separation of the mixture, in units of the noise, above 0")
_K_OR_0 = Input("separation of the mixture, in units of the noise, at least 0")
_RATIO = Input("inputs labelled in a round over their dimension, above 0, may be inf")
_ANGLE = Input("angle of the verifier to w*, radians in [0, pi/2]")
_SOURCE = "ours: fixed point of gaussian.rounds"


def verifier_of(text: str) -> Verifier:
    """Read `none`, `linear(theta_prune=..)` or `bits(phi=.., psi=..)`.

    Raises
    ------
    InputError
        For another text; values out of range are refused where they are used.
    """
    found = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", str(text))
    kind, inside = (found[1], found[2] or "") if found else ("", "")
    parts = [part.partition("=") for part in inside.split(",") if part.strip()]
    given = {name.strip(): value.strip() for name, _, value in parts}
    if kind not in _KINDS or sorted(given) != sorted(_KINDS[kind]) or len(parts) != len(given):
        raise InputError(f"verifier = {text!r} is refused: it must be {_USAGE}")
    values = [_number(name, given[name]) for name in _KINDS[kind]]
    if kind == "none":
        return None
    return Linear(*values) if kind == "linear" else Bits(*values)


def _number(name: str, value: Any) -> float:
    return require_scalar(name, as_floats(name, value))


def _rounds(
    k: Any,
    n_over_d: Any,
    c0: Any,
    verifier: Any = "none",
    real: Any = 0.0,
    policy: str = "replace",
    T: Any = 1,
    sharpness: Any = "inf",
) -> list[float]:
    found = gaussian_rounds(
        k=_number("k", k),
        n_over_d=_number("n_over_d", n_over_d),
        c0=_number("c0", c0),
        verifier=verifier_of("none" if verifier is None else verifier),
        real=_number("real", real),
        policy=policy,
        n_rounds=T,
        sharpness=_number("sharpness", sharpness),
    )
    return [float(c) for c in found.cosine[1:]]


def _long_run(k: Any, n_over_d: Any, theta_prune: Any, real: Any) -> float:
    angle = None if theta_prune in (None, "none") else _number("theta_prune", theta_prune)
    sizes = {"k": _number("k", k), "n_over_d": _number("n_over_d", n_over_d)}
    return float(long_run_cosine(**sizes, theta_prune=angle, real=_number("real", real)))


FORMS: tuple[Form, ...] = (
    Form(
        "gaussian.rounds",
        {
            "k": _K_OR_0,
            "n_over_d": _RATIO,
            "c0": Input("cosine of the first model with w*, in [-1, 1]; its w.e is 0"),
            "verifier": Input(_USAGE, "none"),
            "real": Input("share of fresh real rows in each round of mix, in [0, 1]", 0.0),
            "policy": Input("replace, accumulate (beginning with n real rows) or mix", "replace"),
            "T": Input("rounds, 1 to 10000"),
            "sharpness": Input("of labels drawn by sigmoid(sharpness x.w); inf: hard ones", "inf"),
        },
        "list of cosines with w* after rounds 1 to T",
        "ours: the retraining law, applied once a round (mean classifier)",
        _rounds,
    ),
    Form(
        "gaussian.limit",
        {"k": _K_OR_0, "theta_prune": _ANGLE},
        "angle to w* at which rounds end for n/d -> inf with a linear verifier, radians",
        _SOURCE,
        lambda k, theta_prune: float(
            limit_angle(_number("k", k), _number("theta_prune", theta_prune))
        ),
    ),
    Form(
        "gaussian.limit_cosine",
        {"k": _K_OR_0, "theta_prune": _ANGLE},
        "cosine of gaussian.limit",
        _SOURCE,
        lambda k, theta_prune: float(
            np.cos(limit_angle(_number("k", k), _number("theta_prune", theta_prune)))
        ),
    ),
    Form(
        "gaussian.critical_ratio",
        {"k": _K},
        "largest n/d at which rounds without a verifier end at chance",
        _SOURCE,
        lambda k: float(critical_ratio(_number("k", k))),
    ),
    Form(
        "gaussian.long_run",
        {
            "k": _K,
            "n_over_d": _RATIO,
            "theta_prune": Input("angle of the verifier to w*, radians in [0, pi/2]", None),
            "real": Input("share of fresh real rows in each round, in [0, 1]", 0.0),
        },
        "cosine with w* at which rounds end, from any start better than chance",
        _SOURCE,
        _long_run,
    ),
    Form(
        "gaussian.largest_useful_angle",
        {"k": _K, "n_over_d": _RATIO},
        "largest angle of a linear verifier to w* that is no worse than none, radians",
        _SOURCE,
        lambda k, n_over_d: float(
            largest_useful_angle(_number("k", k), _number("n_over_d", n_over_d))
        ),
    ),
)
