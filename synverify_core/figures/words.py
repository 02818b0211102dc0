"""What a figure says in words: titles, captions and alt texts, computed from the data drawn."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from synverify_core.stats import names


def headline(
    panels: Sequence[tuple[Any, pd.DataFrame]], metric: str, group_by: str, facet: str | None
) -> str:
    """Say which verifier ends best, from the data alone; clean labels are none."""
    lower = names.is_error(metric)
    word = f"{'lowest' if lower else 'highest'} {names.short_metric(metric)} of all verifiers"
    winners, values, sizes = [], [], []
    for _, part in panels:
        ends = part[part["n_samples"].notna() & ~part["verifier"].isin(names.BASELINES)]
        if ends.empty:
            continue
        ends = ends[ends["n_samples"] == ends["n_samples"].max()]
        best = ends.loc[ends["mean"].idxmin() if lower else ends["mean"].idxmax()]
        name = names.display_name(str(best["verifier"]))
        if group_by != "verifier":
            name += f", {names.value_label(group_by, best[group_by])}"
        winners.append(name)
        values.append(float(best["mean"]))
        sizes.append(float(best["n_samples"]))
    if not winners:
        return f"{names.metric_name(metric)} of the baselines"
    at = f"at n' = {names.size_text(max(sizes))}" if len(set(sizes)) == 1 else "at the largest n'"
    top = max(dict.fromkeys(winners), key=winners.count)
    count = winners.count(top)
    top = names.sentence(top)
    if len(winners) == 1:
        return f"{top}: {word} {at}, {names.value_text(values[0], metric)}"
    return f"{top}: {word} {at} in {count} of {len(winners)} panels"


def band_text(curves: pd.DataFrame, below: int, averaged: Sequence[str]) -> str:
    """Say what line and band are, what is averaged over, and what no log axis can show."""
    counts = curves["n_seeds"].tolist()
    text = f"Mean of {names.seeds_text(counts)}"
    text += "; band: smallest to largest value" if max(counts) > 1 else ""
    if averaged:
        text += f"; also averaged over {', '.join(averaged)}"
    if below:
        text += f"; {below} {'level' if below == 1 else 'levels'} at 0 lie below the log axis"
    return text


def alt_text(
    panels: Sequence[tuple[Any, pd.DataFrame]],
    metric: str,
    title: str,
    facet: str | None,
    axis: str = "selected samples",
) -> str:
    """Tell the figure's content to someone who cannot see it."""
    parts = [f"{names.metric_name(metric)} against the number of {axis}. {title}."]
    for value, part in panels:
        ends = part[part["n_samples"].notna()]
        if ends.empty:
            continue
        ends = ends[ends["n_samples"] == ends["n_samples"].max()]
        listed = ends_text(ends, metric)
        place = f"{names.value_label(facet, value)}, " if facet else ""
        parts.append(f"{place}n' = {names.size_text(ends['n_samples'].max())}: {listed}.")
    return " ".join(parts)


def ends_text(points: pd.DataFrame, metric: str) -> str:
    """Write each verifier's mean."""
    return ", ".join(
        f"{names.display_name(str(row['verifier']))} {names.value_text(row['mean'], metric)}"
        for _, row in points.iterrows()
    )


def point_text(name: str, row: dict[str, Any], metric: str, *, level: bool = False) -> str:
    """Write one point of a curve, or a level, for its hover text."""
    text = f"{name}<br>" + ("" if level else f"n' = {names.size_text(row['n_samples'])}<br>")
    text += names.spread_text(row, metric)
    return text + ("" if pd.isna(row["p_star"]) else f"<br>p* = {row['p_star']:.3f}")
