"""The five verbs of Section 5 (Figure 3)."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from synverify_core.errors import SynverifyError
from synverify_core.experiments.base import Experiment
from synverify_core.experiments.budget import Budget, Budgets
from synverify_core.experiments.config import Config
from synverify_core.experiments.gaussian import cost
from synverify_core.experiments.gaussian.arrays import RowBuffer, to_device
from synverify_core.experiments.gaussian.config import PRESETS, GaussianConfig
from synverify_core.experiments.gaussian.logistic import fit_logistic
from synverify_core.experiments.gaussian.pool import Bits, GaussianPool, draw_original, draw_pool
from synverify_core.experiments.unit import Unit


class LinearModel(NamedTuple):
    """A linear classifier 1[x.w > 0]; w has shape (d,)."""

    w: NDArray[np.float64]


class Gaussian(Experiment[GaussianConfig, LinearModel, GaussianPool]):
    """Scaling curves of logistic regression on verified samples of a Gaussian mixture."""

    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian mixture"
    version: ClassVar[int] = 1
    config_type: ClassVar[type[Config]] = GaussianConfig
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS
    primary_metric: ClassVar[str] = "relative_error"
    generator_fields: ClassVar[tuple[str, ...]] = ("n_original", "tau", "dimension")

    @property
    def budgets(self) -> Budgets:
        """Least squares and equation 1 have one minimum, and both are solved."""
        return {"generator": Budget(), "retrained": Budget()}

    def __init__(self, config: GaussianConfig, device: str = "cpu") -> None:
        super().__init__(config, device)
        self.rows = RowBuffer()

    def train_generator(self, rng: np.random.Generator, workspace: Path) -> LinearModel:
        """Fit ordinary least squares on n_original samples, labels in {-1, +1}."""
        x, y = self._draw_original(rng)
        w, *_ = np.linalg.lstsq(x.astype(np.float64), np.where(y, 1.0, -1.0))
        return LinearModel(w)

    def original(self, rng: np.random.Generator) -> GaussianPool:
        """Return the generator's samples; no verifier scores them, so that they need no tilt."""
        x, y = self._draw_original(rng)
        return GaussianPool(to_device(x, self.device), y, y, x[:, 0].copy(), np.zeros_like(x[:, 0]))

    def synthesize(
        self,
        generator: LinearModel,
        helpers: Mapping[str, LinearModel],
        rng: np.random.Generator,
        workspace: Path,
    ) -> GaussianPool:
        """Draw pool_size samples and label them with sigmoid(x.w)."""
        config = self.config
        return draw_pool(
            config.pool_size,
            generator.w,
            tau=config.tau,
            labels=config.labels,
            rng=rng,
            device=self.device,
        )

    def clean(self, pool: GaussianPool, rng: np.random.Generator) -> GaussianPool:
        """Give the same samples their true labels."""
        return GaussianPool(
            pool.x, pool.y_true, pool.y_true, pool.margin_star, pool.margin_orthogonal
        )

    def retrain(
        self,
        pool: GaussianPool,
        indices: NDArray[np.intp],
        start: LinearModel | None,
        rng: np.random.Generator,
        workspace: Path,
    ) -> LinearModel:
        """Minimise equation 1 over the selected samples."""
        config = self.config
        x = self.rows.take(pool.x, indices)
        fit = fit_logistic(
            x, pool.y_synth[indices], penalty=config.penalty, tolerance=config.gradient_tolerance
        )
        if fit.gradient_norm > config.gradient_tolerance:
            raise SynverifyError(
                f"The fit on {len(indices)} samples ended at a gradient norm of "
                f"{fit.gradient_norm:.1e}; gradient_tolerance = {config.gradient_tolerance:g} "
                f"asks for less. Try a larger gradient_tolerance, or a larger penalty than "
                f"{config.penalty:g}."
            )
        return LinearModel(fit.w)

    def evaluate(self, model: LinearModel, workspace: Path) -> Mapping[str, float]:
        """Return the exact accuracy on true labels and its shortfall from Bayes accuracy.

        accuracy = Phi(k cos angle(w, w_star)) with k = tau sqrt(d);
        relative_error = 1 - accuracy / Phi(k), the upper row of Figure 3.
        """
        norm = float(np.linalg.norm(model.w))
        cosine = float(model.w[0]) / norm if norm > 0 else 0.0
        accuracy = float(ndtr(self._separation() * cosine))
        return {"accuracy": accuracy, "relative_error": 1.0 - accuracy / self._bayes_accuracy()}

    def save(self, model: LinearModel, folder: Path) -> None:
        """Write w to generator.npz."""
        np.savez(folder / "generator.npz", w=model.w)

    def load(self, folder: Path, helper: str | None = None) -> LinearModel:
        """Read generator.npz."""
        with (folder / "generator.npz").open("rb") as file, np.load(file) as stored:
            return LinearModel(stored["w"])

    def reference_lines(self) -> Mapping[str, Mapping[str, float]]:
        """Return the Bayes classifier sign(x.w_star)."""
        return {"bayes": {"accuracy": self._bayes_accuracy()}}

    prices = cost.PRICES

    def cost(self, unit: Unit) -> Mapping[str, float]:
        """Count what is drawn, scored and fitted."""
        return cost.cost(self.config, unit)

    def _draw_original(self, rng: np.random.Generator) -> tuple[NDArray[np.float32], Bits]:
        config = self.config
        return draw_original(config.n_original, config.dimension, config.tau, rng)

    def _separation(self) -> float:
        return self.config.tau * math.sqrt(self.config.dimension)

    def _bayes_accuracy(self) -> float:
        return float(ndtr(self._separation()))


EXPERIMENT = Gaussian
