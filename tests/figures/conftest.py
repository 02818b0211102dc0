"""Small synthetic tables; numbers here are inputs of tests, never shown as results."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

P_STAR = {"oracle": 1.0, "linear(theta_prune=pi/24)": 0.9, "random": 0.5}
FLOOR = {"oracle": 1e-4, "linear(theta_prune=pi/24)": 2e-3, "random": 3e-2, "clean": 1e-4}


def table(
    verifiers: tuple[str, ...] = (*P_STAR, "clean", "generator", "bayes"),
    sizes: tuple[int, ...] = (100, 1000, 10_000),
    seeds: tuple[int, ...] = (0, 1, 2),
    n_originals: tuple[int, ...] = (150, 500),
) -> pd.DataFrame:
    """Rows with known means: floor + 10 / n', shifted a little by seed."""
    rows: list[dict[str, Any]] = []
    for n_original in n_originals:
        for seed in seeds:
            for verifier in verifiers:
                level = verifier in ("generator", "bayes")
                for size in (None,) if level else sizes:
                    value = {"generator": 0.05, "bayes": 0.0}.get(verifier)
                    if value is None:
                        value = FLOOR.get(verifier, 0.01) + 10 / (size or 1)
                    row = {
                        "experiment": "gaussian",
                        "uid": f"gaussian-n_original={n_original}",
                        "run": f"N0 {n_original}",
                        "verifier": verifier,
                        "selection_rate": None,
                        "n_samples": size,
                        "seed": seed,
                        "metric": "relative_error",
                        "value": value * (1 + 0.1 * seed),
                        "p": 0.1,
                        "phi": 0.9,
                        "psi": 0.1,
                        "p_star": P_STAR.get(verifier),
                        "kept": 20_000,
                        "pool_size": 100_000,
                        "n_original": n_original,
                    }
                    rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def make_table() -> Callable[..., pd.DataFrame]:
    return table
