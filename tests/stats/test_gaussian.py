import pandas as pd

from synverify_core.stats.gaussian import paper_claims
from tests.stats.rows import gaussian_table


def verdicts(table: pd.DataFrame) -> list[str]:
    return [claim.verdict for claim in paper_claims(table)]


def test_verdicts_follow_the_data() -> None:
    table = gaussian_table()
    assert verdicts(table) == ["holds", "not here", "holds"]
    worse = table["value"] + (table["verifier"] == "oracle")  # than true labels
    assert verdicts(table.assign(value=worse))[0] == "not here"
    as_good = table["value"].where(table["verifier"] != "random", 1e-6)  # as the oracle
    assert verdicts(table.assign(value=as_good))[2] == "not here"


def test_a_curve_that_turns_up_has_a_sweet_spot() -> None:
    table = gaussian_table()
    weak = table["verifier"].str.startswith("linear")
    table.loc[weak & (table["n_samples"] == 10_000), "value"] = 0.5
    assert verdicts(table)[1] == "holds"
    one = weak & (table["n_samples"] == 10_000) & (table["seed"] == 0)
    table.loc[one, "value"] = 1e-5
    assert verdicts(table)[1] == "in part"
