"""What the data say about the paper's three observations in Section 5.2; nothing is assumed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synverify_core.figures import curves as stats
from synverify_core.figures import theme

METRIC = "relative_error"
EXACT = ("oracle", "linear(theta_prune=0)")


class Claim(NamedTuple):
    """A statement of the paper and what these rows say to it.

    `verdict` is holds, in part, not here, or too little data; where an interval decides, not shown
    (it holds 0) or contradicted (it lies on the other side) stand for not here.
    """

    paper: str
    verdict: str
    found: str


def paper_claims(table: pd.DataFrame, facet: str = "n_original") -> list[Claim]:
    """Compare rows of the Gaussian experiment with what the paper reads off Figure 3."""
    curves = stats.aggregate(table, METRIC, [facet, "verifier"])
    curves = curves[curves["n_samples"].notna()]
    return [
        oracle_matches_clean(curves, facet),
        weak_verifier_has_sweet_spot(stats.ready(table, [facet]), facet),
        random_against_generator(table, curves, facet),
    ]


def verdict_of(hits: int, total: int) -> str:
    """Return the verdict for a statement that was checked `total` times."""
    if total == 0:
        return "too little data"
    return "holds" if hits == total else "in part" if hits else "not here"


def first_present(rows: pd.DataFrame, names: Sequence[str]) -> str | None:
    """Return the first verifier, by registry name, that the rows have."""
    present = stats.order(rows["verifier"].dropna())
    families = {theme.split_label(name)[0]: name for name in reversed(present)}
    return next((families[name] for name in names if name in families), None)


def ends(curves: pd.DataFrame, facet: str, verifiers: tuple[str, ...]) -> list[list[Any]]:
    """For each panel: rows of the named verifiers at the largest size that all of them reached."""
    found = []
    for _, part in curves.groupby(facet, dropna=False):
        part = part[part["verifier"].isin(verifiers)]
        if set(part["verifier"]) != set(verifiers):
            continue
        size = part.groupby("verifier")["n_samples"].max().min()
        at_end = part[part["n_samples"] == size].set_index("verifier")
        if len(at_end) == len(verifiers):
            found.append([at_end.loc[verifier] for verifier in verifiers])
    return found


def oracle_matches_clean(curves: pd.DataFrame, facet: str) -> Claim:
    """Check whether exact verification ends as low as true labels, within the bands of seeds."""
    paper = "Selection by the ground truth is as good as training on clean labels."
    present = [name for name in EXACT if name in set(curves["verifier"])]
    pairs = ends(curves, facet, (present[0], "clean")) if present else []
    if not pairs:
        return Claim(paper, "too little data", "It takes an exact verifier and the clean curve.")
    hits = sum(one["low"] <= two["high"] for one, two in pairs)
    listed = "; ".join(
        f"{stats.value_text(one['mean'], METRIC)} against {stats.value_text(two['mean'], METRIC)}"
        for one, two in pairs
    )
    found = (
        f"{theme.display_name(present[0])} against clean, relative error at "
        f"n' = {stats.size_text(pairs[-1][0]['n_samples'])}: {listed}. "
        f"As low or lower, within the bands over seeds, in {hits} of {len(pairs)} settings."
    )
    return Claim(paper, verdict_of(hits, len(pairs)), found)


def weak_verifier_has_sweet_spot(rows: pd.DataFrame, facet: str) -> Claim:
    """Check, seed by seed, whether the weakest linear verifier is best before its last size."""
    paper = "A weak verifier has a sweet spot: around 10,000 samples beat more of them."
    rows = rows[(rows["metric"] == METRIC) & rows["n_samples"].notna() & rows["value"].notna()]
    weak = [name for name in stats.order(rows["verifier"]) if name.startswith("linear(")]
    if not weak or weak[-1] in EXACT:
        return Claim(paper, "too little data", "It takes a linear verifier at an angle.")
    rows = rows[rows["verifier"] == weak[-1]]
    hits, total, best_sizes = 0, 0, []
    for _, part in rows.groupby([facet, "uid", "seed"], dropna=False):
        part = part.sort_values("n_samples")
        if len(part) < 3:
            continue
        total += 1
        sizes = part["n_samples"].to_numpy(dtype=float)
        best = float(sizes[part["value"].to_numpy(dtype=float).argmin()])
        hits += best < sizes[-1]
        best_sizes.append(best)
    if not total:
        return Claim(paper, "too little data", "It takes three sizes or more.")
    found = (
        f"{theme.display_name(weak[-1])} is best before its largest size in {hits} of {total} "
        f"repetitions; median best n' = {stats.size_text(float(np.median(best_sizes)))}."
    )
    return Claim(paper, verdict_of(hits, total), found)


def random_against_generator(table: pd.DataFrame, curves: pd.DataFrame, facet: str) -> Claim:
    """Compare unverified data, at its largest size, with exact verification and the generator."""
    paper = "Without verification, more synthesized data do not reach what verified data reach."
    present = [name for name in EXACT if name in set(curves["verifier"])]
    pairs = ends(curves, facet, ("random", present[0])) if present else []
    if not pairs:
        return Claim(paper, "too little data", "It takes random selection and an exact verifier.")
    hits = sum(one["low"] > two["high"] for one, two in pairs)
    levels = stats.aggregate(table, METRIC, ["verifier"])
    level = levels.loc[levels["verifier"] == "generator", "mean"]
    ratios = [one["mean"] / two["mean"] for one, two in pairs if two["mean"] > 0]
    worst = stats.value_text(max(one["mean"] for one, _ in pairs), METRIC)
    found = f"random ends above {theme.display_name(present[0])} in {hits} of {len(pairs)} settings"
    found += f", by {min(ratios):.3g} to {max(ratios):.3g} times" if ratios else ""
    found += f" (at most {worst})"
    found += (
        f"; the generator itself has {stats.value_text(float(level.mean()), METRIC)} on average."
        if len(level)
        else "."
    )
    return Claim(paper, verdict_of(hits, len(pairs)), found)
