"""What the data say about the paper's three observations in Section 5.2; nothing is assumed."""

from typing import Any

import numpy as np
import pandas as pd

from synverify_core.stats.claims import LITTLE, Claim, verdict_of
from synverify_core.stats.names import display_name, order, size_text, value_text
from synverify_core.stats.tables import aggregate, ready

METRIC = "relative_error"
EXACT = ("oracle", "linear(theta_prune=0)")


def paper_claims(table: pd.DataFrame, facet: str = "n_original") -> list[Claim]:
    """Compare rows of the Gaussian experiment with what the paper reads off Figure 3."""
    curves = aggregate(table, METRIC, [facet, "verifier"])
    curves = curves[curves["n_samples"].notna()]
    exact = next((name for name in EXACT if name in set(curves["verifier"])), "")
    return [
        oracle_matches_clean(ends(curves, facet, (exact, "clean")), exact),
        weak_verifier_has_sweet_spot(ready(table, [facet]), facet),
        random_against_generator(table, ends(curves, facet, ("random", exact)), exact),
    ]


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


def oracle_matches_clean(pairs: list[list[Any]], exact: str) -> Claim:
    """Check whether exact verification ends as low as true labels, within the bands of seeds."""
    paper = "Selection by the ground truth is as good as training on clean labels."
    if not pairs:
        return Claim(paper, LITTLE, "It takes an exact verifier and the clean curve.")
    hits = sum(one["low"] <= two["high"] for one, two in pairs)
    listed = "; ".join(
        f"{value_text(one['mean'], METRIC)} against {value_text(two['mean'], METRIC)}"
        for one, two in pairs
    )
    found = (
        f"{display_name(exact)} against clean, relative error at "
        f"n' = {size_text(pairs[-1][0]['n_samples'])}: {listed}. "
        f"As low or lower, within the bands over seeds, in {hits} of {len(pairs)} settings."
    )
    return Claim(paper, verdict_of(hits, len(pairs)), found)


def weak_verifier_has_sweet_spot(rows: pd.DataFrame, facet: str) -> Claim:
    """Check, seed by seed, whether the weakest linear verifier is best before its last size."""
    paper = "A weak verifier has a sweet spot: around 10,000 samples beat more of them."
    rows = rows[(rows["metric"] == METRIC) & rows["n_samples"].notna() & rows["value"].notna()]
    weak = [name for name in order(rows["verifier"]) if name.startswith("linear(")]
    if not weak or weak[-1] in EXACT:
        return Claim(paper, LITTLE, "It takes a linear verifier at an angle.")
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
        return Claim(paper, LITTLE, "It takes three sizes or more.")
    found = (
        f"{display_name(weak[-1])} is best before its largest size in {hits} of {total} "
        f"repetitions; median best n' = {size_text(float(np.median(best_sizes)))}."
    )
    return Claim(paper, verdict_of(hits, total), found)


def random_against_generator(table: pd.DataFrame, pairs: list[list[Any]], exact: str) -> Claim:
    """Compare unverified data, at its largest size, with exact verification and the generator."""
    paper = "Without verification, more synthesized data do not reach what verified data reach."
    if not pairs:
        return Claim(paper, LITTLE, "It takes random selection and an exact verifier.")
    hits = sum(one["low"] > two["high"] for one, two in pairs)
    levels = aggregate(table, METRIC, ["verifier"])
    level = levels.loc[levels["verifier"] == "generator", "mean"]
    ratios = [one["mean"] / two["mean"] for one, two in pairs if two["mean"] > 0]
    worst = value_text(max(one["mean"] for one, _ in pairs), METRIC)
    found = f"random ends above {display_name(exact)} in {hits} of {len(pairs)} settings"
    found += f", by {min(ratios):.3g} to {max(ratios):.3g} times" if ratios else ""
    found += f" (at most {worst})"
    found += (
        f"; the generator itself has {value_text(float(level.mean()), METRIC)} on average."
        if len(level)
        else "."
    )
    return Claim(paper, verdict_of(hits, len(pairs)), found)
