"""Small tables of eigenvalue rows; numbers here are inputs of tests, never shown as results."""

from typing import Any

import pandas as pd

from synverify_core.figures.theme import split_label

P_NOISE = {"oracle": 0.0, "none": 1.0}
EXTRA = {"trace(tolerance=0.02)": (0.9, 0.1), "self": (0.3, 0.1)}


def rates(verifier: str) -> tuple[float, float]:
    """Return phi and psi."""
    if verifier in EXTRA:
        return EXTRA[verifier]
    name, settings = split_label(verifier)
    return 1.0, settings.get("p_noise", P_NOISE.get(name, 0.0))


def p_star(verifier: str) -> float:
    phi, psi = rates(verifier)
    return 1 / (1 + psi / phi)


def eigen_table(
    accuracies: dict[str, float],
    *,
    sizes: tuple[int, ...] = (1000, 3000),
    seeds: tuple[int, ...] = (0, 1, 2),
    generator: float = 0.2,
    metric: str = "accuracy@2%",
    beams: dict[str, float] | None = None,
    uid: str = "task",
    **settings: Any,
) -> pd.DataFrame:
    """One row a verifier, size and seed; the value grows by 0.01 a seed and a size."""
    rows: list[dict[str, Any]] = []

    def add(verifier: str, size: int | None, seed: int, name: str, value: float) -> None:
        measured = verifier in accuracies and verifier != "clean"
        phi, psi = rates(verifier) if measured else (None, None)
        row = {"experiment": "eigenvalues", "uid": uid, "run": uid, "verifier": verifier}
        row |= {"selection_rate": None, "n_samples": size, "seed": seed, "metric": name}
        row |= {"value": value, "p": 0.8, "phi": phi, "psi": psi, "kept": 5000}
        row |= {"p_star": p_star(verifier) if measured else None, "pool_size": 20_000}
        rows.append({**row, "n_table": 10_000, **settings})

    for seed in seeds:
        add("generator", None, seed, metric, generator)
        for name, value in (beams or {}).items():
            add("generator", None, seed, name, value)
        for verifier, value in accuracies.items():
            for place, size in enumerate(sizes):
                add(verifier, size, seed, metric, value + 0.01 * (seed + place))
    return pd.DataFrame(rows)
