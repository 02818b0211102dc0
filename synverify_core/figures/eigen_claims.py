"""What the data say about the paper's observations in Sections 3 and 6.1; nothing is assumed."""

from typing import Any

import numpy as np
import pandas as pd

from synverify_core.figures import curves as stats
from synverify_core.figures import theme
from synverify_core.figures.beams import GREEDY, METRIC
from synverify_core.figures.claims import Claim, first_present, verdict_of
from synverify_core.figures.pstar import final_points, ranking

UNVERIFIED = ("none", "random")
SOLVER_FREE = ("trace", "frobenius", "trace_frobenius")
RATES = ("phi", "psi", "p_star")


def eigen_claims(table: pd.DataFrame, metric: str) -> list[Claim]:
    """Compare rows of eigenvalue runs of one kind of task with what the paper reports."""
    rows = stats.ready(table)
    return [
        unverified_collapses(rows, metric),
        oracle_exceeds_generator(rows, metric),
        accuracy_follows_pstar(rows, metric),
        beams_need_a_verifier(rows, metric),
    ]


def final_values(rows: pd.DataFrame, metric: str, verifier: str) -> "pd.Series[Any]":
    """Return a model's metric by (uid, seed): at the largest size that every seed reached.

    The generator has no size; its own value is returned.
    """
    part = rows[(rows["metric"] == metric) & (rows["verifier"] == verifier)]
    part = part[np.isfinite(part["value"])]
    if part["n_samples"].notna().any():
        reached = part.groupby(["uid", "seed"])["n_samples"].max().min()
        part = part[part["n_samples"] == reached]
    values: pd.Series[Any] = part.groupby(["uid", "seed"])["value"].mean()
    return values


def final_size(rows: pd.DataFrame, metric: str, verifier: str) -> float:
    """Return the size at which `final_values` compares."""
    part = rows[(rows["metric"] == metric) & (rows["verifier"] == verifier)]
    return float(part.groupby(["uid", "seed"])["n_samples"].max().min())


def against_generator(rows: pd.DataFrame, metric: str, verifier: str) -> pd.DataFrame:
    """Return the columns model and generator, one row a seed that has both."""
    model, generator = (final_values(rows, metric, name) for name in (verifier, "generator"))
    return pd.concat({"model": model, "generator": generator}, axis=1, join="inner")


def compared(pairs: pd.DataFrame, rows: pd.DataFrame, metric: str, verifier: str) -> str:
    """Write both means and the size."""
    size = stats.size_text(final_size(rows, metric, verifier))
    return (
        f"{theme.display_name(verifier)} ends at "
        f"{stats.value_text(float(pairs['model'].mean()), metric)} ({metric}, n' = {size}), the "
        f"generator has {stats.value_text(float(pairs['generator'].mean()), metric)}"
    )


def unverified_collapses(rows: pd.DataFrame, metric: str) -> Claim:
    """Check, seed by seed, whether training on everything ends below the generator."""
    paper = "Without verification the trained model is worse than the generator: model collapse."
    verifier = first_present(rows, UNVERIFIED)
    pairs = against_generator(rows, metric, verifier) if verifier else pd.DataFrame()
    if verifier is None or pairs.empty:
        return Claim(paper, "too little data", "It takes the verifier none and the generator.")
    hits = int((pairs["model"] < pairs["generator"]).sum())
    found = f"{compared(pairs, rows, metric, verifier)}: below it in {hits} of {len(pairs)} seeds."
    return Claim(paper, verdict_of(hits, len(pairs)), found)


def oracle_exceeds_generator(rows: pd.DataFrame, metric: str) -> Claim:
    """Check, seed by seed, whether exact verification ends above the generator."""
    paper = "With the oracle verifier the trained model surpasses the generator."
    pairs = against_generator(rows, metric, "oracle")
    if pairs.empty:
        return Claim(paper, "too little data", "It takes the verifier oracle and the generator.")
    hits = int((pairs["model"] > pairs["generator"]).sum())
    found = f"{compared(pairs, rows, metric, 'oracle')}: above it in {hits} of {len(pairs)} seeds"
    level = float(pairs["generator"].mean())
    ratio = float(pairs["model"].mean()) / level if level > 0 else np.nan
    found += "." if np.isnan(ratio) else f", {ratio:.2g} times as high (paper: nearly doubles)."
    return Claim(paper, verdict_of(hits, len(pairs)), found)


def accuracy_follows_pstar(rows: pd.DataFrame, metric: str) -> Claim:
    """Rank verifiers by p* and by accuracy at every size."""
    paper = "Across all data sizes, accuracy rises with p*."
    sizes = sorted(rows.loc[rows["p_star"].notna(), "n_samples"].dropna().unique())
    found = []
    for size in sizes:
        points, _ = final_points(rows[rows["n_samples"] == size], metric, [])
        order = ranking(points)
        if np.isfinite(order.rho):
            found.append((size, order))
    if not found:
        return Claim(paper, "too little data", "It takes four verifiers with different p*.")
    clear = sum(order.low > 0 for _, order in found)
    rising = any(order.rho > 0 for _, order in found)
    verdict = "holds" if clear == len(found) else "in part" if rising else "not here"
    listed = "; ".join(
        f"n' = {stats.size_text(size)}: {order.rho:+.2f} [{order.low:+.2f}, {order.high:+.2f}], "
        f"{order.n_points} verifiers"
        for size, order in found
    )
    text = f"Spearman's correlation of p* and {metric} (95 % interval): {listed}. "
    text += f"The interval is above 0 at {clear} of {len(found)} sizes."
    return Claim(paper, verdict, text)


def beams_need_a_verifier(rows: pd.DataFrame, metric: str) -> Claim:
    """Compare the widest beam with greedy decoding, verified and by its own likelihood.

    A difference counts from two standard errors on, because beams were searched on few matrices.
    """
    paper = "More beams do not help the model choose; all beams verified hold far better answers."
    greedy = GREEDY.fullmatch(metric)
    widths = {int(m[1]) for m in map(METRIC.fullmatch, rows["metric"].dropna().astype(str)) if m}
    if greedy is None or not widths or "n_table" not in rows:
        return Claim(paper, "too little data", "It takes beams of the generator.")
    widest = max(widths)
    level = rows.loc[rows["verifier"] == "generator", ["uid", "seed", "metric", "value", "n_table"]]
    wide = level.pivot_table(index=["uid", "seed", "n_table"], columns="metric", values="value")
    names = [f"beam {widest}, {kind}@{greedy[1]}%" for kind in ("any", "best")]
    if not {metric, *names} <= set(wide.columns):
        return Claim(paper, "too little data", "It takes beams of the generator.")
    wide = wide[[metric, *names]].dropna()
    if wide.empty:
        return Claim(paper, "too little data", "It takes beams and greedy decoding of one seed.")
    n_table = wide.index.get_level_values("n_table").to_numpy(dtype=float)
    error = 2 * np.sqrt(0.25 / n_table)
    gained = wide[names[0]].to_numpy() - wide[metric].to_numpy()
    chosen = wide[names[1]].to_numpy() - wide[metric].to_numpy()
    hits = int(((gained > error) & (chosen <= error)).sum())
    means = [stats.value_text(float(wide[name].mean()), metric) for name in (metric, *names)]
    found = (
        f"{metric}: greedy {means[0]}, likeliest of {widest} beams {means[2]}, any of them "
        f"{means[1]}. As the paper says, beyond two standard errors on {n_table.min():.0f} "
        f"matrices, in {hits} of {len(wide)} seeds."
    )
    return Claim(paper, verdict_of(hits, len(wide)), found)


def check_table(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return what each verifier keeps and what training on it gives, the highest p* first.

    Returns
    -------
    DataFrame
        Columns verifier, phi, psi, p_star, keep_rate (means over seeds), mean, low, high of the
        metric at the largest size that all verifiers reached, n_samples and n_seeds.
    """
    points, _ = final_points(table, metric, [])
    rows = stats.ready(table)
    rows["pool_size"] = pd.to_numeric(rows["pool_size"], errors="coerce")
    rows["keep_rate"] = rows["kept"] / rows["pool_size"]
    measured = rows[rows["p_star"].notna()].groupby(["verifier", "selection_rate"], dropna=False)
    rates = measured[["phi", "psi", "keep_rate"]].mean().reset_index()
    if points.empty:
        columns = ["verifier", *RATES, "keep_rate", "mean", "low", "high", "n_samples", "n_seeds"]
        return pd.DataFrame(columns=columns)
    joined = points.drop(columns="kept").merge(rates, on=["verifier", "selection_rate"])
    return joined.sort_values("p_star", ascending=False, ignore_index=True)


def solver_free_worth(table: pd.DataFrame, metric: str) -> Claim:
    """Say what the checks that need no solver are worth, against the oracle and no check."""
    question = "A check that needs no solver lifts training above unverified data (our question)."
    rows = stats.ready(table)
    free = [
        name
        for name in stats.order(rows["verifier"].dropna())
        if theme.split_label(name)[0] in SOLVER_FREE
    ]
    unverified = first_present(rows, UNVERIFIED)
    if not free or unverified is None:
        needed = "It takes trace, frobenius or trace_frobenius, and none."
        return Claim(question, "too little data", needed)
    base, exact = (final_values(rows, metric, name) for name in (unverified, "oracle"))
    hits, total, parts = 0, 0, []
    for name in free:
        values = final_values(rows, metric, name)
        pairs = pd.concat({"free": values, "base": base}, axis=1, join="inner")
        if len(pairs):
            hits += int((pairs["free"] > pairs["base"]).sum())
            total += len(pairs)
            parts.append(worth_text(rows, metric, name, pairs, exact))
    if not total:
        return Claim(question, "too little data", f"No seed has both a check and {unverified}.")
    ends = f"{stats.value_text(float(base.mean()), metric)} on all answers"
    if len(exact):
        ends += f" and {stats.value_text(float(exact.mean()), metric)} on the oracle's"
    found = f"Training gives {ends} ({metric}).\n" + "".join(f"\n- {part}" for part in parts)
    found += f"\n\nAbove {unverified} in {hits} of {total} comparisons, one a check and seed."
    return Claim(question, verdict_of(hits, total), found)


def worth_text(
    rows: pd.DataFrame, metric: str, name: str, pairs: pd.DataFrame, exact: "pd.Series[Any]"
) -> str:
    """Write one check's rates and how far it goes from unverified data to the oracle's."""
    kept = rows[(rows["verifier"] == name) & rows["p_star"].notna()]
    rates = {rate: float(kept[rate].mean()) for rate in RATES}
    level, low = float(pairs["free"].mean()), float(pairs["base"].mean())
    high = float(exact.mean()) if len(exact) else np.nan
    text = (
        f"{theme.display_name(name)} keeps {100 * rates['phi']:.0f} % of the right and "
        f"{100 * rates['psi']:.0f} % of the wrong answers (p* = {rates['p_star']:.2f}) and gives "
        f"{stats.value_text(level, metric)}"
    )
    if high > low:
        text += f", {100 * (level - low) / (high - low):.0f} % of the way to the oracle"
    return text + "."
