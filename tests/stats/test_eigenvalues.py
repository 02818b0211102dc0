import pytest

from synverify_core.stats.eigenvalues import check_table, eigen_claims, solver_free_worth
from tests.stats.rows import eigen_table

METRIC = "accuracy@2%"
PAPER = {"none": 0.1, "self": 0.15, "noisy(p_noise=0.3)": 0.25, "trace(tolerance=0.02)": 0.35}
PAPER |= {"oracle": 0.4}
BEAMS = {"beam 10, any@2%": 0.6, "beam 10, best@2%": 0.2, "beam 5, any@2%": 0.5}


def test_rows_like_the_papers_hold() -> None:
    collapse, oracle, order, beams = eigen_claims(eigen_table(PAPER, beams=BEAMS), METRIC)
    assert [c.verdict for c in (collapse, oracle, beams)] == ["holds"] * 3
    assert order.verdict in ("holds", "in part")
    assert "none ends at 12 % (accuracy@2%, n' = 3,000)" in collapse.found
    assert "below it in 3 of 3 seeds" in collapse.found
    assert "2.1 times as high" in oracle.found


BACKWARDS = {name: 0.5 - value for name, value in PAPER.items()}
STEPS = {f"noisy(p_noise={n / 10})": 0.4 - n / 50 for n in range(1, 10)}
SLIGHT = {**BEAMS, "beam 10, best@2%": 0.23}


@pytest.mark.parametrize(
    ("values", "beams", "n_table", "place", "verdict"),
    [
        ({**PAPER, "none": 0.3}, None, 10_000, 0, "not here"),  # no collapse
        ({**PAPER, "none": 0.175}, None, 10_000, 0, "in part"),
        ({**PAPER, "oracle": 0.05}, None, 10_000, 1, "not here"),
        ({**PAPER, "oracle": 0.185}, None, 10_000, 1, "in part"),
        (BACKWARDS, None, 10_000, 2, "not here"),
        ({**STEPS, "oracle": 0.4, "none": 0.1}, None, 10_000, 2, "holds"),
        # A model that chooses better among more beams, or finds nothing in them.
        (PAPER, {**BEAMS, "beam 10, best@2%": 0.5}, 10_000, 3, "not here"),
        (PAPER, {**BEAMS, "beam 10, any@2%": 0.205}, 10_000, 3, "not here"),
        # A difference within the sampling error of few matrices counts for nothing.
        (PAPER, SLIGHT, 100, 3, "holds"),
        (PAPER, SLIGHT, 100_000, 3, "not here"),
    ],
)
def test_what_the_rows_do_not_show_is_said(values, beams, n_table, place, verdict) -> None:
    claims = eigen_claims(eigen_table(values, beams=beams, n_table=n_table), METRIC)
    assert claims[place].verdict == verdict


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
