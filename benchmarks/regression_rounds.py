"""Ratio claim: rounds of regression by running normal equations against a growing pseudo-inverse.

The pseudo-inverse of all rows so far, refitted in every round, is what published code for
accumulated data does. Both learn from the same rows and end at the same model.

Usage: OMP_NUM_THREADS=1 python benchmarks/regression_rounds.py [--rounds 100] [--repeats 5]
"""

import argparse
import platform
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.regression.simulate import NormalEquations
from synverify_core.theory.regression import accumulate

D, T = 20, 100


def running(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return the last model; x (rounds, T, d), noise (rounds, T), the truth is 0."""
    equations, w = NormalEquations(1, D), np.zeros(D)
    for rows, errors in zip(x, noise, strict=True):
        equations.add(rows[None], (rows @ w + errors)[None])
        w = equations.solve()[0]
    return w


def growing(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    all_rows, labels, w = np.zeros((0, D)), np.zeros(0), np.zeros(D)
    for rows, errors in zip(x, noise, strict=True):
        all_rows = np.concatenate([all_rows, rows])
        labels = np.concatenate([labels, rows @ w + errors])
        w = np.linalg.pinv(all_rows) @ labels
    return w


def closed(rounds: int) -> float:
    return float(accumulate(D, T, 1.0, rounds, "fresh"))


def seconds(work, *arguments) -> float:
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    data = rng.standard_normal((options.rounds, T, D)), rng.standard_normal((options.rounds, T))
    if not np.allclose(running(*data), growing(*data), rtol=1e-8):
        raise SystemExit("the two models differ")
    times = [  # in turns: other work on the machine meets all three alike
        (seconds(running, *data), seconds(growing, *data), seconds(closed, options.rounds))
        for _ in range(options.repeats)
    ]
    ours, theirs, formula = map(min, zip(*times, strict=True))
    print(f"python {platform.python_version()}, numpy {np.__version__}")
    print(
        f"{options.rounds} rounds, T = {T}, d = {D}: growing pseudo-inverse {theirs * 1e3:.0f} ms, "
        f"running normal equations {ours * 1e3:.1f} ms (ratio {theirs / ours:.0f}), closed form "
        f"{formula * 1e6:.0f} us (ratio {theirs / formula:.0f}); the same model"
    )


if __name__ == "__main__":
    main()
