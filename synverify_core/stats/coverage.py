"""What p* does not see: of which questions, and how many different answers, a verifier keeps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from synverify_core.experiments.row import KEPT_WORDS, STRATUM
from synverify_core.measuring import BETWEEN
from synverify_core.stats.claims import LITTLE, Claim, Finding, first_present, verdict_of
from synverify_core.stats.gaps import Gap, compare, number, places_of
from synverify_core.stats.names import (
    BASELINES,
    display_name,
    order,
    percent,
    short_metric,
    value_label,
)
from synverify_core.stats.pstar import Ranking, ranking
from synverify_core.stats.tables import ready, seed_interval, to_judge

POOL = "the pool"
UNVERIFIED = ("none", "random")


def strata_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return what share of what each verifier keeps lies in each kind of question.

    Returns
    -------
    DataFrame
        Index verifier and selection_rate, first `POOL`; one column a kind (a level of one factor:
        the shares of crossed strata are added up), means over seeds. Empty where not measured.
    """
    rows = ready(table)
    rows = rows[rows["metric"].astype(str).str.startswith(STRATUM)]
    if rows.empty:
        return pd.DataFrame()
    rows = rows.assign(
        verifier=rows["verifier"].replace("clean", POOL),
        kind=rows["metric"].str.removeprefix(STRATUM).str.split(BETWEEN, regex=False),
    )
    named = rows["kind"].map(tuple).unique()  # levels of one factor stand side by side
    kinds = dict.fromkeys(parts[place] for place in range(len(named[0])) for parts in named)
    keys = ["verifier", "selection_rate", "uid", "seed", "kind"]
    rows = rows[[*keys, "value"]].explode("kind")
    shares = rows.groupby(keys, dropna=False, sort=False)["value"].sum().reset_index()
    found = shares.pivot_table(
        index=["verifier", "selection_rate"],
        columns="kind",
        values="value",
        dropna=False,
        sort=False,
        observed=True,
    ).dropna(how="all")
    names = [POOL, *order(name for name in shares["verifier"].unique() if name != POOL)]
    lines = sorted(found.index, key=lambda key: (names.index(key[0]), key[1]))
    return found.loc[lines, list(kinds)]


def breadth_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return coverage and distinct, means over seeds, with the index of `strata_table`."""
    rows = ready(table)
    rows = rows[rows["coverage"].notna()]
    rows = rows.assign(verifier=rows["verifier"].replace("clean", POOL))
    keys = ["verifier", "selection_rate"]
    per_seed = rows.drop_duplicates([*keys, "uid", "seed"])
    return per_seed.groupby(keys, dropna=False)[["coverage", "distinct"]].mean()


def most_lost(shares: pd.DataFrame, verifier: str, rate: float | None) -> str:
    """Say of which kind of question a verifier keeps least, against the pool; empty: not known."""
    if shares.empty or POOL not in shares.index.get_level_values(0):
        return ""
    own = shares.loc[[key for key in shares.index if _same(key, (verifier, rate))]]
    if own.empty:
        return ""
    pool, kept = shares.xs(POOL, level=0).iloc[0], own.iloc[0]
    kind = str((pool - kept).idxmax())
    return f"{kind}: {percent(float(kept[kind]))} of what it keeps, {percent(float(pool[kind]))} "


def _same(key: tuple[str, float], other: tuple[str, float | None]) -> bool:
    rates = key[1], np.nan if other[1] is None else other[1]
    return key[0] == other[0] and (rates[0] == rates[1] or bool(np.isnan(rates).all()))


def coverage_claim(table: pd.DataFrame, metric: str) -> Claim:
    """Look for verifiers of a higher p* than no verifier that train a worse model."""
    question = "A higher p* can train a worse model, if fewer kinds of questions are kept."
    rows = to_judge(table)
    base = first_present(rows, *UNVERIFIED)
    if base is None or rows["coverage"].isna().all():
        return Claim(question, LITTLE, "It takes unverified data, and coverage in the rows.")
    shares = strata_table(rows)
    findings, lines = [], []
    for verifier in order(set(rows["verifier"]) - {base, *BASELINES}):
        for rate in places_of(rows):
            gap = compare(rows, metric, verifier, base, rate)
            higher = _gain(rows, "p_star", verifier, base, rate)
            narrower = _gain(rows, "coverage", verifier, base, rate)
            if gap is not None and higher[0] > 0 and narrower[1] < 0:
                findings.append(Finding(-gap.favours, gap.n_seeds))
                lines.append(_line(rows, metric, verifier, base, rate, gap, shares))
    if not lines:
        found = f"No verifier has clearly a higher p* and less coverage than {display_name(base)}."
        return Claim(question, "not shown", found)
    verdict = verdict_of(findings)
    verdict = "holds" if verdict == "in part" else verdict  # one verifier is enough
    text = f"Our question. Higher p*, less coverage than {display_name(base)}:" + "".join(lines)
    return Claim(question, verdict, text)


def _gain(
    rows: pd.DataFrame, name: str, one: str, two: str, rate: float | None
) -> tuple[float, float]:
    """Return the interval over seeds of how much more of a column one verifier has, or NaN."""
    means = [_column(rows, name, verifier, rate) for verifier in (one, two)]
    pairs = (means[0] - means[1]).dropna()
    if len(pairs) == 1:
        return float(pairs.iloc[0]), float(pairs.iloc[0])
    return seed_interval(pairs)


def _column(rows: pd.DataFrame, name: str, verifier: str, rate: float | None) -> "pd.Series[float]":
    part = rows[rows["verifier"] == verifier]
    if rate is not None:
        part = part[part["selection_rate"] == rate]
    values: pd.Series[float] = part.groupby(["uid", "seed"])[name].mean()
    return values


def _line(
    rows: pd.DataFrame,
    metric: str,
    verifier: str,
    base: str,
    rate: float | None,
    gap: Gap,
    shares: pd.DataFrame,
) -> str:
    def means(name: str, digits: int = 2) -> str:
        one, two = (_column(rows, name, label, rate).mean() for label in (verifier, base))
        return f"{one:.{digits}f} against {two:.{digits}f}"

    place = "" if rate is None else f", {value_label('selection_rate', rate)}"
    text = f"\n- {display_name(verifier)}{place}: p* {means('p_star')}, coverage "
    text += means("coverage")
    text += f", distinct answers {means('distinct')}" if rows["distinct"].notna().any() else ""
    text += f"; {short_metric(metric)} {number(gap.one, metric)} against "
    text += f"{number(gap.two, metric)}, difference {gap.ends}"
    lost = most_lost(shares, verifier, rate)
    return text + (f". Most lost is {lost}of the pool" if lost else "") + "."


def with_quantities(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return rows with p* combined with what it does not see: products, nothing is fitted.

    Returns
    -------
    rows, and name on screen -> column. Length is how near the kept answers' mean length (words)
    is to that of the true answers, shorter over longer.
    """
    columns = {"p*": "p_star", "p* × coverage": "covered", "p* × distinct": "different"}
    rows = rows.assign(
        covered=rows["p_star"] * rows["coverage"], different=rows["p_star"] * rows["distinct"]
    )
    if rows["distinct"].notna().any():
        columns["p* × coverage × distinct"] = "both"
        rows = rows.assign(both=rows["covered"] * rows["distinct"])
    words = rows[rows["metric"] == KEPT_WORDS]
    if len(words):
        keys = ["uid", "seed", "verifier", "selection_rate"]
        own = words.drop_duplicates(keys)[[*keys, "value"]].rename(columns={"value": "own"})
        true = words[words["verifier"] == "clean"].groupby(["uid", "seed"])["value"].mean()
        rows = rows.merge(own, on=keys, how="left")
        rows = rows.merge(true.rename("true").reset_index(), on=["uid", "seed"], how="left")
        ends = rows[["own", "true"]]
        rows["lengthy"] = rows["p_star"] * ends.min(axis=1, skipna=False) / ends.max(axis=1)
        columns["p* × length"] = "lengthy"
    return rows, columns


def quantity_ranks(table: pd.DataFrame, metric: str, by: Sequence[str] = ()) -> dict[str, Ranking]:
    """Rank verifiers by p* and by each of its combinations, all on the same rows."""
    rows, columns = with_quantities(to_judge(table))
    known = rows["coverage"].notna() & rows["distinct"].notna()
    rows = rows[known | (rows["metric"] != metric)]
    found = {
        name: ranking(rows, metric, by, every_size=not by, quantity=column)
        for name, column in columns.items()
    }
    return {name: rank for name, rank in found.items() if not np.isnan(rank.rho)}


def quantities_claim(table: pd.DataFrame, metric: str, by: Sequence[str] = ()) -> Claim:
    """Say which measured quantity, with p*, orders verifiers best; of few points, only that."""
    question = "Where p* and the result disagree, coverage or variety accounts for it."
    ranks = quantity_ranks(table, metric, by)
    if "p*" not in ranks or len(ranks) < 2:
        return Claim(question, LITTLE, "It takes four verifiers, and coverage in the rows.")
    alone = ranks["p*"]
    best = max(ranks, key=lambda name: ranks[name].rho)
    lines = "".join(
        f"\n- {name}: {rank.rho:+.2f} [{rank.low:+.2f}, {rank.high:+.2f}], p = {rank.p_value:.2g}"
        for name, rank in ranks.items()
    )
    text = (
        "Our question: p* times one of them would order the verifiers better than p* alone. "
        f"Spearman's correlation with {short_metric(metric)} among {alone.n_verifiers} verifiers:"
        f"{lines}\n\n"
    )
    gain = ranks[best].rho - alone.rho
    text += (
        "None orders them better than p* alone."
        if best == "p*"
        else f"{best} orders them best, by {gain:+.2f} over p* alone"
    )
    if best != "p*":
        text += f": the best of {len(ranks) - 1} looked at, on few verifiers."
    favours = 0 if best == "p*" or ranks[best].favours <= alone.favours else 1
    return Claim(question, verdict_of([Finding(favours, alone.n_seeds)]), text)
