"""What each verifier keeps, as the pages write it."""

from types import SimpleNamespace

from pages.ui.shared.claim_cards import MARKS, claims_command
from pages.ui.shared.strata import readable, verifier_cell
from synverify_core.stats.claims import VERDICTS
from synverify_core.stats.coverage import breadth_table, strata_table
from tests.stats.test_coverage import table


def test_shares_and_coverage_stand_in_percent_the_pool_first():
    shares = breadth_table(table()).join(strata_table(table()), how="right")
    shown = readable(shares)
    assert shown.index[0] == "the pool"
    assert shown.loc[verifier_cell("self"), "Same sign"] == "10 %"
    assert shown.loc[verifier_cell("self"), "Coverage"] == "40.1 %"
    assert "its own confidence" in verifier_cell("self") and "`self`" in verifier_cell("self")
    assert shown.loc["the pool", "Same sign"] == "22 %"


def test_every_verdict_has_a_mark_and_cards_their_command():
    assert set(MARKS) == set(VERDICTS)
    runs = [SimpleNamespace(uid="gaussian-a-b-1234abcd"), SimpleNamespace(uid="gaussian-5678dcba")]
    command = claims_command(runs, "accuracy@2%")
    assert command.endswith("runs claims 1234abcd 5678dcba --metric accuracy@2%")
