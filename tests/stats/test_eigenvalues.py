import pytest

from synverify_core.figures.accuracy_pstar import accuracy_against_pstar
from synverify_core.stats.eigenvalues import check_table, eigen_claims, solver_free_worth
from tests.stats.rows import eigen_table

METRIC = "accuracy@2%"
COLLAPSE, ABOVE, ORDER, TURNING, COVERAGE, QUANTITIES, BEAMS_ = range(7)
PAPER = {"none": 0.1, "self": 0.15, "noisy(p_noise=0.3)": 0.25, "trace(tolerance=0.02)": 0.35}
PAPER |= {"oracle": 0.4}
BEAMS = {"beam 10, any@2%": 0.6, "beam 10, best@2%": 0.2, "beam 5, any@2%": 0.5}


def test_rows_like_the_papers_hold() -> None:
    found = eigen_claims(eigen_table(PAPER, beams=BEAMS), METRIC)
    verdicts = [found[place].verdict for place in (COLLAPSE, ABOVE, ORDER, TURNING, BEAMS_)]
    assert verdicts == ["holds"] * 5
    assert "n' = 3,000: no check 12 %, generator 20 %; difference -8.00" in found[COLLAPSE].found
    assert "2.1 times as high" in found[ABOVE].found
    assert "5 verifiers, mean over 3 seeds and 2 places: +1.00" in found[ORDER].found


BACKWARDS = {name: 0.5 - value for name, value in PAPER.items()}
STEPS = {f"noisy(p_noise={n / 10})": 0.4 - n / 50 for n in range(1, 10)}
SLIGHT = {**BEAMS, "beam 10, best@2%": 0.23}


@pytest.mark.parametrize(
    ("values", "settings", "place", "verdict"),
    [
        ({**PAPER, "none": 0.3}, {}, COLLAPSE, "contradicted"),  # no collapse
        ({**PAPER, "none": 0.185}, {}, COLLAPSE, "not shown"),  # within the spread of the seeds
        ({**PAPER, "none": 0.16}, {"n_test": 100}, COLLAPSE, "not shown"),  # of the test set
        ({**PAPER, "oracle": 0.05}, {}, ABOVE, "contradicted"),
        ({**PAPER, "oracle": 0.185}, {}, ABOVE, "not shown"),
        (PAPER, {"trained_alike": False}, COLLAPSE, "trained unalike"),
        (PAPER, {"trained_alike": False}, TURNING, "trained unalike"),
        (PAPER, {"seeds": (0, 1)}, COLLAPSE, "too few seeds"),
        (PAPER, {"trial": True}, COLLAPSE, "too little data"),
        (BACKWARDS, {}, ORDER, "contradicted"),
        ({**PAPER, "none": 0.3, "self": 0.2}, {}, ORDER, "not shown"),
        ({**STEPS, "oracle": 0.4, "none": 0.1}, {}, ORDER, "holds"),
        ({name: 0.5 - one for name, one in STEPS.items()}, {}, ORDER, "contradicted"),
        ({**STEPS, "oracle": 0.4, "none": 0.1}, {"seeds": (0,)}, ORDER, "too few seeds"),
        # A model that chooses better among more beams, or finds nothing in them.
        (PAPER, {"beams": {**BEAMS, "beam 10, best@2%": 0.5}}, BEAMS_, "contradicted"),
        (PAPER, {"beams": {**BEAMS, "beam 10, any@2%": 0.205}}, BEAMS_, "not shown"),
        # A difference within the sampling error of few matrices counts for nothing.
        (PAPER, {"beams": SLIGHT, "n_table": 100}, BEAMS_, "holds"),
        (PAPER, {"beams": SLIGHT, "n_table": 100_000, "n_test": 100_000}, BEAMS_, "contradicted"),
    ],
)
def test_what_the_rows_do_not_show_is_said(values, settings, place, verdict) -> None:
    claims = eigen_claims(eigen_table(values, **settings), METRIC)
    assert claims[place].verdict == verdict, claims[place].found


def test_a_title_and_a_card_say_the_same() -> None:
    for values, seeds in ((PAPER, (0, 1, 2)), (STEPS, (0, 1, 2)), (STEPS, (0,))):
        table = eigen_table(values, seeds=seeds)
        title = accuracy_against_pstar(table, metric=METRIC).layout.title.text
        verdict = eigen_claims(table, METRIC)[ORDER].verdict
        assert title.startswith("Higher p*, higher") == (verdict == "holds")
        assert ("too few seeds" in title) == (verdict == "too few seeds")


def test_seeds_are_compared_at_the_largest_size_that_all_of_them_reached() -> None:
    table = eigen_table({"none": 0.1}, sizes=(1000, 3000))
    short = table[(table["seed"] != 2) | (table["n_samples"] != 3000)]
    assert "n' = 1,000" in eigen_claims(short, METRIC)[0].found


def test_the_trace_check_is_worth_what_the_rows_say() -> None:
    claim = solver_free_worth(eigen_table(PAPER), METRIC)
    assert claim.verdict == "holds"
    assert "keeps 90 % of the right and 10 % of the wrong answers (p* = 0.90)" in claim.found
    assert "83 % of the way to the perfect check" in claim.found
    worse = solver_free_worth(eigen_table({**PAPER, "trace(tolerance=0.02)": 0.05}), METRIC)
    assert worse.verdict == "contradicted"


def test_the_table_of_checks_is_ordered_by_p_star() -> None:
    checks = check_table(eigen_table(PAPER), METRIC)
    assert checks["verifier"].tolist()[0] == "oracle"
    assert checks["verifier"].tolist()[-1] == "none"
    assert checks["p_star"].is_monotonic_decreasing
    assert checks["keep_rate"].tolist() == pytest.approx([0.25] * len(PAPER))
    assert set(checks["n_samples"]) == {3000}
