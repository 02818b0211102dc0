"""An experiment for tests: instant, deterministic, and able to be slow, to fail and to fork."""

import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar

import numpy as np

from synverify_core.experiments import registry
from synverify_core.experiments.base import Experiment
from synverify_core.experiments.config import Config


class FakeConfig(Config):
    """Settings that make the fake experiment slow, failing or forking."""

    delay: float = 0.0
    fail_size: int | None = None
    unless: str = ""
    child: bool = False
    label: str = "plain"
    selection_rates: tuple[float | None, ...] = (0.5,)
    sizes: tuple[int, ...] = (1, 2, 3)
    n_seeds: int = 2


class FakePool:
    """Labels of which every third is wrong."""

    def __init__(self, size):
        self.similarity = (np.arange(size) % 3 > 0).astype(float)

    def __getitem__(self, field):
        return self.similarity

    def __len__(self):
        return len(self.similarity)


class Fake(Experiment):
    """A generator and models that are single random numbers."""

    name = "fake"
    title = "Fake"
    version = 1
    config_type = FakeConfig
    presets: ClassVar = {"smoke": {"n_seeds": 1}, "gpu": {"n_seeds": 3}}
    primary_metric = "accuracy"
    generator_fields = ()

    prices: ClassVar = {"models": 0.5}

    def cost(self, unit):
        """Count the models that are trained."""
        return {"models": 1} if unit.verb == "retrain" else {}

    def train_generator(self, rng, workspace):
        """Draw a number."""
        return rng.normal()

    def original(self, rng):
        """Return a pool of right labels."""
        return FakePool(3)

    def synthesize(self, generator, helpers, rng, workspace):
        """Return the same pool always."""
        return FakePool(20)

    def clean(self, pool, rng):
        """Return the pool as it is."""
        return pool

    def retrain(self, pool, indices, start, rng, workspace):
        """Sleep, start a child or fail as the config says; draw a number."""
        config = self.config
        if config.child:
            process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
            (workspace.parent / "child.txt").write_text(str(process.pid))
        time.sleep(config.delay)
        repaired = config.unless and Path(config.unless).exists()
        if len(indices) == config.fail_size and not repaired:
            raise RuntimeError("the fit exploded")
        return rng.normal() + indices.sum()

    def evaluate(self, model, workspace):
        """Return two metrics of the number."""
        return {"accuracy": float(model), "loss": float(model) / 3}

    def save(self, model, folder):
        """Write the number."""
        np.savez(folder / "generator.npz", value=model)

    def load(self, folder, helper=None):
        """Read the number."""
        with np.load(folder / "generator.npz") as arrays:
            return float(arrays["value"])

    def reference_lines(self):
        """Return one line."""
        return {"bayes": {"accuracy": 1.0}}


class Listener:
    """Hears a run, and raises an error when it has heard some rows."""

    def __init__(self, error=None, at=0):
        self.error, self.at = error, at
        self.rows, self.stages, self.lines = [], [], []

    def stage(self, name, done, total):
        """Note it."""
        self.stages.append((name, done, total))

    def within(self, share, text):
        """Do without."""

    def row(self, row):
        """Note it, or raise the error."""
        self.rows.append(row)
        if self.error and len(self.rows) == self.at:
            raise self.error

    def log(self, message):
        """Note it."""
        self.lines.append(message)


def known(name, original=registry.get):
    """Look up like the registry, the fake experiment included."""
    return Fake if name == "fake" else original(name)
