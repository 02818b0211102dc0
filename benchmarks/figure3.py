"""Wall time of the whole of Figure 3: 3 N0 x 10 selections x 7 sizes to 10^6 x 5 seeds.

The three runs use the `quick` preset and go through the pipeline as any run does, without a cache.

Usage: OMP_NUM_THREADS=2 python benchmarks/figure3.py [--seeds 5] [--device cpu]
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.base import make_config
from synverify_core.experiments.pipeline import run_pipeline
from synverify_core.experiments.plan import total_cost
from synverify_core.experiments.registry import get
from synverify_core.experiments.row import Row

N_ORIGINAL = (150, 500, 2_000)


class Collector:
    """Keeps the rows and prints the log."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def stage(self, name: str, done: int, total: int) -> None:
        """Say nothing: printing is no part of the work."""

    def within(self, share: float, text: str) -> None:
        """Say nothing."""

    def row(self, row: Row) -> None:
        """Keep the row."""
        self.rows.append(row)

    def log(self, message: str) -> None:
        """Print the line."""
        print(message)


def run_once(n_original: int, n_seeds: int, device: str) -> tuple[list[Row], float, float]:
    """Return the rows, the seconds and the nominal seconds of one run."""
    experiment = get("gaussian")
    config = make_config(experiment, "quick", {"n_original": n_original, "n_seeds": n_seeds})
    one, collector = experiment(config, device), Collector()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_pipeline(
            one,
            uid="benchmark",
            artifacts=Path(folder) / "artifacts",
            checkpoints=Path(folder) / "checkpoints",
            reporter=collector,
        )
        seconds = time.perf_counter() - start
    return collector.rows, seconds, total_cost(one, one.prices)


def print_curves(rows: list[Row]) -> None:
    values: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row in rows:
        if row.metric == "relative_error" and row.n_samples is not None:
            values[row.verifier, row.n_samples].append(row.value)
    sizes = sorted({size for _, size in values})
    print(f"  {'relative error':28s}" + "".join(f"{size:>11,}" for size in sizes))
    for verifier in dict.fromkeys(name for name, _ in values):
        means = (np.mean(values.get((verifier, size), [np.nan])) for size in sizes)
        print(f"  {verifier:28s}" + "".join(f"{mean:11.2e}" for mean in means))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    asked = parser.parse_args()
    total = 0.0
    for n_original in N_ORIGINAL:
        rows, seconds, work = run_once(n_original, asked.seeds, asked.device)
        total += seconds
        print(f"N0 = {n_original}: {seconds:.1f} s, {seconds / work:.1f} times the nominal time")
        print_curves(rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"=> Figure 3 with {asked.seeds} seeds: {total:.0f} s, {memory:.1f} GiB at most, device "
        f"{asked.device}, OMP_NUM_THREADS {os.environ.get('OMP_NUM_THREADS', 'not set')}"
    )


if __name__ == "__main__":
    main()
