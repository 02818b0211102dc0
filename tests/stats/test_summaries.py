import pandas as pd
import pytest

from synverify_core.stats.summaries import summary_claims
from synverify_core.stats.tables import seed_interval
from tests.stats.rows import PAPER, summary_table

LEARNT, COLLAPSE, ABOVE, BEST, FEW, ORDER, SELF, WEAK, COVERAGE, QUANTITIES = range(10)


@pytest.fixture(scope="module")
def usual():
    return summary_claims(summary_table())


def verdicts(**changes) -> list[str]:
    return [claim.verdict for claim in summary_claims(summary_table(**changes))]


def test_rows_like_the_papers_hold(usual) -> None:
    found = [claim.verdict for claim in usual[:COVERAGE]]
    # Four verifiers in perfect order may be so by chance.
    assert found == ["holds"] * ORDER + ["not shown"] + ["holds"] * 2
    assert "12.5 % of the human summaries" in usual[LEARNT].paper
    # Collapse is judged where random selection has as many samples as the generator had.
    text = "As many: best 12.5 %, n' = 200: random pick 0.1300, generator 0.1400"
    assert usual[COLLAPSE].found.startswith(text)
    other = summary_claims(summary_table(generator_share=0.5))[COLLAPSE].found
    assert other.startswith("As many: best 50 %, n' = 800")
    assert "+1.00, 95 % interval [-0.50, +1.00]" in usual[ORDER].found
    assert "Of 4 verifiers no order has a p below 0.083" in usual[ORDER].found
    assert "supervisor 0.1450, generator 0.1400" in usual[WEAK].found


SIX = {**PAPER, "lead_overlap": 0.12, "length": 0.11}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"base": 0.14}, {LEARNT: "not shown"}),
        ({"base": 0.2}, {LEARNT: "contradicted"}),
        ({"values": {**PAPER, "random": 0.145}}, {COLLAPSE: "contradicted"}),
        ({"values": {**PAPER, "random": 0.14}}, {COLLAPSE: "not shown"}),
        (
            {"values": {**PAPER, "oracle": 0.136}},
            {ABOVE: "contradicted", BEST: "holds", FEW: "contradicted"},
        ),
        # A difference within the spread of the seeds.
        ({"values": {"oracle": 0.1305, "random": 0.13}, "jitter": 0.004}, {BEST: "not shown"}),
        ({"values": SIX}, {ORDER: "holds"}),
        ({"values": {name: 0.3 - value for name, value in SIX.items()}}, {ORDER: "contradicted"}),
        ({"rouge1_error": 0.02}, {LEARNT: "holds", COLLAPSE: "not shown", BEST: "not shown"}),
        ({"trained_alike": False}, {COLLAPSE: "trained unalike", BEST: "holds"}),
        ({"trial": True}, {COLLAPSE: "too little data"}),
        ({"values": {**PAPER, "self": 0.12}}, {SELF: "contradicted"}),
        ({"values": {**PAPER, "weak": 0.16}}, {WEAK: "contradicted"}),
    ],
)
def test_what_the_rows_do_not_show_is_said(changes, expected) -> None:
    found = verdicts(**changes)
    assert {place: found[place] for place in expected} == expected


def test_an_interval_over_seeds_is_students() -> None:
    low, high = seed_interval([1.0, 2.0, 3.0])
    assert (low, high) == pytest.approx((2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4)
    assert all(end != end for end in seed_interval([1.0]))


def test_one_seed_gives_numbers_and_no_verdict() -> None:
    claims = summary_claims(summary_table(seeds=(0,)))
    assert {claim.verdict for claim in claims[:COVERAGE]} == {"too few seeds"}
    assert "(one seed: no interval)" in claims[COLLAPSE].found


def test_a_statement_that_holds_at_some_rates_holds_in_part() -> None:
    high, low = summary_table(), summary_table({**PAPER, "oracle": 0.1})
    mixed = pd.concat([high[high["selection_rate"] != 0.5], low[low["selection_rate"] == 0.5]])
    claim = summary_claims(mixed)[BEST]
    assert claim.verdict == "in part"
    assert "Clearly above at 2 and clearly below at 1 of 3 rates" in claim.found


def test_what_a_seed_does_to_both_models_cancels_out() -> None:
    table = summary_table(jitter=0.0)
    table["value"] += 0.02 * table["seed"]
    assert summary_claims(table)[BEST].verdict == "holds"
