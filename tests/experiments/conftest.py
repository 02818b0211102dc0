"""A reporter that remembers, and a tiny experiment that is no real one."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from synverify_core.experiments.base import Experiment
from synverify_core.experiments.config import Config
from synverify_core.experiments.pipeline import run_pipeline


class Interrupted(Exception):
    """Stands for a cancel or a crash."""


class Memory:
    """Remembers what the pipeline reports; stops it after some rows."""

    def __init__(self, stop_after=None):
        self.rows, self.stages, self.lines, self.shares = [], [], [], []
        self.stop_after = stop_after

    def stage(self, name, done, total):
        """Remember the stage."""
        self.stages.append((name, done, total))

    def within(self, share, text):
        """Remember how far the unit is."""
        self.shares.append((share, text))

    def row(self, row):
        """Remember the row, or stop there."""
        self.rows.append(row)
        if len(self.rows) == self.stop_after:
            raise Interrupted

    def log(self, message):
        """Remember the line."""
        self.lines.append(message)


class CoinConfig(Config):
    """Labels are coins; a model is the share of right labels that it saw."""

    batch_fields = ("similarity",)
    pool_size: int = 1_000
    p: float = 0.3


@dataclass(frozen=True)
class CoinPool:
    """How right each sample is."""

    similarity: np.ndarray

    def __getitem__(self, field):
        return getattr(self, field)

    def __len__(self):
        return len(self.similarity)

    def take(self, indices):
        """Return some of the coins."""
        return CoinPool(self.similarity[indices])

    def join(self, others):
        """Return these coins and the others."""
        return CoinPool(np.concatenate([pool.similarity for pool in (self, *others)]))


class Coins(Experiment):
    """Counts how often each verb is called."""

    name, title, version = "coins", "Coins", 1
    config_type = CoinConfig
    presets: ClassVar = {"smoke": {"sizes": (10, 100)}}
    primary_metric = "share_right"
    generator_fields = ("p",)

    prices: ClassVar = {"models": 1.0}

    def cost(self, unit):
        """Count the models that are trained."""
        return {"models": 1} if unit.size else {}

    def __init__(self, config, device="cpu"):
        super().__init__(config, device)
        self.calls = {"generator": 0, "pool": 0, "retrain": 0}

    def train_generator(self, rng, workspace):
        """Return p and a number that only this training can give."""
        self.calls["generator"] += 1
        (workspace / "checkpoint").write_text("half way")
        return np.array([self.config.p, rng.random()])

    def original(self, rng):
        """Return five coins."""
        return CoinPool(np.ones(5))

    def synthesize(self, generator, helpers, rng, workspace):
        """Throw the coins."""
        self.calls["pool"] += 1
        return CoinPool((rng.random(self.config.pool_size) >= generator[0]).astype(float))

    def clean(self, pool, rng):
        """Return right labels only."""
        return replace(pool, similarity=np.ones(len(pool)))

    def retrain(self, pool, indices, start, rng, workspace):
        """Return the share of right labels and a number from rng."""
        self.calls["retrain"] += 1
        return np.array([pool.similarity[indices].mean(), rng.random()])

    def evaluate(self, model, workspace):
        """Return both numbers."""
        return {"share_right": float(model[0]), "noise": float(model[1])}

    def save(self, model, folder):
        """Write npy."""
        np.save(folder / "generator.npy", model)

    def load(self, folder, helper=None):
        """Read npy."""
        return np.load(folder / "generator.npy", allow_pickle=False)

    def reference_lines(self):
        """Return one line."""
        return {"perfect": {"share_right": 1.0}}


@pytest.fixture
def run(tmp_path):
    """Run an experiment class on config values; return the experiment and what it reported."""

    def start(experiment_type, values, *, done=(), stop_after=None, folder=tmp_path):
        experiment = experiment_type(experiment_type.config_type.make(values))
        memory = Memory(stop_after)
        interrupted = False
        try:
            run_pipeline(
                experiment,
                uid="the-uid",
                artifacts=folder / "artifacts",
                checkpoints=folder / "checkpoints",
                reporter=memory,
                done=done,
            )
        except Interrupted:
            interrupted = True
        assert interrupted == (stop_after is not None)
        return experiment, memory

    return start


@pytest.fixture
def coins():
    return Coins
