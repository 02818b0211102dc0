"""Supervised pruning by a linear verifier at an angle from the truth (equation 5)."""

import math

import numpy as np
from pydantic import Field

from synverify_core.verifiers.base import Batch, Ramp, Scores, Verifier
from synverify_core.verifiers.registry import register


@register
class Linear(Verifier):
    """Keeps the samples on whose label a linear model w_prune agrees.

    w_prune = cos(theta_prune) w_star + sin(theta_prune) u, with u a unit vector orthogonal to
    w_star that the batch supplies through its projections: `margin_star` = x.w_star and
    `margin_orthogonal` = x.u (Feng et al. 2024, equation 5; there y' must be -1 or +1).
    """

    name = "linear"
    title = "checker {theta_prune} off"
    summary = "keeps samples on whose label a linear model agrees"
    kind = "truth"
    needs = ("y_synth", "margin_star", "margin_orthogonal")
    threshold = 0.0
    paper = "5"
    colour = Ramp(
        "theta_prune",
        (
            (0.0, "#0072B2"),
            (math.pi / 24, "#7C5CC4"),
            (math.pi / 12, "#CC79A7"),
            (math.pi / 4, "#B0413E"),
            (3 * math.pi / 8, "#E69F00"),
            (math.pi, "#6B4A3A"),
        ),
    )
    place = 1

    theta_prune: float = Field(
        ...,
        ge=0,
        le=math.pi,
        examples=[0, math.pi / 24, math.pi / 12],
        description="Angle between the verifier's weights and the true ones, radians in [0, pi].",
    )

    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Return the signed margin y'(x.w_prune) with y' in {-1, +1}, shape (len(batch),)."""
        along = math.cos(self.theta_prune) * np.asarray(batch["margin_star"])
        across = math.sin(self.theta_prune) * np.asarray(batch["margin_orthogonal"])
        sign = np.where(np.asarray(batch["y_synth"]) > 0, 1.0, -1.0)
        return np.asarray(sign * (along + across))
