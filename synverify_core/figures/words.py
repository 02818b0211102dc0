"""What a figure says in words: titles, captions and alt texts, computed from the data drawn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from synverify_core.figures import curves as stats
from synverify_core.figures import theme

BASELINES = ("generator", "base", "clean", "bayes")
FIELD_NAMES = {"n_original": "N₀", "n_samples": "n'", "theta_prune": "θ_prune"}


def value_label(field: str | None, value: Any) -> str:
    """Write one setting, e.g. `N₀ = 500`; angles are shown in degrees."""
    if field is None:
        return ""
    name = FIELD_NAMES.get(field, field)
    if field == "verifier":
        return theme.display_name(str(value))
    if field == "selection_rate":
        return "own rule" if pd.isna(value) else f"best {100 * value:g} %"
    if isinstance(value, float) and np.isfinite(value) and field.startswith("theta"):
        return f"{name} = {np.degrees(value):.3g}°"
    number = isinstance(value, float) and np.isfinite(value)
    return f"{name} = {value:g}" if number else f"{name} = {stats.text(value)}"


def headline(
    panels: Sequence[tuple[Any, pd.DataFrame]], metric: str, group_by: str, facet: str | None
) -> str:
    """Say which verifier ends best, from the data alone; clean labels are none."""
    lower = stats.is_error(metric)
    word = f"{'lowest' if lower else 'highest'} {stats.short_name(metric)} of all verifiers"
    winners, values, sizes = [], [], []
    for _, part in panels:
        ends = part[part["n_samples"].notna() & ~part["verifier"].isin(BASELINES)]
        if ends.empty:
            continue
        ends = ends[ends["n_samples"] == ends["n_samples"].max()]
        best = ends.loc[ends["mean"].idxmin() if lower else ends["mean"].idxmax()]
        name = theme.display_name(str(best["verifier"]))
        if group_by != "verifier":
            name += f", {value_label(group_by, best[group_by])}"
        winners.append(name)
        values.append(float(best["mean"]))
        sizes.append(float(best["n_samples"]))
    if not winners:
        return f"{stats.metric_name(metric)} of the baselines"
    at = f"at n' = {stats.size_text(max(sizes))}" if len(set(sizes)) == 1 else "at the largest n'"
    top = max(dict.fromkeys(winners), key=winners.count)
    if len(winners) == 1:
        return f"{top}: {word} {at}, {stats.value_text(values[0], metric)}"
    return f"{top}: {word} {at} in {winners.count(top)} of {len(winners)} panels"


def band_text(curves: pd.DataFrame, below: int, averaged: Sequence[str]) -> str:
    """Say what line and band are, what is averaged over, and what no log axis can show."""
    counts = curves["n_seeds"].tolist()
    text = f"Mean of {stats.seeds_text(counts)}"
    text += "; band: smallest to largest value" if max(counts) > 1 else ""
    if averaged:
        text += f"; also averaged over {', '.join(averaged)}"
    if below:
        text += f"; {below} {'level' if below == 1 else 'levels'} at 0 lie below the log axis"
    return text


def alt_text(
    panels: Sequence[tuple[Any, pd.DataFrame]], metric: str, title: str, facet: str | None
) -> str:
    """Tell the figure's content to someone who cannot see it."""
    parts = [f"{stats.metric_name(metric)} against the number of selected samples. {title}."]
    for value, part in panels:
        ends = part[part["n_samples"].notna()]
        if ends.empty:
            continue
        ends = ends[ends["n_samples"] == ends["n_samples"].max()]
        names = [
            f"{theme.display_name(str(row['verifier']))} {stats.value_text(row['mean'], metric)}"
            for _, row in ends.iterrows()
        ]
        place = f"{value_label(facet, value)}, " if facet else ""
        parts.append(f"{place}n' = {stats.size_text(ends['n_samples'].max())}: {', '.join(names)}.")
    return " ".join(parts)
