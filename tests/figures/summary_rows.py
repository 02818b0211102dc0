"""Small tables of summarization rows; numbers here are inputs of tests, never shown as results."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

P_STAR = {"oracle": 0.8, "self": 0.6, "weak": 0.55, "random": 0.5}
# Rouge-1 as the paper describes Figure 5: collapse, recovery above it, order by p*.
PAPER = {"oracle": 0.16, "self": 0.145, "weak": 0.131, "random": 0.13}
RATES = (0.125, 0.25, 0.5)
POOL = 1600


def summary_table(
    values: Mapping[str, float] = PAPER,
    *,
    generator: float = 0.14,
    base: float | None = 0.05,
    clean: float | None = 0.15,
    weak_rouge1: float | None = 0.145,
    rates: tuple[float, ...] = RATES,
    seeds: tuple[int, ...] = (0, 1, 2),
    jitter: float = 0.0005,
    interval: float = 0.0,
    **settings: Any,
) -> pd.DataFrame:
    """One row a verifier, rate, size and seed; curves rise by 0.001 a size to the value named.

    `jitter` shifts seeds against each other, another way for each model.
    """
    rows: list[dict[str, Any]] = []

    def add(verifier: str, rate: float | None, size: int | None, seed: int, **more: Any) -> None:
        row = {"experiment": "summarization", "uid": "task", "run": "task", "verifier": verifier}
        row |= {"selection_rate": rate, "n_samples": size, "seed": seed, "metric": "rouge1"}
        row |= {"p": None, "phi": None, "psi": None, "p_star": None, "kept": None}
        rows.append({**row, "pool_size": None, "generator_share": 0.125, **settings, **more})

    for seed in seeds:

        def shifted(value: float, place: int, seed: int = seed) -> float:
            return value + jitter * ((seed + place) % 3 - 1)

        add("generator", None, None, seed, value=shifted(generator, 0))
        if weak_rouge1 is not None:
            add("generator", None, None, seed, value=weak_rouge1, metric="weak rouge1")
        if base is not None:
            add("base", None, None, seed, value=base)
        if clean is not None:
            for step, size in enumerate((200, 400, 800, 1600)):
                value = shifted(clean, 1) - 0.001 * (3 - step)
                add("clean", None, size, seed, value=value, pool_size=POOL)
        for place, (verifier, value) in enumerate(values.items()):
            for rate in rates:
                kept = round(rate * POOL)
                p_star = P_STAR.get(verifier, 0.5) - 0.1 * rate
                known = {"p_star": p_star, "p": 0.85, "kept": kept, "pool_size": POOL}
                if interval:
                    for name, end in (("low", p_star - interval), ("high", p_star + interval)):
                        add(verifier, rate, None, seed, **known, metric=f"p_star {name}", value=end)
                sizes = [size for size in (200, 400, 800) if size <= kept]
                for step, size in enumerate(reversed(sizes)):
                    at = shifted(value, place) - 0.001 * step
                    add(verifier, rate, size, seed, **known, value=at)
    return pd.DataFrame(rows)
