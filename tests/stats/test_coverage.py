import pandas as pd
import pytest

from synverify_core.stats.coverage import (
    POOL,
    breadth_table,
    coverage_claim,
    quantities_claim,
    quantity_ranks,
    strata_table,
)
from tests.stats.rows import eigen_table, row

METRIC = "accuracy@2%"
VALUES = {"none": 0.16, "noisy(p_noise=0.3)": 0.25, "oracle": 0.3, "self": 0.08, "clean": 0.5}
COVERAGE = {"none": 1.0, "noisy(p_noise=0.3)": 0.9, "oracle": 0.85, "self": 0.4, "clean": 1.0}
SAME = {"none": 0.22, "noisy(p_noise=0.3)": 0.2, "oracle": 0.15, "self": 0.1, "clean": 0.22}


def table(values=VALUES, **changes) -> pd.DataFrame:
    """Rows with coverage, and shares of two factors of two levels each."""
    rows = eigen_table(values, sizes=(3000,), **changes)
    rows["coverage"] = rows["verifier"].map(COVERAGE) + 0.001 * rows["seed"]
    rows["distinct"] = rows["coverage"].where(rows["coverage"].isna(), 1.0)
    more = [
        row("eigenvalues", name, f"stratum {kind} · {size}", share * part, seed=seed, pool_size=9)
        for seed in rows["seed"].unique()
        for name, same in SAME.items()
        if name in values
        for kind, share in (("same sign", same), ("mixed signs", 1 - same))
        for size, part in (("small", 0.75), ("large", 0.25))
    ]
    return pd.concat([rows, pd.DataFrame(more)], ignore_index=True)


def test_shares_of_crossed_strata_add_up_to_those_of_each_level() -> None:
    shares = strata_table(table())
    assert shares.index.get_level_values(0)[0] == POOL
    assert list(shares.columns) == ["same sign", "mixed signs", "small", "large"]
    self_kept = shares.xs("self", level=0).iloc[0]
    assert self_kept["same sign"] == pytest.approx(0.1)
    assert self_kept["small"] == pytest.approx(0.75)
    assert shares.xs(POOL, level=0).iloc[0]["same sign"] == pytest.approx(0.22)
    found = breadth_table(table()).xs("self", level=0).iloc[0]
    assert found["coverage"] == pytest.approx(0.401)
    assert strata_table(eigen_table(VALUES)).empty


def test_a_verifier_of_higher_p_star_and_less_coverage_that_trains_worse_is_named() -> None:
    claim = coverage_claim(table(), METRIC)
    assert claim.verdict == "holds"
    line = next(
        part for part in claim.found.splitlines() if part.startswith("- its own confidence")
    )
    assert "p* 0.75 against 0.50, coverage 0.40 against 1.00" in line
    assert "Most lost is same sign: 10 % of what it keeps, 22 % of the pool" in line
    better = coverage_claim(table({**VALUES, "self": 0.3}), METRIC)
    assert better.verdict == "contradicted"
    assert coverage_claim(table(seeds=(0, 1)), METRIC).verdict == "too few seeds"
    assert coverage_claim(eigen_table(VALUES), METRIC).verdict == "too little data"


def test_the_quantity_that_accounts_for_a_disagreement_is_named() -> None:
    ranks = quantity_ranks(table(), METRIC)
    assert ranks["p*"].rho == pytest.approx(0.8)  # self is third of four and should be last
    assert ranks["p* × coverage"].rho == pytest.approx(1)
    claim = quantities_claim(table(), METRIC)
    assert "p* × coverage orders them best, by +0.20" in claim.found
    # Four verifiers cannot show it.
    assert claim.verdict == "not shown"
    agreed = quantities_claim(table({**VALUES, "self": 0.2}), METRIC)
    assert agreed.verdict == "not shown"
