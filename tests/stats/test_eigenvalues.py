import pandas as pd
import pytest

from synverify_core.stats.eigenvalues import check_table, eigen_claims, solver_free_worth
from tests.stats.rows import eigen_table

METRIC = "accuracy@2%"
PAPER = {"none": 0.1, "self": 0.15, "noisy(p_noise=0.3)": 0.25, "trace(tolerance=0.02)": 0.35}
PAPER |= {"oracle": 0.4}
BEAMS = {"beam 10, any@2%": 0.6, "beam 10, best@2%": 0.2, "beam 5, any@2%": 0.5}


def verdicts(table: pd.DataFrame, metric: str = METRIC) -> list[str]:
    return [claim.verdict for claim in eigen_claims(table, metric)]


def test_rows_like_the_papers_hold() -> None:
    collapse, oracle, order, beams = eigen_claims(eigen_table(PAPER, beams=BEAMS), METRIC)
    assert [c.verdict for c in (collapse, oracle, beams)] == ["holds"] * 3
    assert order.verdict in ("holds", "in part")
    assert "none ends at 12 % (accuracy@2%, n' = 3,000)" in collapse.found
    assert "below it in 3 of 3 seeds" in collapse.found
    assert "2.1 times as high" in oracle.found


def test_an_unverified_model_above_the_generator_is_no_collapse() -> None:
    assert verdicts(eigen_table({**PAPER, "none": 0.3}))[0] == "not here"
    assert verdicts(eigen_table({**PAPER, "none": 0.175}))[0] == "in part"


def test_an_oracle_below_the_generator_is_reported() -> None:
    assert verdicts(eigen_table({**PAPER, "oracle": 0.05}))[1] == "not here"
    assert verdicts(eigen_table({**PAPER, "oracle": 0.185}))[1] == "in part"


def test_accuracy_against_the_order_of_p_star_is_reported() -> None:
    backwards = {name: 0.5 - value for name, value in PAPER.items()}
    assert verdicts(eigen_table(backwards))[2] == "not here"


def test_many_verifiers_in_order_hold() -> None:
    steps = {f"noisy(p_noise={n / 10})": 0.4 - n / 50 for n in range(1, 10)}
    assert verdicts(eigen_table({**steps, "oracle": 0.4, "none": 0.1}))[2] == "holds"


def test_a_model_that_chooses_better_among_more_beams_contradicts_the_paper() -> None:
    better = {**BEAMS, "beam 10, best@2%": 0.5}
    assert verdicts(eigen_table(PAPER, beams=better))[3] == "not here"
    useless = {**BEAMS, "beam 10, any@2%": 0.205}
    assert verdicts(eigen_table(PAPER, beams=useless))[3] == "not here"


def test_a_difference_within_the_sampling_error_of_few_matrices_counts_for_nothing() -> None:
    slight = {**BEAMS, "beam 10, best@2%": 0.23}
    assert verdicts(eigen_table(PAPER, beams=slight, n_table=100))[3] == "holds"
    assert verdicts(eigen_table(PAPER, beams=slight, n_table=100_000))[3] == "not here"


def test_seeds_are_compared_at_the_largest_size_that_all_of_them_reached() -> None:
    table = eigen_table({"none": 0.1}, sizes=(1000, 3000))
    short = table[(table["seed"] != 2) | (table["n_samples"] != 3000)]
    assert "n' = 1,000" in eigen_claims(short, METRIC)[0].found


def test_the_trace_check_is_worth_what_the_rows_say() -> None:
    claim = solver_free_worth(eigen_table(PAPER), METRIC)
    assert claim.verdict == "holds"
    assert "keeps 90 % of the right and 10 % of the wrong answers (p* = 0.90)" in claim.found
    assert "83 % of the way to the oracle" in claim.found
    worse = solver_free_worth(eigen_table({**PAPER, "trace(tolerance=0.02)": 0.05}), METRIC)
    assert worse.verdict == "not here"


def test_the_table_of_checks_is_ordered_by_p_star() -> None:
    checks = check_table(eigen_table(PAPER), METRIC)
    assert checks["verifier"].tolist()[0] == "oracle"
    assert checks["verifier"].tolist()[-1] == "none"
    assert checks["p_star"].is_monotonic_decreasing
    assert checks["keep_rate"].tolist() == pytest.approx([0.25] * len(PAPER))
    assert set(checks["n_samples"]) == {3000}
