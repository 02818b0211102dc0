import pandas as pd
import pytest

from synverify_core.errors import InputError
from synverify_core.stats.cards import TRIAL, cards, own_metric
from synverify_core.stats.eigenvalues import eigen_claims
from synverify_core.stats.tables import joined
from tests.stats.rows import eigen_table, gaussian_table, summary_table

EIGEN = eigen_table({"none": 0.1, "oracle": 0.4}, tolerance=0.02)


def test_cards_are_those_of_the_pages() -> None:
    assert own_metric(EIGEN) == "accuracy@2%"
    found = cards(EIGEN)
    assert found[:-1] == eigen_claims(joined(EIGEN), "accuracy@2%")
    assert len(cards(gaussian_table())) == 4 and len(cards(summary_table())) == 10


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame(), "experiments"),
        (EIGEN.assign(experiment="coins"), "coins"),
        (EIGEN.assign(d_model=EIGEN["seed"] * 8 + 8), "differ in d_model"),
    ],
)
def test_what_has_no_cards_is_refused(table, message) -> None:
    with pytest.raises(InputError, match=message):
        cards(table)
    with pytest.raises(InputError, match="metric = 'accuracy@7%'"):
        cards(EIGEN, "accuracy@7%")


def test_a_trial_is_not_judged_and_says_so() -> None:
    found = cards(EIGEN.assign(trial=True))
    assert {(claim.verdict, claim.found) for claim in found} == {("too little data", TRIAL)}


def test_runs_measured_on_the_validation_side_are_in_no_card() -> None:
    other = EIGEN.assign(held_out="validation", value=0.9, seed=EIGEN["seed"] + 10)
    both = pd.concat([EIGEN.assign(held_out="test"), other], ignore_index=True)
    assert cards(both) == cards(EIGEN.assign(held_out="test"))
