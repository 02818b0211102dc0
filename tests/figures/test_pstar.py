import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.stats.pstar import final_points, ranking
from tests.stats.rows import gaussian_table, summary_table


def test_bars_show_the_measured_p_star_of_each_verifier() -> None:
    fig = pstar_bars(gaussian_table(), facet="n_original")
    heights = {trace.x[0]: trace.y[0] for trace in fig.data}
    assert heights["oracle"] == 1.0
    assert heights["random"] == 0.5
    assert len(fig.data) == 2 * 3, "baselines have no p* and no bar"
    assert "2 of 3 verifiers" in fig.layout.title.text


def test_whiskers_span_the_seeds_or_for_one_seed_the_bootstrap_interval() -> None:
    one = pstar_bars(summary_table(seeds=(0,), interval=0.02), facet="selection_rate")
    assert one.data[0].error_y.array[0] == pytest.approx(0.02)
    assert "95 % bootstrap interval" in one.layout.title.subtitle.text
    assert "above 1/2 with its whole interval for 2 of 4 verifiers" in one.layout.title.text
    several = pstar_bars(summary_table(interval=0.02), facet="selection_rate")
    assert several.data[0].error_y.array[0] == pytest.approx(0.0)
    assert "smallest to largest value" in several.layout.title.subtitle.text
    without = pstar_bars(summary_table(seeds=(0,)), facet="selection_rate")
    assert "whiskers" not in without.layout.title.subtitle.text


def test_rates_stand_in_panels_or_beside_each_other() -> None:
    panels = pstar_bars(summary_table(), facet="selection_rate")
    assert {trace.x[0] for trace in panels.data} == {"oracle", "self", "weak", "random"}
    beside = pstar_bars(summary_table())
    assert beside.data[0].x[0] == "oracle<br>best 12.5 %"


def test_the_scatter_title_holds_spearmans_correlation() -> None:
    table = gaussian_table(n_originals=(150, 500, 2000))
    fig = pstar_scatter(table, "relative_error", by=["n_original"])
    points, _ = final_points(table, "relative_error", ["n_original"])
    rho = spearmanr(points["p_star"], points["mean"]).statistic
    assert rho == pytest.approx(-1.0)
    assert f"Spearman {rho:+.2f} [" in fig.layout.title.text
    assert fig.layout.title.text.startswith("Higher p*, lower relative error")
    few = pstar_scatter(gaussian_table(n_originals=(150,)), "relative_error")
    assert "too few to rank" in few.layout.title.text


def test_an_interval_around_zero_claims_no_order() -> None:
    points = pd.DataFrame(np.random.default_rng(1).random((8, 2)), columns=["p_star", "mean"])
    found = ranking(points)
    assert found.low < 0 < found.high


def test_verifiers_are_compared_at_a_size_that_all_reached() -> None:
    table = gaussian_table(n_originals=(150,))
    short = table[(table["verifier"] != "oracle") | (table["n_samples"] <= 1000)]
    points, sizes = final_points(short, "relative_error", ["n_original"])
    assert sizes == [1000]
    assert set(points["verifier"]) == {"oracle", "linear(theta_prune=pi/24)", "random"}
