"""What is told of rounds of self-improvement."""

import numpy as np
import pandas as pd
import pytest

from synverify_core.stats import self_improvement as stats
from tests.stats.arithmetic_rows import arithmetic_table


def test_chains_are_means_over_seeds_and_begin_with_the_generator():
    oracle, none = stats.chains(arithmetic_table())
    assert (oracle.verifier, none.verifier, oracle.n_seeds) == ("oracle", "none", 2)
    assert oracle.rounds.tolist() == [0, 1, 2, 3] and oracle.lengths.tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(none.at(3), [0.41, 0.51, 0.31, 0.11])
    assert oracle.trained.tolist() == [2, 3, 3, 4]
    assert none.trained.tolist() == [2, 3, 4, 5]
    assert oracle.below.all() and none.below.tolist() == [True, False, False]


def test_the_verdict_is_of_the_length_at_which_the_chains_end_furthest_apart():
    found = stats.chains(arithmetic_table())
    assert stats.telling_length(found) == 3
    text = stats.verdict(found)
    assert text == (
        "p stayed below p* in every round with perfect check: at 3 digits accuracy went from 41 % "
        "to 91 %; with no check p was not below p* from round 2 on, and the same length ended at "
        "11 %."
    )
    assert "from 41 %" in stats.verdict(found[:1]) and "no check" not in stats.verdict(found[:1])
    assert stats.verdict(found[1:]).startswith("p was not below p* from round 2 on with no check")
    assert stats.verdict([]) == "No round has been measured yet."


def test_p_is_told_by_what_is_kept_where_a_filter_tells_right_from_wrong():
    rates = pd.DataFrame({"phi": [0.9, 0.8, 1.0, 0.7], "psi": [0.1, 0.3, 1.0, 0.1]})
    p = pd.Series([0.2, 0.5, 0.4, 0.9])
    before = rates.shift(1)
    rates["kept"] = 1_000 * (before["phi"] * (1 - p) + before["psi"] * p)
    found = stats.told(rates.assign(pool_size=1_000))
    np.testing.assert_allclose(found, [np.nan, 0.5, 0.4, np.nan])


def test_reach_begins_at_the_generator_for_every_filter():
    found = stats.reaches(arithmetic_table())
    half = found[(found["level"] == "50 %") & (found["verifier"] == "oracle")]
    assert half["round"].tolist() == [0, 1, 2, 3]
    assert half["value"].tolist() == [2, 3, 3, 3]


def test_erosion_is_told_of_lengths_that_came_again():
    found = stats.erosion(arithmetic_table())
    assert set(found["verifier"]) == {"oracle"} and set(found["difficulty"]) == {3}
    np.testing.assert_allclose(found["psi"], [0.01, 0.02])


def test_old_lengths_are_the_original_ones():
    old = stats.old_lengths(stats.chains(arithmetic_table()))
    assert old["none"].tolist() == pytest.approx([0.99] * 4)
