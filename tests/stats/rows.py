"""Small tables of measured rows; numbers here are inputs of tests, never shown as results."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from synverify_core.experiments.row import Row
from synverify_core.stats.names import split_label

P_NOISE = {"oracle": 0.0, "none": 1.0}
BESIDE = {"trace(tolerance=0.02)": (0.9, 0.1), "self": (0.3, 0.1)}
# Rouge-1 as the paper describes Figure 5: collapse, recovery above it, order by p*.
PAPER = {"oracle": 0.16, "self": 0.145, "weak": 0.131, "random": 0.13}


def row(experiment: str, verifier: str, metric: str, value: float, **columns: Any) -> dict:
    """One row; what selects from a pool is of round 1."""
    trained = columns.get("pool_size") is not None
    known = {"experiment": experiment, "uid": "task", "run": "task", "round": int(trained)}
    blank = dict.fromkeys(Row.model_fields)
    return {**blank, **known, "verifier": verifier, "metric": metric, "value": value, **columns}


def gaussian_table(
    sizes: Sequence[int] = (100, 1000, 10_000), n_originals: Sequence[int] = (150, 500)
) -> pd.DataFrame:
    """Rows with known means: floor + 10 / n', shifted a little by seed."""
    p_star = {"oracle": 1.0, "linear(theta_prune=pi/24)": 0.9, "random": 0.5}
    floor = {"oracle": 1e-4, "linear(theta_prune=pi/24)": 2e-3, "random": 3e-2, "clean": 1e-4}
    levels = {"generator": 0.05, "bayes": 0.0}
    rows = []
    for n_original in n_originals:
        settings = {"n_original": n_original, "uid": f"gaussian-n_original={n_original}"}
        settings |= {"run": f"N0 {n_original}", "p": 0.1, "phi": 0.9, "psi": 0.1, "kept": 20_000}
        for seed in range(3):
            points = [(name, None, value) for name, value in levels.items()]
            points += [(name, n, low + 10 / n) for name, low in floor.items() for n in sizes]
            for name, size, value in points:
                more = {"n_samples": size, "seed": seed, "p_star": p_star.get(name)}
                more |= {"pool_size": 100_000 if size else None, **settings}
                rows.append(
                    row("gaussian", name, "relative_error", value * (1 + 0.1 * seed), **more)
                )
    return pd.DataFrame(rows)


def eigen_rates(verifier: str) -> tuple[float, float]:
    """Return phi and psi."""
    if verifier in BESIDE:
        return BESIDE[verifier]
    name, settings = split_label(verifier)
    return 1.0, settings.get("p_noise", P_NOISE.get(name, 0.0))


def eigen_p_star(verifier: str) -> float:
    phi, psi = eigen_rates(verifier)
    return 1 / (1 + psi / phi)


def eigen_table(
    accuracies: Mapping[str, float],
    *,
    sizes: Sequence[int] = (1000, 3000),
    seeds: Sequence[int] = (0, 1, 2),
    generator: float = 0.2,
    metric: str = "accuracy@2%",
    beams: Mapping[str, float] | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """One row a verifier, size and seed; the value grows by 0.01 a seed and a size."""
    rows = []
    settings = {"n_table": 10_000, "p": 0.8, "kept": 5000, **settings}
    for seed in seeds:
        for name, value in {metric: generator, **(beams or {})}.items():
            rows.append(row("eigenvalues", "generator", name, value, seed=seed, **settings))
        for verifier, value in accuracies.items():
            known = {"pool_size": 20_000, "seed": seed, **settings}
            if verifier != "clean":
                phi, psi = eigen_rates(verifier)
                known |= {"phi": phi, "psi": psi, "p_star": eigen_p_star(verifier)}
            for place, size in enumerate(sizes):
                at = value + 0.01 * (seed + place)
                rows.append(row("eigenvalues", verifier, metric, at, n_samples=size, **known))
    return pd.DataFrame(rows)


def summary_table(
    values: Mapping[str, float] = PAPER,
    *,
    generator: float = 0.14,
    base: float | None = 0.05,
    clean: float | None = 0.15,
    weak_rouge1: float | None = 0.145,
    seeds: Sequence[int] = (0, 1, 2),
    jitter: float = 0.0005,
    interval: float = 0.0,
    rouge1_error: float | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """One row a verifier, rate, size and seed; curves rise by 0.001 a size to the value named.

    `jitter` shifts seeds against each other, another way for each model.
    """
    p_stars = {"oracle": 0.8, "self": 0.6, "weak": 0.55, "lead_overlap": 0.45, "length": 0.4}
    settings, pool = {"generator_share": 0.125, **settings}, 1600
    rows = []
    for seed in seeds:

        def add(name: str, value: float | None, metric: str = "rouge1", **more: Any) -> None:
            if value is not None:
                known = {**settings, "seed": seed, **more}  # noqa: B023
                rows.append(row("summarization", name, metric, value, **known))

        shifts = [jitter * ((seed + place) % 3 - 1) for place in range(3)]
        add("generator", generator + shifts[0])
        add("generator", weak_rouge1, "weak rouge1")
        for name in ("generator", *values):
            add(name, rouge1_error, "rouge1 test error")
        add("base", base)
        for step, size in enumerate((200, 400, 800, 1600)):
            value = None if clean is None else clean + shifts[1] - 0.001 * (3 - step)
            add("clean", value, n_samples=size, pool_size=pool)
        for place, (verifier, value) in enumerate(values.items()):
            for rate in (0.125, 0.25, 0.5):
                kept, p_star = round(rate * pool), p_stars.get(verifier, 0.5) - 0.1 * rate
                known = {"selection_rate": rate, "p_star": p_star, "p": 0.85}
                known |= {"kept": kept, "pool_size": pool}
                if interval:
                    add(verifier, p_star - interval, "p_star low", **known)
                    add(verifier, p_star + interval, "p_star high", **known)
                sizes = [size for size in (200, 400, 800) if size <= kept]
                for step, size in enumerate(reversed(sizes)):
                    at = value + shifts[place % 3] - 0.001 * step
                    add(verifier, at, n_samples=size, **known)
    return pd.DataFrame(rows)


def parts(table: pd.DataFrame, at_most: int) -> st.SearchStrategy[pd.DataFrame]:
    """Any few rows of a table, as of a run that goes on."""
    kept = st.lists(st.sampled_from(range(len(table))), unique=True, max_size=at_most)
    return kept.map(lambda places: table.iloc[places])


def partial_rows(metric: str, values: Sequence[float | None], **columns: Any) -> st.SearchStrategy:
    """Any few rows, whether they belong together or not."""
    fields = {
        "uid": st.sampled_from(["a", "b"]),
        "verifier": st.sampled_from(["oracle", "none", "noisy(p_noise=0.1)", "random"]),
        "selection_rate": st.sampled_from([None, 0.125, 0.5]),
        "n_samples": st.sampled_from([None, 1, 100, 10**6]),
        "seed": st.integers(0, 2),
        "round": st.sampled_from([0, 1, 2]),
        "metric": st.just(metric),
        "value": st.sampled_from([*values, None, float("nan")]),
        "p_star": st.sampled_from([None, 0.0, 0.5, 0.9, float("nan")]),
        "kept": st.sampled_from([None, 10]),
        **columns,
    }
    names = list(dict.fromkeys([*Row.model_fields, *fields]))
    return st.lists(st.fixed_dictionaries(fields), max_size=12).map(
        lambda rows: pd.DataFrame(rows, columns=names)
    )
