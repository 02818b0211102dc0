"""What the data say about the paper's observations in Section 6.2; nothing is assumed."""

import numpy as np
import pandas as pd

from synverify_core.stats.claims import (
    FEWEST_SEEDS,
    LITTLE,
    Claim,
    Finding,
    against_generator,
    first_present,
    verdict_of,
)
from synverify_core.stats.coverage import coverage_claim, quantities_claim
from synverify_core.stats.gaps import (
    ROUGE,
    at_all_rates,
    by_seed,
    compare,
    last_size,
    listed,
    number,
    rates_of,
)
from synverify_core.stats.names import size_text, value_label
from synverify_core.stats.pstar import order_claim, ranking
from synverify_core.stats.tables import to_judge

BY_RATE = ("selection_rate",)


def summary_claims(table: pd.DataFrame) -> list[Claim]:
    """Compare rows of summarization runs of one kind of task with what the paper reports."""
    rows = to_judge(table)
    share = generator_share(table)
    oracle, own = first_present(rows, "oracle"), first_present(rows, "self")
    return [
        generator_has_learnt(rows, share),
        random_collapses(rows, share),
        better_at_all_rates(
            rows,
            "What a perfect check keeps trains a model that surpasses the generator.",
            oracle,
            "generator",
            "It takes the oracle and the generator.",
        ),
        better_at_all_rates(
            rows,
            "A perfect check selects best: here, against a random pick of as many.",
            oracle,
            first_present(rows, "random"),
            "It takes the oracle and random selection.",
        ),
        few_beat_all_human(rows),
        pstar_orders(table),
        better_at_all_rates(
            rows,
            "Its own confidence selects what trains a better model than the generator.",
            own,
            "generator",
            "It takes its own confidence and the generator.",
        ),
        weak_is_like_random(rows),
        coverage_claim(table, ROUGE),
        quantities_claim(table, ROUGE, BY_RATE),
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
    gaps = at_all_rates(rows, ROUGE, one, two)
    if not gaps:
        return Claim(paper, LITTLE, needed)
    above = sum(gap.favours > 0 for gap in gaps)
    below = sum(gap.favours < 0 for gap in gaps)
    end = f"\n\nClearly above at {above} and clearly below at {below} of {len(gaps)} rates."
    verdict = verdict_of(gaps)
    if two == "generator":
        verdict = against_generator(verdict, rows)
    return Claim(paper, verdict, f"{listed(gaps, str(one), str(two))}{end}")


def generator_has_learnt(rows: pd.DataFrame, share: float) -> Claim:
    """Check that fine-tuning has taught the generator what the base cannot do."""
    part = "a part" if np.isnan(share) else f"{100 * share:g} %"
    paper = f"Fine-tuning on {part} of the human summaries teaches the base model to summarize."
    gap = compare(rows, ROUGE, "generator", "base")
    if gap is None:
        return Claim(paper, LITTLE, "It takes the generator and the base model.")
    return Claim(paper, verdict_of([gap]), gap.told("generator", "base") + ".")


def random_collapses(rows: pd.DataFrame, share: float) -> Claim:
    """Check whether as many unverified summaries as the generator had human ones train worse."""
    paper = "Without verification, as many synthesized as human summaries train a worse model."
    random = first_present(rows, "random")
    gaps = {rate: compare(rows, ROUGE, random, "generator", rate) for rate in rates_of(rows)}
    found = {rate: gap for rate, gap in gaps.items() if gap is not None}
    if not found:
        return Claim(paper, LITTLE, "It takes random selection and the generator.")
    same = min(found, key=lambda rate: (abs(rate - share), rate) if share == share else (0, rate))
    text = f"As many: {found[same].told('random', 'generator')}."
    more = [gap for rate, gap in found.items() if rate > same]
    text += (
        f"\n\nWith more, which the paper says nearly reach it:{listed(more, 'random', 'generator')}"
        if more
        else ""
    )
    verdict = against_generator(verdict_of([found[same]], -1), rows)
    return Claim(paper, verdict, text)


def few_beat_all_human(rows: pd.DataFrame) -> Claim:
    """Check whether the oracle's smallest selection ends above all human summaries."""
    rates = rates_of(rows)
    part = value_label("selection_rate", rates[0]) if rates else "best 12.5 %"
    paper = f"The perfect check's {part} even surpass all human summaries."
    oracle = first_present(rows, "oracle")
    gap = compare(rows, ROUGE, oracle, "clean", rates[0]) if rates and oracle else None
    if gap is None:
        return Claim(paper, LITTLE, "It takes the oracle and training on human summaries.")
    size = size_text(last_size(by_seed(rows, ROUGE, "clean")))
    text = gap.told("oracle", f"{size} human summaries") + "."
    return Claim(paper, verdict_of([gap]), text)


def pstar_orders(table: pd.DataFrame) -> Claim:
    """Rank verifiers by p* and by Rouge-1 at each rate, seed by seed."""
    paper = "Data selected by a verifier of higher p* train a better model."
    return order_claim(paper, ranking(to_judge(table), ROUGE, BY_RATE), ROUGE)


def weak_is_like_random(rows: pd.DataFrame) -> Claim:
    """Check at every rate whether a supervisor's choice gives about what a random one gives.

    About the same: the whole interval lies within half of what the oracle gains over random.
    """
    paper = "A second model's choice is worth about a random pick, though it summarizes better."
    weak, random = (first_present(rows, name) for name in ("weak", "random"))
    gaps = at_all_rates(rows, ROUGE, weak, random)
    gains = at_all_rates(rows, ROUGE, first_present(rows, "oracle"), random)
    if not gaps:
        return Claim(paper, LITTLE, "It takes the weak supervisor and random selection.")
    text = supervisor_text(rows) + listed(gaps, "weak", "random")
    margins = {gap.place: gap.difference / 2 for gap in gains}
    alike = []
    for gap in gaps:
        margin = margins.get(gap.place, 0.0)
        within = gap.n_seeds >= FEWEST_SEEDS and -margin < gap.low and gap.high < margin
        alike.append(Finding(1 if within else -abs(gap.favours), gap.n_seeds))
    same, differ = (sum(one.favours == sign for one in alike) for sign in (1, -1))
    text += (
        f"\n\nWithin half of the perfect check's gain over random at {same}, clearly different at "
        f"{differ} of {len(gaps)} rates."
    )
    return Claim(paper, verdict_of(alike), text)


def supervisor_text(rows: pd.DataFrame) -> str:
    """Write the supervisor's own Rouge-1 beside the generator's, where it was measured."""
    levels = rows[rows["verifier"] == "generator"].groupby("metric")["value"].mean()
    if f"weak {ROUGE}" not in levels or ROUGE not in levels:
        return ""
    own, other = number(float(levels[f"weak {ROUGE}"])), number(float(levels[ROUGE]))
    return f"Summarizing itself: supervisor {own}, generator {other}.\n"
