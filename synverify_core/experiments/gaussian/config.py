"""Settings of the Gaussian experiment, with what the paper states and what we chose."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from synverify_core.experiments.config import Config
from synverify_core.experiments.gaussian.pool import FIELDS, Labels

VERIFIERS = (
    "linear(theta_prune=0)",
    "linear(theta_prune=pi/24)",
    "linear(theta_prune=pi/12)",
    "random",
)
SIZES = (100, 464, 2_154, 10_000, 46_416, 215_443, 1_000_000)


class GaussianConfig(Config):
    """Settings of one run of Section 5; Figure 3 is three runs, one for each n_original."""

    batch_fields: ClassVar[tuple[str, ...]] = FIELDS

    verifiers: tuple[str, ...] = Field(
        VERIFIERS,
        min_length=1,
        max_length=20,
        description="Verifiers to compare; theta_prune in radians (Section 5: 0, pi/24, pi/12).",
    )
    sizes: tuple[int, ...] = Field(
        SIZES,
        min_length=1,
        max_length=50,
        description="Selected samples n' to train on (count; Figure 3's axis, 7 project choices).",
    )
    n_seeds: int = Field(
        5, ge=1, le=100, description="Repetitions (count; project choice, the paper is silent)."
    )
    n_original: int = Field(
        500,
        ge=2,
        le=1_000_000,
        description="Original samples N0 that train the generator (count, Section 5; project "
        "choice of the values 150, 500, 2000).",
    )
    tau: float = Field(
        0.15, gt=0, le=10, description="Distance of each class mean from 0 (tau, Section 5: 0.15)."
    )
    dimension: int = Field(
        107,
        ge=2,
        le=5_000,
        description="Features d (count; project choice: Bayes accuracy 94 % at tau = 0.15).",
    )
    pool_size: int = Field(
        1_000_000,
        ge=1,
        le=20_000_000,
        description="Synthesized samples before selection, N_1 (count, Figure 3: 10^6).",
    )
    labels: Labels = Field(
        "sampled",
        description="How the generator labels (Section 5, 'with a sigmoid function'): sampled "
        "from sigmoid(x.w) or thresholded at 1/2.",
    )
    penalty: float = Field(
        1e-5,
        ge=1e-12,
        le=1e3,
        description="Ridge lambda of equation 1, with 1/N over the selected samples (project "
        "choice, the paper is silent).",
    )
    gradient_tolerance: float = Field(
        1e-5,
        ge=1e-10,
        le=1e-2,
        description="Euclidean norm of equation 1's gradient at which a fit ends (project choice: "
        "at n' = 10^6 its sampling noise is 30 times larger).",
    )

    @property
    def subject(self) -> str:
        """The generator's samples, e.g. "N₀ = 500": one panel of Figure 3."""
        return f"N₀ = {self.n_original:,}"


# Every verifier keeps enough of such a pool that all curves reach n' = 10^6; with the paper's 10^6
# a curve ends at what its verifier kept. The paper's verifiers have a p* of 1/2 or near 1, and none
# between: steeper angles and noise fill the axis.
_FULL_CURVES: Mapping[str, Any] = {
    "pool_size": 2_100_000,
    "verifiers": (
        *VERIFIERS[:-1],
        *(f"linear(theta_prune={angle})" for angle in ("pi/6", "pi/4", "pi/3")),
        *(f"noisy(p_noise={noise})" for noise in (0.1, 0.3)),
        "random",
    ),
}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "smoke": {"pool_size": 20_000, "n_seeds": 2, "sizes": (100, 1_000, 5_000)},
    "class": {**_FULL_CURVES, "n_seeds": 1},
    "quick": {**_FULL_CURVES},
    "rounds": {
        "n_rounds": 10,
        "pool_size": 60_000,
        "sizes": (10_000,),
        "verifiers": ("linear(theta_prune=pi/12)", "linear(theta_prune=pi/4)", "random"),
    },
    "gpu": {**_FULL_CURVES, "n_seeds": 20},
    "paper": {},
}
