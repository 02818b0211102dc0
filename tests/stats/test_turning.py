import numpy as np
import pytest

from synverify_core.stats.turning import crossing, turning_claim, turning_point
from tests.stats.rows import eigen_table

METRIC = "accuracy@2%"
LINE = {"none": 0.1, "noisy(p_noise=0.3)": 0.25, "oracle": 0.4, "self": 0.9}


def test_a_line_crosses_a_level_between_two_points() -> None:
    p_star = np.array([0.5, 0.7, 1.0])
    assert crossing(p_star, np.array([0.1, 0.3, 0.5]), 0.2) == pytest.approx(0.6)
    assert crossing(p_star, np.array([0.1, 0.3, 0.5]), 0.5) == pytest.approx(1.0)
    assert crossing(p_star, np.array([0.1, 0.3, 0.5]), 0.6) == np.inf
    assert crossing(p_star, np.array([0.1, 0.3, 0.5]), 0.05) == -np.inf
    # What dips below once more has not turned yet.
    assert crossing(p_star, np.array([0.3, 0.1, 0.3]), 0.2) == pytest.approx(0.85)


def test_the_turning_point_is_interpolated_seed_by_seed_on_the_papers_line() -> None:
    """A seed lifts the line by 0.01 and leaves the generator: each crosses a little earlier."""
    found = turning_point(eigen_table(LINE), METRIC)
    assert found is not None
    step = (1 / 1.3 - 0.5) / 0.15  # p* a unit of accuracy between none and noisy
    seeds = [0.5 + step * (0.2 - 0.11 - 0.01 * seed) for seed in range(3)]
    assert found.mean == pytest.approx(np.mean(seeds))
    assert found.low < min(seeds) and found.high > max(seeds)
    assert (found.size, found.error_rate, found.crossed) == (3000, pytest.approx(0.8), 3)


def test_what_does_not_cross_is_said() -> None:
    high = turning_claim(eigen_table(LINE, generator=0.7), METRIC)
    assert high.verdict == "contradicted"
    assert "none of the measured p* reaches the generator" in high.found
    low = turning_claim(eigen_table(LINE, generator=0.05), METRIC)
    assert low.verdict == "not shown" and "above the generator" in low.found
    some = turning_claim(eigen_table({**LINE, "oracle": 0.32}, generator=0.34), METRIC)
    assert "crossed in 2 of 3 seeds. In 1 none" in some.found and some.verdict == "not shown"
    few = turning_claim(eigen_table(LINE, seeds=(0,)), METRIC)
    assert few.verdict == "too few seeds" and "(one seed: no interval)" in few.found
    assert turning_point(eigen_table({"oracle": 0.4, "self": 0.1}), METRIC) is None
