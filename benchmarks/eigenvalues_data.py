"""Rate claim: matrices drawn, solved and written as tokens in a second.

Beside it the same work one matrix at a time, as programs with a Python loop do it.

Usage: OMP_NUM_THREADS=2 python benchmarks/eigenvalues_data.py
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.eigenvalues.data import sample_examples
from synverify_core.experiments.eigenvalues.encodings import ENCODINGS


def one_at_a_time(rng: np.random.Generator, n: int, dimension: int, encoding: str) -> None:
    for _ in range(n):
        upper = np.triu(rng.uniform(-10, 10, (dimension, dimension)))
        matrix = upper + np.triu(upper, 1).T
        ENCODINGS[encoding].encode(matrix.ravel())
        ENCODINGS[encoding].encode(np.sort(np.linalg.eigvalsh(matrix))[::-1])


def main() -> None:
    for dimension in (2, 3, 5):
        for name, encoding in ENCODINGS.items():
            best, n = float("inf"), 200_000
            for repeat in range(3):
                began = time.perf_counter()
                sample_examples(
                    np.random.default_rng(repeat), n, dimension=dimension, encoding=encoding
                )
                best = min(best, time.perf_counter() - began)
            began = time.perf_counter()
            one_at_a_time(np.random.default_rng(0), 1000, dimension, name)
            loop = 1000 / (time.perf_counter() - began)
            print(
                f"{dimension} x {dimension} {name}: {n / best:,.0f} matrices/s; "
                f"one at a time {loop:,.0f}; ratio {n / best / loop:.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
