from collections.abc import Callable

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from synverify_core.figures import curves as stats
from synverify_core.figures.claims import paper_claims

Make = Callable[..., pd.DataFrame]


def verdicts(table: pd.DataFrame) -> list[str]:
    return [claim.verdict for claim in paper_claims(table)]


def test_verdicts_follow_the_data(make_table: Make) -> None:
    assert verdicts(make_table()) == ["holds", "not here", "holds"]


def test_an_oracle_worse_than_clean_is_reported_as_such(make_table: Make) -> None:
    table = make_table()
    table.loc[table["verifier"] == "oracle", "value"] += 1.0
    assert verdicts(table)[0] == "not here"


def test_a_curve_that_turns_up_has_a_sweet_spot(make_table: Make) -> None:
    table = make_table()
    weak = table["verifier"].str.startswith("linear")
    table.loc[weak & (table["n_samples"] == 10_000), "value"] = 0.5
    assert verdicts(table)[1] == "holds"
    one = weak & (table["n_samples"] == 10_000) & (table["seed"] == 0)
    table.loc[one, "value"] = 1e-5
    assert verdicts(table)[1] == "in part"


def test_random_selection_as_good_as_the_oracle_is_reported(make_table: Make) -> None:
    table = make_table()
    table.loc[table["verifier"] == "random", "value"] = 1e-6
    assert verdicts(table)[2] == "not here"


def test_nothing_is_claimed_from_an_empty_table() -> None:
    assert set(verdicts(pd.DataFrame())) == {"too little data"}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_part_of_a_table_gets_three_verdicts(data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(
                    [
                        "linear(theta_prune=0)",
                        "linear(theta_prune=0.2)",
                        "random",
                        "clean",
                        "generator",
                    ]
                ),
                st.sampled_from([None, 100, 1000]),
                st.integers(0, 1),
                st.sampled_from([0.0, 0.1, None]),
            ),
            max_size=12,
        )
    )
    table = pd.DataFrame(rows, columns=["verifier", "n_samples", "seed", "value"])
    table = table.assign(uid="a", metric="relative_error", n_original=150)
    table = table.drop_duplicates(["verifier", "n_samples", "seed"])
    assert len(paper_claims(stats.ready(table))) == 3
