import pandas as pd
import pytest

from synverify_core.stats.summaries import summary_claims
from synverify_core.stats.tables import seed_interval
from tests.stats.rows import PAPER, summary_table

LEARNT, COLLAPSE, ABOVE, BEST, FEW, ORDER, SELF, WEAK = range(8)


def verdicts(**changes) -> list[str]:
    return [claim.verdict for claim in summary_claims(summary_table(**changes))]


def found(place: int, **changes) -> str:
    return summary_claims(summary_table(**changes))[place].found


def test_rows_like_the_papers_hold() -> None:
    assert verdicts() == ["holds"] * 8


def test_an_interval_over_seeds_is_students() -> None:
    low, high = seed_interval([1.0, 2.0, 3.0])
    assert (low, high) == pytest.approx((2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4)
    assert all(end != end for end in seed_interval([1.0]))


def test_one_seed_gives_numbers_and_no_verdict() -> None:
    assert set(verdicts(seeds=(0,))) == {"too little data"}
    assert "(one seed: no interval)" in found(COLLAPSE, seeds=(0,))


def test_a_generator_no_better_than_the_base_is_said() -> None:
    assert verdicts(base=0.14)[LEARNT] == "not shown"
    assert verdicts(base=0.2)[LEARNT] == "contradicted"
    assert "12.5 % of the human summaries" in summary_claims(summary_table())[LEARNT].paper


def test_random_selection_above_the_generator_is_no_collapse() -> None:
    assert verdicts(values={**PAPER, "random": 0.145})[COLLAPSE] == "contradicted"
    assert verdicts(values={**PAPER, "random": 0.14})[COLLAPSE] == "not shown"


def test_collapse_is_judged_where_random_has_as_many_as_the_generator() -> None:
    text = found(COLLAPSE)
    assert text.startswith("As many: best 12.5 %, n' = 200: random 0.1300, generator 0.1400")
    other = found(COLLAPSE, generator_share=0.5)
    assert other.startswith("As many: best 50 %, n' = 800")


def test_an_oracle_between_random_and_generator_is_reported() -> None:
    changed = verdicts(values={**PAPER, "oracle": 0.136})
    assert changed[ABOVE] == "contradicted"
    assert changed[BEST] == "holds"
    assert changed[FEW] == "contradicted"


def test_a_statement_that_holds_at_some_rates_holds_in_part() -> None:
    high, low = summary_table(), summary_table({**PAPER, "oracle": 0.1})
    mixed = pd.concat([high[high["selection_rate"] != 0.5], low[low["selection_rate"] == 0.5]])
    claim = summary_claims(mixed)[BEST]
    assert claim.verdict == "in part"
    assert "Clearly above at 2 and clearly below at 1 of 3 rates" in claim.found


def test_a_difference_within_the_seeds_spread_is_not_shown() -> None:
    two = {"oracle": 0.1305, "random": 0.13}
    assert verdicts(values=two, jitter=0.004)[BEST] == "not shown"


def test_what_a_seed_does_to_both_models_cancels_out() -> None:
    table = summary_table(jitter=0.0)
    table["value"] += 0.02 * table["seed"]
    assert summary_claims(table)[BEST].verdict == "holds"


def test_the_order_of_p_star_can_be_contradicted() -> None:
    assert "+1.00 [+1.00, +1.00]" in found(ORDER)
    backwards = {name: 0.3 - value for name, value in PAPER.items()}
    assert verdicts(values=backwards)[ORDER] == "contradicted"


def test_self_selection_below_the_generator_contradicts_the_paper() -> None:
    assert verdicts(values={**PAPER, "self": 0.12})[SELF] == "contradicted"


def test_a_weak_supervisor_as_good_as_the_oracle_is_not_like_random() -> None:
    assert verdicts(values={**PAPER, "weak": 0.16})[WEAK] == "contradicted"
    assert "supervisor 0.1450, generator 0.1400" in found(WEAK)
