"""What the data say about the paper's observations in Sections 3 and 6.1; nothing is assumed."""

import pandas as pd

from synverify_core.stats.beams import GREEDY, METRIC
from synverify_core.stats.claims import (
    LITTLE,
    Claim,
    Finding,
    against_generator,
    first_present,
    verdict_of,
)
from synverify_core.stats.coverage import UNVERIFIED, coverage_claim, quantities_claim
from synverify_core.stats.gaps import Gap, compare, gap_of, number, test_variance
from synverify_core.stats.names import display_name, order, split_label
from synverify_core.stats.pstar import final_points, order_claim, ranking
from synverify_core.stats.tables import ready, to_judge
from synverify_core.stats.turning import turning_claim
from synverify_core.verifiers.registry import available

RATES = ("phi", "psi", "p_star")


def eigen_claims(table: pd.DataFrame, metric: str) -> list[Claim]:
    """Compare rows of eigenvalue runs of one kind of task with what the paper reports."""
    rows = to_judge(table)
    return [
        against(
            rows,
            metric,
            first_present(rows, *UNVERIFIED),
            "Without verification the trained model is worse than the generator: model collapse.",
            -1,
        ),
        against(
            rows,
            metric,
            "oracle",
            "With a perfect check the trained model surpasses the generator.",
        ),
        order_claim(
            "Across all data sizes, accuracy rises with p*.",
            ranking(rows, metric, every_size=True),
            metric,
        ),
        turning_claim(table, metric),
        coverage_claim(table, metric),
        quantities_claim(table, metric),
        beams_need_a_verifier(rows, metric),
    ]


def against(
    rows: pd.DataFrame, metric: str, verifier: str | None, paper: str, sign: int = 1
) -> Claim:
    """Judge whether training on a verifier's choice ends above the generator (sign -1: below)."""
    gap = compare(rows, metric, verifier, "generator")
    if verifier is None or gap is None:
        return Claim(paper, LITTLE, "It takes the verifier, and the generator.")
    found = f"{metric}, {gap.told(verifier, 'generator')}"
    if sign > 0 and gap.two > 0:
        found += f"; {gap.one / gap.two:.2g} times as high (paper: nearly doubles)"
    return Claim(paper, against_generator(verdict_of([gap], sign), rows), f"{found}.")


def beams_need_a_verifier(rows: pd.DataFrame, metric: str) -> Claim:
    """Compare the widest beam with greedy decoding, verified and by its own likelihood."""
    paper = "More beams do not help the model choose; verified, they hold far better answers."
    greedy = GREEDY.fullmatch(metric)
    widths = {int(m[1]) for m in map(METRIC.fullmatch, rows["metric"].dropna().astype(str)) if m}
    if greedy is None or not widths:
        return Claim(paper, LITTLE, "It takes beams of the generator.")
    names = [f"beam {max(widths)}, {kind}@{greedy[1]}%" for kind in ("any", "best")]
    level = rows[rows["verifier"] == "generator"]
    wide = level.pivot_table(index=["uid", "seed"], columns="metric", values="value")
    if not {metric, *names} <= set(wide.columns) or wide[[metric, *names]].dropna().empty:
        return Claim(paper, LITTLE, "It takes beams and greedy decoding of one seed.")
    gained, chosen = (beam_gap(rows, wide, name, metric) for name in names)
    favours = 1 if gained.favours > 0 and chosen.favours < 1 else 0
    favours = -1 if chosen.favours > 0 or gained.favours < 0 else favours
    found = f"{metric}.\n- {gained.told('any of them', 'greedy')}"
    found += f"\n- {chosen.told('likeliest', 'greedy')}"
    return Claim(paper, verdict_of([Finding(favours, gained.n_seeds)]), found)


def beam_gap(rows: pd.DataFrame, wide: pd.DataFrame, name: str, metric: str) -> Gap:
    """Compare what is in a beam with greedy decoding, by columns of one row a seed."""
    pair = wide[[name, metric]].dropna().set_axis(["one", "two"], axis=1)
    tested = zip((name, metric), ("one", "two"), strict=True)
    variance = sum(test_variance(rows, one, "", float(pair[side].mean())) for one, side in tested)
    return gap_of(pair, metric, name.partition(",")[0], variance)


def check_table(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return what each verifier keeps and what training on it gives, the highest p* first.

    Returns
    -------
    DataFrame
        Columns verifier, phi, psi, p_star, keep_rate, coverage, distinct (means over seeds), mean,
        low, high of the metric at the largest size that all verifiers reached, n_samples and
        n_seeds.
    """
    points, _ = final_points(table, metric, [])
    rows = ready(table)
    rows = rows.assign(keep_rate=rows["kept"] / rows["pool_size"])
    measured = rows[rows["p_star"].notna()].groupby(["verifier", "selection_rate"], dropna=False)
    kept = ["keep_rate", "coverage", "distinct"]
    rates = measured[["phi", "psi", *kept]].mean().reset_index()
    if points.empty:
        columns = ["verifier", *RATES, *kept, "mean", "low", "high", "n_samples", "n_seeds"]
        return pd.DataFrame(columns=columns)
    points = points.drop(columns=["kept", "coverage", "distinct"], errors="ignore")
    joined = points.merge(rates, on=["verifier", "selection_rate"])
    return joined.sort_values("p_star", ascending=False, ignore_index=True)


def solver_free_worth(table: pd.DataFrame, metric: str) -> Claim:
    """Say what the checks that need no solver are worth, against the oracle and no check."""
    question = "A check that needs no solver lifts training above unverified data."
    rows = to_judge(table)
    known = {name for name, kind in available().items() if kind.kind == "check"}
    free = [name for name in order(rows["verifier"].dropna()) if split_label(name)[0] in known]
    unverified = first_present(rows, *UNVERIFIED)
    gaps = {name: compare(rows, metric, name, unverified) for name in free}
    found = {name: gap for name, gap in gaps.items() if gap is not None}
    if not found:
        return Claim(question, LITTLE, "It takes a check that needs no solver, and none.")
    parts = [worth_text(rows, metric, name, gap, str(unverified)) for name, gap in found.items()]
    text = f"Our question. {metric} after training." + "".join(f"\n- {part}" for part in parts)
    return Claim(question, verdict_of(list(found.values())), text)


def worth_text(rows: pd.DataFrame, metric: str, name: str, gap: Gap, unverified: str) -> str:
    """Write one check's rates and how far it goes from unverified data to the oracle's."""
    kept = rows[(rows["verifier"] == name) & rows["p_star"].notna()]
    rates = {rate: float(kept[rate].mean()) for rate in RATES}
    text = (
        f"{display_name(name)} keeps {100 * rates['phi']:.0f} % of the right and "
        f"{100 * rates['psi']:.0f} % of the wrong answers (p* = {rates['p_star']:.2f}). "
        f"{gap.told(name, unverified)}"
    )
    exact = compare(rows, metric, "oracle", unverified)
    if exact is not None and exact.difference > 0:
        way = gap.difference / exact.difference
        text += f"; {100 * way:.0f} % of the way to the perfect check's {number(exact.one, metric)}"
    return text + "."
