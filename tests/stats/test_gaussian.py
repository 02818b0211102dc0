import pandas as pd

from synverify_core.stats.gaussian import paper_claims
from tests.stats.rows import gaussian_table

EXACT, SPOT, RANDOM, ORDER = range(4)


def verdicts(table: pd.DataFrame) -> list[str]:
    return [claim.verdict for claim in paper_claims(table)]


def test_verdicts_follow_the_data() -> None:
    table = gaussian_table()
    assert verdicts(table) == ["holds", "not shown", "holds", "too little data"]
    worse = table["value"] + (table["verifier"] == "oracle")  # than true labels
    assert verdicts(table.assign(value=worse))[EXACT] == "contradicted"
    as_good = table["value"].where(table["verifier"] != "random", 1e-6)  # as the oracle
    assert verdicts(table.assign(value=as_good))[RANDOM] == "contradicted"
    assert set(verdicts(table[table["seed"] == 0])) == {"too few seeds", "too little data"}
    twice = table["value"].where(table["n_original"] == 150, table["value"] * 3)
    twice = twice.where(table["verifier"] == "oracle", table["value"])
    assert verdicts(table.assign(value=twice))[EXACT] == "in part"


def test_a_curve_has_a_sweet_spot_if_its_minimum_lies_clearly_below_its_end() -> None:
    table = gaussian_table()
    weak = table["verifier"].str.startswith("linear")
    last = weak & (table["n_samples"] == 10_000)
    higher = table.assign(value=table["value"].where(~last, 0.5))
    assert verdicts(higher)[SPOT] == "holds"
    assert verdicts(higher[higher["n_original"] == 150])[SPOT] == "holds"
    # The mean turns up, by a single seed: its interval holds 0.
    one = last & (table["seed"] == 0)
    assert verdicts(table.assign(value=table["value"].where(~one, 0.5)))[SPOT] == "not shown"
    only = table.assign(value=table["value"].where(~last | (table["n_original"] == 500), 0.5))
    assert verdicts(only)[SPOT] == "in part"
    assert "1 of 2 curves fall to their end" in paper_claims(only)[SPOT].found


def test_a_linear_verifier_at_no_angle_has_no_sweet_spot() -> None:
    table = gaussian_table()
    table["verifier"] = table["verifier"].replace("linear(theta_prune=pi/24)", "none")
    assert verdicts(table)[SPOT] == "too little data"
