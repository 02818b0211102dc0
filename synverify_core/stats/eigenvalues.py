"""What the data say about the paper's observations in Sections 3 and 6.1; nothing is assumed."""

from typing import Any

import numpy as np
import pandas as pd

from synverify_core.stats.beams import GREEDY, METRIC
from synverify_core.stats.claims import LITTLE, Claim, first_present, verdict_of
from synverify_core.stats.names import display_name, order, size_text, split_label, value_text
from synverify_core.stats.pstar import final_points, ranking
from synverify_core.stats.tables import ready
from synverify_core.verifiers.registry import available

UNVERIFIED = ("none", "random")
RATES = ("phi", "psi", "p_star")


def eigen_claims(table: pd.DataFrame, metric: str) -> list[Claim]:
    """Compare rows of eigenvalue runs of one kind of task with what the paper reports."""
    rows = ready(table)
    return [
        unverified_collapses(rows, metric),
        oracle_exceeds_generator(rows, metric),
        accuracy_follows_pstar(rows, metric),
        beams_need_a_verifier(rows, metric),
    ]


def final_values(rows: pd.DataFrame, metric: str, verifier: str) -> "pd.Series[Any]":
    """Return a model's metric by (uid, seed): at the largest size that every seed reached.

    The generator has no size; its own value is returned. The name of the series is that size.
    """
    part = rows[(rows["metric"] == metric) & (rows["verifier"] == verifier)]
    part = part[np.isfinite(part["value"])]
    reached = part.groupby(["uid", "seed"])["n_samples"].max().min()
    if pd.notna(reached):
        part = part[part["n_samples"] == reached]
    values: pd.Series[Any] = part.groupby(["uid", "seed"])["value"].mean()
    return values.rename(reached)


def by_seed(one: "pd.Series[Any]", two: "pd.Series[Any]") -> pd.DataFrame:
    """Return the columns one and two, one row a seed that has both."""
    return pd.concat({"one": one, "two": two}, axis=1, join="inner")


def against_generator(
    rows: pd.DataFrame, metric: str, verifier: str | None
) -> tuple[pd.DataFrame, str]:
    """Return model (one) and generator (two) by seed, and both means with the size in words."""
    generator = final_values(rows, metric, "generator")
    model = final_values(rows, metric, verifier) if verifier else generator.iloc[:0]
    pairs = by_seed(model, generator)
    if pairs.empty:
        return pairs, ""
    one, two = (value_text(float(pairs[name].mean()), metric) for name in ("one", "two"))
    size = size_text(float(str(model.name)))
    return pairs, (
        f"{display_name(str(verifier))} ends at {one} ({metric}, n' = {size}), the generator has "
        f"{two}"
    )


def unverified_collapses(rows: pd.DataFrame, metric: str) -> Claim:
    """Check, seed by seed, whether training on everything ends below the generator."""
    paper = "Without verification the trained model is worse than the generator: model collapse."
    pairs, compared = against_generator(rows, metric, first_present(rows, *UNVERIFIED))
    if pairs.empty:
        return Claim(paper, LITTLE, "It takes the verifier none and the generator.")
    hits = int((pairs["one"] < pairs["two"]).sum())
    found = f"{compared}: below it in {hits} of {len(pairs)} seeds."
    return Claim(paper, verdict_of(hits, len(pairs)), found)


def oracle_exceeds_generator(rows: pd.DataFrame, metric: str) -> Claim:
    """Check, seed by seed, whether exact verification ends above the generator."""
    paper = "With the oracle verifier the trained model surpasses the generator."
    pairs, compared = against_generator(rows, metric, "oracle")
    if pairs.empty:
        return Claim(paper, LITTLE, "It takes the verifier oracle and the generator.")
    hits = int((pairs["one"] > pairs["two"]).sum())
    found = f"{compared}: above it in {hits} of {len(pairs)} seeds"
    level, high = float(pairs["two"].mean()), float(pairs["one"].mean())
    found += f", {high / level:.2g} times as high (paper: nearly doubles)." if level > 0 else "."
    return Claim(paper, verdict_of(hits, len(pairs)), found)


def accuracy_follows_pstar(rows: pd.DataFrame, metric: str) -> Claim:
    """Rank verifiers by p* and by accuracy at every size."""
    paper = "Across all data sizes, accuracy rises with p*."
    sizes = sorted(rows.loc[rows["p_star"].notna(), "n_samples"].dropna().unique())
    found = []
    for size in sizes:
        points, _ = final_points(rows[rows["n_samples"] == size], metric, [])
        rank = ranking(points)
        if np.isfinite(rank.rho):
            found.append((size, rank))
    if not found:
        return Claim(paper, LITTLE, "It takes four verifiers with different p*.")
    clear = sum(rank.low > 0 for _, rank in found)
    rising = any(rank.rho > 0 for _, rank in found)
    verdict = "holds" if clear == len(found) else "in part" if rising else "not here"
    listed = "; ".join(
        f"n' = {size_text(size)}: {rank.rho:+.2f} [{rank.low:+.2f}, {rank.high:+.2f}], "
        f"{rank.n_points} verifiers"
        for size, rank in found
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
        return Claim(paper, LITTLE, "It takes beams of the generator.")
    widest = max(widths)
    level = rows.loc[rows["verifier"] == "generator", ["uid", "seed", "metric", "value", "n_table"]]
    wide = level.pivot_table(index=["uid", "seed", "n_table"], columns="metric", values="value")
    names = [f"beam {widest}, {kind}@{greedy[1]}%" for kind in ("any", "best")]
    if not {metric, *names} <= set(wide.columns):
        return Claim(paper, LITTLE, "It takes beams of the generator.")
    wide = wide[[metric, *names]].dropna()
    if wide.empty:
        return Claim(paper, LITTLE, "It takes beams and greedy decoding of one seed.")
    n_table = wide.index.get_level_values("n_table").to_numpy(dtype=float)
    error = 2 * np.sqrt(0.25 / n_table)
    gained = wide[names[0]].to_numpy() - wide[metric].to_numpy()
    chosen = wide[names[1]].to_numpy() - wide[metric].to_numpy()
    hits = int(((gained > error) & (chosen <= error)).sum())
    means = [value_text(float(wide[name].mean()), metric) for name in (metric, *names)]
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
    rows = ready(table)
    rows = rows.assign(keep_rate=rows["kept"] / rows["pool_size"])
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
    rows = ready(table)
    known = {name for name, kind in available().items() if kind.kind == "check"}
    free = [name for name in order(rows["verifier"].dropna()) if split_label(name)[0] in known]
    unverified = first_present(rows, *UNVERIFIED)
    if not free or unverified is None:
        return Claim(question, LITTLE, "It takes a check that needs no solver, and none.")
    base, exact = (final_values(rows, metric, name) for name in (unverified, "oracle"))
    hits, total, parts = 0, 0, []
    for name in free:
        pairs = by_seed(final_values(rows, metric, name), base)
        if len(pairs):
            hits += int((pairs["one"] > pairs["two"]).sum())
            total += len(pairs)
            parts.append(worth_text(rows, metric, name, pairs, exact))
    if not total:
        return Claim(question, LITTLE, f"No seed has both a check and {unverified}.")
    ends = f"{value_text(float(base.mean()), metric)} on all answers"
    if len(exact):
        ends += f" and {value_text(float(exact.mean()), metric)} on the oracle's"
    found = f"Training gives {ends} ({metric}).\n" + "".join(f"\n- {part}" for part in parts)
    found += f"\n\nAbove {unverified} in {hits} of {total} comparisons, one a check and seed."
    return Claim(question, verdict_of(hits, total), found)


def worth_text(
    rows: pd.DataFrame, metric: str, name: str, pairs: pd.DataFrame, exact: "pd.Series[Any]"
) -> str:
    """Write one check's rates and how far it goes from unverified data to the oracle's."""
    kept = rows[(rows["verifier"] == name) & rows["p_star"].notna()]
    rates = {rate: float(kept[rate].mean()) for rate in RATES}
    level, low = float(pairs["one"].mean()), float(pairs["two"].mean())
    high = float(exact.mean()) if len(exact) else np.nan
    text = (
        f"{display_name(name)} keeps {100 * rates['phi']:.0f} % of the right and "
        f"{100 * rates['psi']:.0f} % of the wrong answers (p* = {rates['p_star']:.2f}) and gives "
        f"{value_text(level, metric)}"
    )
    if high > low:
        text += f", {100 * (level - low) / (high - low):.0f} % of the way to the oracle"
    return text + "."
