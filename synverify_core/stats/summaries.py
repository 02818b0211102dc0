"""What the data say about the paper's observations in Section 6.2; nothing is assumed."""

import numpy as np
import pandas as pd

from synverify_core.stats.claims import (
    LITTLE,
    ONE_SEED,
    ROUGE,
    Claim,
    Gap,
    at_all_rates,
    by_seed,
    compare,
    first_present,
    judged,
    last_size,
    listed,
    number,
    rates_of,
    verdict_of,
)
from synverify_core.stats.names import seeds_text, size_text, value_label
from synverify_core.stats.pstar import FEWEST_POINTS
from synverify_core.stats.tables import ready, seed_interval


def summary_claims(table: pd.DataFrame) -> list[Claim]:
    """Compare rows of summarization runs of one kind of task with what the paper reports."""
    rows = ready(table)
    rows = rows[np.isfinite(rows["value"])]
    share = generator_share(table)
    oracle, own = first_present(rows, "oracle"), first_present(rows, "self")
    return [
        generator_has_learnt(rows, share),
        random_collapses(rows, share),
        better_at_all_rates(
            rows,
            "Data selected by the oracle train a model that surpasses the generator, in all "
            "settings.",
            oracle,
            "generator",
            "It takes the oracle and the generator.",
        ),
        better_at_all_rates(
            rows,
            "Selection by the oracle performs best: here, against random selection of as many.",
            oracle,
            first_present(rows, "random"),
            "It takes the oracle and random selection.",
        ),
        few_beat_all_human(rows),
        pstar_orders(rows),
        better_at_all_rates(
            rows,
            "Self-selection, surprisingly, trains a better model than the generator.",
            own,
            "generator",
            "It takes self-selection and the generator.",
        ),
        weak_is_like_random(rows),
    ]


def generator_share(table: pd.DataFrame) -> float:
    """Return the share of human summaries that the generator was trained on; NaN if unknown."""
    if "generator_share" not in table or table.empty:
        return np.nan
    return float(pd.to_numeric(table["generator_share"], errors="coerce").mean())


def better_at_all_rates(
    rows: pd.DataFrame, paper: str, one: str | None, two: str | None, needed: str
) -> Claim:
    """Check at every rate whether one model is better than another."""
    gaps = at_all_rates(rows, one, two)
    if not gaps:
        return Claim(paper, LITTLE, needed)
    above = sum(gap.favours > 0 for gap in gaps)
    below = sum(gap.favours < 0 for gap in gaps)
    end = f"\n\nClearly above at {above} and clearly below at {below} of {len(gaps)} rates."
    return Claim(paper, judged(gaps), f"{listed(gaps, str(one), str(two))}{end}")


def generator_has_learnt(rows: pd.DataFrame, share: float) -> Claim:
    """Check that fine-tuning has taught the generator what the base cannot do."""
    part = "a part" if np.isnan(share) else f"{100 * share:g} %"
    paper = (
        f"Fine-tuning on {part} of the human summaries teaches the base model to summarize "
        "(what the experiment takes for granted)."
    )
    gap = compare(rows, "generator", "base")
    if gap is None:
        return Claim(paper, LITTLE, "It takes the generator and the base model.")
    return Claim(paper, judged([gap]), gap.told("generator", "base") + ".")


def random_collapses(rows: pd.DataFrame, share: float) -> Claim:
    """Check whether as many unverified summaries as the generator had human ones train worse."""
    paper = (
        "Model collapse: as many synthesized summaries as the generator had human ones, without "
        "verification, train a worse model. Only with more of them is the generator nearly reached."
    )
    random = first_present(rows, "random")
    gaps = {rate: compare(rows, random, "generator", rate) for rate in rates_of(rows)}
    found = {rate: gap for rate, gap in gaps.items() if gap is not None}
    if not found:
        return Claim(paper, LITTLE, "It takes random selection and the generator.")
    same = min(found, key=lambda rate: (abs(rate - share), rate) if share == share else (0, rate))
    text = f"As many: {found[same].told('random', 'generator')}."
    more = [gap for rate, gap in found.items() if rate > same]
    text += f"\n\nWith more:{listed(more, 'random', 'generator')}" if more else ""
    return Claim(paper, judged([found[same]], -1), text)


def few_beat_all_human(rows: pd.DataFrame) -> Claim:
    """Check whether the oracle's smallest selection ends above all human summaries."""
    rates = rates_of(rows)
    part = value_label("selection_rate", rates[0]) if rates else "best 12.5 %"
    paper = f"The oracle's {part} even surpass the human summaries of the whole training set."
    oracle = first_present(rows, "oracle")
    gap = compare(rows, oracle, "clean", rates[0]) if rates and oracle else None
    if gap is None:
        return Claim(paper, LITTLE, "It takes the oracle and training on human summaries.")
    size = size_text(last_size(by_seed(rows, "clean", None)))
    text = gap.told("oracle", f"{size} human summaries") + "."
    return Claim(paper, judged([gap]), text)


def pstar_orders(table: pd.DataFrame) -> Claim:
    """Rank verifiers by p* and by Rouge-1 at each rate, seed by seed."""
    rows = ready(table)
    rows = rows[np.isfinite(rows["value"])]
    paper = "Data selected by a verifier of higher p* train a better model."
    sized = rows[(rows["metric"] == ROUGE) & rows["n_samples"].notna() & rows["p_star"].notna()]
    if sized.empty:
        return Claim(paper, LITTLE, "It takes four verifiers with p*.")
    reached = sized.groupby(["selection_rate", "verifier", "uid", "seed"])["n_samples"].max()
    size = reached.groupby("selection_rate").min()
    final = sized[sized["n_samples"] == sized["selection_rate"].map(size)]
    keys = ["uid", "seed", "selection_rate"]
    found = {key: rank_agreement(part) for key, part in final.groupby(keys)}
    rhos = pd.Series(found, dtype=float).dropna()
    if rhos.empty:
        return Claim(paper, LITTLE, "It takes four verifiers with different p* and Rouge-1.")
    rhos.index = pd.MultiIndex.from_tuples(rhos.index, names=keys)
    per_seed = rhos.groupby(["uid", "seed"]).mean()
    low, high = seed_interval(per_seed)
    mean = float(per_seed.mean())
    gap = Gap("", mean, 0.0, low, high, len(per_seed))
    ends = f"[{max(low, -1):+.2f}, {min(high, 1):+.2f}]"
    by_rate = "".join(
        f"\n- {value_label('selection_rate', rate)}: {value:+.2f}"
        for rate, value in rhos.groupby("selection_rate").mean().items()
    )
    text = (
        f"Spearman's correlation of p* and Rouge-1 among the verifiers of one rate, mean over "
        f"rates and {seeds_text([len(per_seed)])}: {mean:+.2f} "
        f"{ONE_SEED if np.isnan(low) else ends}. By rate:{by_rate}"
    )
    return Claim(paper, judged([gap]), text)


def rank_agreement(part: pd.DataFrame) -> float:
    """Return Spearman's correlation among the verifiers of one seed and rate, or NaN."""
    constant = min(part["p_star"].nunique(), part["value"].nunique()) < 2
    if len(part) < FEWEST_POINTS or constant:
        return np.nan
    return float(part["p_star"].rank().corr(part["value"].rank()))


def weak_is_like_random(rows: pd.DataFrame) -> Claim:
    """Check at every rate whether a supervisor's choice gives about what a random one gives.

    About the same: the whole interval lies within half of what the oracle gains over random.
    """
    paper = (
        "The weak supervisor gives about what random selection gives, although it summarizes "
        "better than the generator."
    )
    weak, random = (first_present(rows, name) for name in ("weak", "random"))
    gaps = at_all_rates(rows, weak, random)
    gains = {gap.place: gap for gap in at_all_rates(rows, first_present(rows, "oracle"), random)}
    if not gaps:
        return Claim(paper, LITTLE, "It takes the weak supervisor and random selection.")
    text = supervisor_text(rows) + listed(gaps, "weak", "random")
    margins = [gains[gap.place].difference / 2 if gap.place in gains else 0.0 for gap in gaps]
    alike = sum(
        -margin < gap.low and gap.high < margin for gap, margin in zip(gaps, margins, strict=True)
    )
    differ = sum(gap.favours != 0 for gap in gaps)
    text += (
        f"\n\nWithin half of the oracle's gain over random at {alike}, clearly different at "
        f"{differ} of {len(gaps)} rates."
    )
    several = max(gap.n_seeds for gap in gaps) > 1
    return Claim(paper, verdict_of(alike, len(gaps) if several else 0, differ), text)


def supervisor_text(rows: pd.DataFrame) -> str:
    """Write the supervisor's own Rouge-1 beside the generator's, where it was measured."""
    levels = rows[rows["verifier"] == "generator"].groupby("metric")["value"].mean()
    if f"weak {ROUGE}" not in levels or ROUGE not in levels:
        return ""
    own, other = number(float(levels[f"weak {ROUGE}"])), number(float(levels[ROUGE]))
    return f"Summarizing itself: supervisor {own}, generator {other}.\n"
