"""What the data say about the paper's three observations in Section 5.2; nothing is assumed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synverify_core.stats.claims import LITTLE, Claim, Finding, verdict_of
from synverify_core.stats.gaps import Gap, by_seed, compare, gap_of
from synverify_core.stats.names import display_name, order, size_text, value_label
from synverify_core.stats.pstar import order_claim, ranking
from synverify_core.stats.tables import to_judge

METRIC = "relative_error"
EXACT = ("oracle", "linear(theta_prune=0)")
AS_GOOD = 1.0
"""As good as true labels: its error is above theirs by less than so many times theirs."""
FEWEST_SIZES = 3
MOST_LISTED = 4


def paper_claims(table: pd.DataFrame, facet: str = "n_original") -> list[Claim]:
    """Compare rows of the Gaussian experiment with what the paper reads off Figure 3."""
    rows = to_judge(table)
    panels = dict(list(rows.groupby(facet))) if len(rows) and facet in rows else {}
    exact = next((name for name in EXACT if name in set(rows["verifier"])), "")
    return [
        oracle_matches_clean(panels, facet, exact),
        weak_verifier_has_sweet_spot(panels, facet),
        random_falls_short(panels, facet, exact),
        order_claim(
            "A verifier of higher p* trains a model of lower error.",
            ranking(rows, METRIC, [facet] if facet in rows else []),
            METRIC,
            -1,
        ),
    ]


def oracle_matches_clean(panels: Mapping[Any, pd.DataFrame], facet: str, exact: str) -> Claim:
    """Check whether exact verification ends as low as true labels, less than twice it."""
    paper = "Selection by the ground truth is as good as training on clean labels."
    gaps = {
        value: compare(rows, METRIC, exact, "clean", same_size=True)
        for value, rows in panels.items()
    }
    found = {value: gap for value, gap in gaps.items() if gap is not None}
    if not found:
        return Claim(paper, LITTLE, "It takes an exact verifier, and clean labels.")
    findings = [
        Finding(int(gap.high < AS_GOOD * gap.two) - int(gap.low > AS_GOOD * gap.two), gap.n_seeds)
        for gap in found.values()
    ]
    lines = "".join(line(value, facet, gap, exact, "clean") for value, gap in found.items())
    text = f"As good: with its interval below {1 + AS_GOOD:g} times the error.{lines}"
    return Claim(paper, verdict_of(findings), text)


def weak_verifier_has_sweet_spot(panels: Mapping[Any, pd.DataFrame], facet: str) -> Claim:
    """Check whether a linear verifier's mean curve rises again after its minimum."""
    paper = "A weak verifier has a sweet spot: around 10,000 samples beat more of them."
    curves = {
        (value, name): by_seed(rows, METRIC, name)
        for value, rows in panels.items()
        for name in order(rows["verifier"])
        if name.startswith("linear(") and name not in EXACT
    }
    found = {key: rise(values, len(curves)) for key, values in curves.items()}
    gaps = {key: gap for key, gap in found.items() if gap is not None}
    if not gaps:
        return Claim(paper, LITTLE, "It takes a linear verifier at an angle, and three sizes.")
    turns = [(key, gap) for key, gap in gaps.items() if gap.place]
    clearest = sorted(turns, key=lambda turn: turn[1].high / (turn[1].high - turn[1].low))
    lines = "".join(
        line(value, facet, gap, f"{display_name(name)} at its lowest", "at its largest")
        for (value, name), gap in clearest[:MOST_LISTED]
    )
    lines += f"\n\n{len(gaps) - len(turns)} of {len(gaps)} curves fall to their end, "
    lines += f"{len(turns)} turn up, the clearest above; intervals hold for all curves together "
    lines += "(Bonferroni)."
    return Claim(paper, verdict_of(list(gaps.values()), -1), f"Relative error.{lines}")


def rise(values: pd.DataFrame, comparisons: int) -> Gap | None:
    """Compare the size where a curve's mean is lowest with its largest; no place: the same.

    values : one row a seed and one column a size. Of many curves one turns up by chance, so that
    the interval is that of `comparisons` curves together.
    """
    values = values.loc[:, values.notna().all()]
    if len(values.columns) < FEWEST_SIZES:
        return None
    sizes = values.columns.to_numpy(dtype=float)
    best, last = float(sizes[values.mean().to_numpy().argmin()]), float(max(sizes))
    pair = pd.DataFrame({"one": values[best], "two": values[last]})
    place = f"n' = {size_text(best)} against {size_text(last)}" if best < last else ""
    return gap_of(pair, METRIC, place, comparisons=comparisons)


def random_falls_short(panels: Mapping[Any, pd.DataFrame], facet: str, exact: str) -> Claim:
    """Compare unverified data, at the largest common size, with exact verification."""
    paper = "Without verification, more synthesized data do not reach what verified data reach."
    gaps = {value: compare(rows, METRIC, "random", exact) for value, rows in panels.items()}
    found = {value: gap for value, gap in gaps.items() if gap is not None}
    if not found:
        return Claim(paper, LITTLE, "It takes random selection and an exact verifier.")
    lines = "".join(line(value, facet, gap, "random", exact) for value, gap in found.items())
    return Claim(paper, verdict_of(list(found.values())), f"Relative error.{lines}")


def line(value: Any, facet: str, gap: Gap, one: str, two: str) -> str:
    """Write one panel's comparison as an item of a list."""
    return f"\n- {value_label(facet, value)}: {gap.told(one, two)}"
