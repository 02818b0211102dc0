"""A statement of the paper against the rows: one rule for all verdicts."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import pandas as pd

from synverify_core.stats.names import order, seeds_text, split_label

FEWEST_SEEDS = 3
"""With fewer repetitions nothing is said to hold, or not to."""
LITTLE = "too little data"
FEW_SEEDS = "too few seeds"
UNLIKE = "trained unalike"
VERDICTS = ("holds", "in part", "not shown", "contradicted", LITTLE, FEW_SEEDS, UNLIKE)


class Claim(NamedTuple):
    """A statement and what these rows say to it; `verdict` is one of `VERDICTS`."""

    paper: str
    verdict: str
    found: str


class Judged(Protocol):
    """One comparison: 1 for a statement, -1 against it, 0 where its interval holds both."""

    @property
    def favours(self) -> int:
        """1, -1 or 0."""
        ...

    @property
    def n_seeds(self) -> int:
        """Seeds behind it (count)."""
        ...


class Finding(NamedTuple):
    """What was judged by a rule of its own."""

    favours: int
    n_seeds: int


def verdict_of(findings: Sequence[Judged], sign: int = 1) -> str:
    """Return the verdict on a statement from all comparisons that it is about.

    holds (in all of them), in part, contradicted (some against, none for), not shown; too few
    seeds, or too little data. `sign` -1 turns what is for and against.
    """
    if not findings:
        return LITTLE
    known = [one.favours * sign for one in findings if one.n_seeds >= FEWEST_SEEDS]
    if not known:
        return FEW_SEEDS
    if 1 in known:
        return "holds" if known.count(1) == len(findings) else "in part"
    return "contradicted" if -1 in known else "not shown"


def few_seeds(n_seeds: int) -> str:
    """Say that there is no verdict for want of seeds; empty if there are enough."""
    if n_seeds >= FEWEST_SEEDS:
        return ""
    return f"{seeds_text([n_seeds])}: a verdict takes {FEWEST_SEEDS}"


def trained_alike(rows: pd.DataFrame) -> bool:
    """Tell whether generator and retrained models of these rows had the same training.

    Where it differs, what retraining brings cannot be told from what longer training brings. A
    difference that the paper prescribes, and that is said beside the figure, is let through.
    """
    return "trained_alike" not in rows or not rows["trained_alike"].eq(False).any()


def against_generator(verdict: str, rows: pd.DataFrame) -> str:
    """Return the verdict on a comparison with the generator: none if it was trained otherwise."""
    return verdict if verdict in (LITTLE, FEW_SEEDS) or trained_alike(rows) else UNLIKE


def first_present(rows: pd.DataFrame, *names: str) -> str | None:
    """Return the first verifier, by registry name, that the rows have."""
    families = {split_label(name)[0]: name for name in reversed(order(rows["verifier"].dropna()))}
    return next((families[name] for name in names if name in families), None)
