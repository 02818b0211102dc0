import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.measuring import (
    Strata,
    bands,
    breadth,
    choose,
    crossed,
    interval,
    is_graded,
    rank_scores,
)
from synverify_core.theory import beta_interval, bootstrap_interval, katz_interval
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

BITS = np.repeat([1.0, 0.0], [60, 40])
FIRST_HALF = np.arange(100) % 2 == 0


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("name", "rate"), [("oracle", None), ("oracle", 0.3), ("random", 0.25)])
def test_finite_scores_are_selected_as_ever(name, rate):
    scores = rng().random(100).round(1)
    verifier = parse(name)
    keep, not_finite = choose(verifier, scores, rate, rng(1))
    assert not_finite == 0
    assert (keep == select(verifier, scores, rate, rng(1))).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_sample_without_a_finite_score_is_never_kept_and_counted(bad):
    scores = np.arange(100.0)
    scores[90:] = bad
    keep, not_finite = choose(parse("random"), scores, 0.25, rng())
    assert (np.flatnonzero(keep).tolist(), not_finite) == (list(range(65, 90)), 10)
    keep, not_finite = choose(parse("random"), np.full(100, bad), 0.25, rng())
    assert (keep.sum(), not_finite) == (0, 100)


def test_counts_get_katz_and_a_zero_count_the_posterior():
    assert interval(BITS, FIRST_HALF, rng()) == katz_interval(30, 60, 20, 40)
    assert interval(BITS, BITS == 1, rng()) == beta_interval(60, 60, 0, 40)


def test_graded_similarities_get_the_bootstrap():
    similarity = 0.2 + 0.6 * BITS
    assert is_graded(similarity) and not is_graded(BITS)
    expected = bootstrap_interval(similarity, FIRST_HALF, rng=rng(3))
    assert interval(similarity, FIRST_HALF, rng(3)) == expected


@pytest.mark.parametrize("similarity", [np.ones(100), np.zeros(100), BITS, 0.5 * BITS])
def test_an_undefined_p_star_has_no_interval(similarity):
    assert np.isnan(interval(similarity, np.zeros(100, dtype=bool), rng())).all()


def test_a_verifier_that_keeps_no_wrong_label_is_ranked_with_an_interval():
    (one,) = rank_scores(BITS, {"s": BITS}, [0.25]).verifiers
    assert one.p_star == 1.0
    assert 0.8 < one.p_star_low < 1.0


def test_a_constant_score_is_random_selection_and_says_so():
    similarity = (rng(1).random(4000) < 0.5).astype(float)
    (one,) = rank_scores(similarity, {"s": np.ones(4000)}, [0.5]).verifiers
    assert one.note == "constant score: this is random selection"
    assert one.p_star == pytest.approx(0.5, abs=0.03)


def test_ties_at_the_cut_are_drawn_and_said():
    scores = {"s": np.repeat([2.0, 1.0], [5, 35])}
    ranking = rank_scores(BITS[40:80], scores, [0.5, 0.125], seed=3)
    half, eighth = sorted(ranking.verifiers, key=lambda one: -one.selection_rate)
    assert half.note == "15 of 35 tied at the cut drawn, seed 3"
    assert (half.kept, eighth.note) == (20, "")


@pytest.mark.parametrize(("rate", "seed"), [(0.0, 0), (1.5, 0), (np.nan, 0), (0.5, -1)])
def test_a_rate_or_a_seed_out_of_range_is_refused(rate, seed):
    with pytest.raises(InputError, match="is refused: it must"):
        rank_scores(BITS, {"s": BITS}, [rate], seed)


KINDS = Strata(("a", "b", "c"), np.repeat([0, 1, 2], [50, 30, 20]), np.arange(100) // 2)


def test_coverage_is_one_minus_the_total_variation_distance():
    keep = np.zeros(100, dtype=bool)
    keep[:10] = keep[80:] = True  # 10 of a, none of b, all 20 of c
    found = breadth(KINDS, keep)
    assert found.shares == pytest.approx({"a": 1 / 3, "b": 0.0, "c": 2 / 3})
    distance = (abs(1 / 3 - 0.5) + 0.3 + abs(2 / 3 - 0.2)) / 2
    assert found.coverage == pytest.approx(1 - distance)
    assert breadth(KINDS, np.ones(100)).coverage == pytest.approx(1)
    one = breadth(KINDS, KINDS.labels == 2)
    assert one.coverage == pytest.approx(0.2)


def test_distinct_counts_answers_once():
    assert breadth(KINDS, np.ones(100)).distinct == 0.5
    assert breadth(KINDS, FIRST_HALF).distinct == 1.0
    assert breadth(KINDS._replace(answers=np.zeros(100, dtype=int)), FIRST_HALF).distinct == 0.02


def test_what_keeps_nothing_covers_nothing_known():
    found = breadth(KINDS._replace(words=np.ones(100)), np.zeros(100))
    assert np.isnan([found.coverage, found.distinct, found.words]).all() and not found.shares


def test_factors_are_crossed_in_parts_of_equal_size():
    values = rng().permutation(60)
    halves, thirds = bands(values, ("low", "high")), bands(values % 20, ("x", "y", "z"))
    assert np.bincount(halves[1]).tolist() == [30, 30]
    names, labels = crossed(halves, thirds)
    assert names[labels[values.argmax()]] == "high · z"
    assert names[labels[values.argmin()]] == "low · x"
    assert len(names) == 6 == len(np.unique(labels))
    assert set(bands(np.ones(5), ("x", "y", "z"))[1]) <= {0, 1, 2}
