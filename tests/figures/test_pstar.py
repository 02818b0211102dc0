from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from synverify_core.figures import curves as stats
from synverify_core.figures.pstar import final_points, pstar_bars, pstar_scatter, ranking
from tests.figures.summary_rows import summary_table

Make = Callable[..., pd.DataFrame]


def test_bars_show_the_measured_p_star_of_each_verifier(make_table: Make) -> None:
    fig = pstar_bars(make_table(), facet="n_original")
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


def test_the_scatter_title_holds_spearmans_correlation(make_table: Make) -> None:
    table = make_table(n_originals=(150, 500, 2000))
    fig = pstar_scatter(table, "relative_error", by=["n_original"])
    points, _ = final_points(table, "relative_error", ["n_original"])
    rho = spearmanr(points["p_star"], points["mean"]).statistic
    assert rho == pytest.approx(-1.0)
    assert f"Spearman {rho:+.2f} [" in fig.layout.title.text
    assert fig.layout.title.text.startswith("Higher p*, lower relative error")


def test_no_claim_is_made_without_enough_points(make_table: Make) -> None:
    fig = pstar_scatter(make_table(n_originals=(150,)), "relative_error")
    assert "too few to rank" in fig.layout.title.text


def test_an_interval_around_zero_claims_no_order() -> None:
    rng = np.random.default_rng(1)
    points = pd.DataFrame({"p_star": rng.random(8), "mean": rng.random(8)})
    found = ranking(points)
    assert found.low < 0 < found.high


def test_verifiers_are_compared_at_a_size_that_all_reached(make_table: Make) -> None:
    table = make_table(n_originals=(150,))
    short = table[(table["verifier"] != "oracle") | (table["n_samples"] <= 1000)]
    points, sizes = final_points(short, "relative_error", ["n_original"])
    assert sizes == [1000]
    assert set(points["verifier"]) == {"oracle", "linear(theta_prune=pi/24)", "random"}


def test_empty_tables_say_so() -> None:
    for fig in (pstar_bars(pd.DataFrame()), pstar_scatter(pd.DataFrame(), "accuracy")):
        assert "yet" in fig.layout.annotations[0].text


rows = st.builds(
    dict,
    uid=st.sampled_from(["a", "b"]),
    verifier=st.sampled_from(["oracle", "random", "noisy(p_noise=0.1)", "generator"]),
    selection_rate=st.sampled_from([None, 0.125, 0.5]),
    n_samples=st.sampled_from([None, 100, 1000]),
    seed=st.integers(0, 2),
    metric=st.just("accuracy"),
    value=st.sampled_from([0.0, 0.5, 0.7, 1.0, None]),
    p_star=st.sampled_from([None, 0.0, 0.5, 0.9, float("nan")]),
    n_original=st.sampled_from([150, 500]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, max_size=10), st.sampled_from([None, "n_original"]))
def test_any_partial_table_draws(content, facet) -> None:
    table = pd.DataFrame(content, columns=[*stats.ROW_COLUMNS, "n_original"])
    by = [facet] if facet else []
    for fig in (pstar_bars(table, facet=facet), pstar_scatter(table, "accuracy", by=by)):
        assert fig.layout.meta["alt"]
