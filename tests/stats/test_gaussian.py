import pandas as pd

from synverify_core.stats.gaussian import paper_claims
from tests.stats.rows import gaussian_table


def verdicts(table: pd.DataFrame) -> list[str]:
    return [claim.verdict for claim in paper_claims(table)]


def test_verdicts_follow_the_data() -> None:
    assert verdicts(gaussian_table()) == ["holds", "not here", "holds"]


def test_an_oracle_worse_than_clean_is_reported_as_such() -> None:
    table = gaussian_table()
    table.loc[table["verifier"] == "oracle", "value"] += 1.0
    assert verdicts(table)[0] == "not here"


def test_a_curve_that_turns_up_has_a_sweet_spot() -> None:
    table = gaussian_table()
    weak = table["verifier"].str.startswith("linear")
    table.loc[weak & (table["n_samples"] == 10_000), "value"] = 0.5
    assert verdicts(table)[1] == "holds"
    one = weak & (table["n_samples"] == 10_000) & (table["seed"] == 0)
    table.loc[one, "value"] = 1e-5
    assert verdicts(table)[1] == "in part"


def test_random_selection_as_good_as_the_oracle_is_reported() -> None:
    table = gaussian_table()
    table.loc[table["verifier"] == "random", "value"] = 1e-6
    assert verdicts(table)[2] == "not here"
