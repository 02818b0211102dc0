import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from synverify_core.figures.odds import MOST_TICKS, odds_axis
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.stats.names import display_name
from synverify_core.stats.pstar import final_points, order_title, ranking
from tests.stats.rows import gaussian_table, summary_table


def test_bars_show_the_measured_p_star_of_each_verifier() -> None:
    fig = pstar_bars(gaussian_table(), facet="n_original")
    ends = {trace.y[0]: trace.base + trace.x[0] for trace in fig.data}
    assert ends["checker 7.5° off"] == pytest.approx(9)  # odds of p* = 0.9
    assert ends["perfect check"] == pytest.approx(9 * 4)  # endless: at the end of the axis
    assert fig.layout.xaxis.ticktext[-1] == "∞<br>1"
    assert ends["random pick"] == pytest.approx(1)
    assert "odds φ/ψ = ∞" in fig.data[0].hovertext[0]
    assert len(fig.data) == 2 * 3, "baselines have no p* and no bar"
    assert "2 of 3 verifiers" in fig.layout.title.text


def test_whiskers_span_the_seeds_or_for_one_seed_the_bootstrap_interval() -> None:
    one = pstar_bars(summary_table(seeds=(0,), interval=0.02), facet="selection_rate")
    top = one.data[0].error_x.array[0] + one.data[0].x[0] + 1
    first = summary_table()["p_star"].max() + 0.02
    assert top == pytest.approx(first / (1 - first))
    assert "95 % bootstrap interval" in one.layout.title.subtitle.text
    assert "above 1/2 with its whole interval for 2 of 4 verifiers" in one.layout.title.text
    several = pstar_bars(summary_table(interval=0.02), facet="selection_rate")
    assert several.data[0].error_x.array[0] == pytest.approx(0.0)
    assert "smallest to largest value" in several.layout.title.subtitle.text
    without = pstar_bars(summary_table(seeds=(0,)), facet="selection_rate")
    assert "whiskers" not in without.layout.title.subtitle.text


def test_rates_stand_in_panels_or_beside_each_other() -> None:
    panels = pstar_bars(summary_table(), facet="selection_rate")
    names = {display_name(name) for name in ("oracle", "self", "weak", "random")}
    assert {trace.y[0] for trace in panels.data} == names
    beside = pstar_bars(summary_table())
    assert beside.data[0].y[0] == "perfect check, best 12.5 %"


def test_the_scatter_title_holds_the_correlation_of_verifiers() -> None:
    table = with_more(gaussian_table(n_originals=(150, 500, 2000)))
    fig = pstar_scatter(table, "relative_error", by=["n_original"])
    points, _ = final_points(table, "relative_error", ["n_original"])
    one = points[points["n_original"] == 150]
    rho = spearmanr(one["p_star"], one["mean"]).statistic
    assert rho == pytest.approx(-1.0)
    text = "Higher p*, lower relative error: Spearman -1.00, p = 0.017"
    assert fig.layout.title.text == text
    assert "5 verifiers, 3 seeds" in fig.layout.title.subtitle.text
    few = pstar_scatter(gaussian_table(n_originals=(150,)), "relative_error")
    assert "too few to rank" in few.layout.title.text
    seed = pstar_scatter(table[table["seed"] == 0], "relative_error", by=["n_original"])
    assert "too few seeds to judge" in seed.layout.title.text


def with_more(table: pd.DataFrame) -> pd.DataFrame:
    """Two more verifiers, whose p* and errors lie between."""
    more = []
    for noise in (0.2, 0.6):
        part = table[table["verifier"] == "random"].copy()
        part["p_star"] = 1 / (1 + noise)
        more.append(part.assign(verifier=f"noisy(p_noise={noise})", value=part["value"] * noise))
    return pd.concat([table, *more], ignore_index=True)


def test_seeds_and_places_without_an_order_claim_none() -> None:
    table = with_more(gaussian_table())
    mixed = table.assign(value=np.random.default_rng(1).random(len(table)))
    found = ranking(mixed, "relative_error", ["n_original"])
    assert found.low < 0 < found.high and found.favours == 0
    assert "No clear order" in order_title(found, "relative_error")


def test_verifiers_that_some_seeds_lack_are_left_out() -> None:
    table = with_more(gaussian_table())
    table = table[(table["verifier"] != "oracle") | (table["seed"] == 0)]
    found = ranking(table, "relative_error", ["n_original"])
    assert (found.n_verifiers, found.n_seeds) == (4, 3)


@pytest.mark.parametrize("p_stars", [[0.5], [0.0, 1.0], [0.9, 0.99, 0.9999, 1.0], [0.2, 0.55]])
def test_the_axis_of_odds_holds_every_p_star_with_few_ticks(p_stars) -> None:
    axis = odds_axis(p_stars)
    places = axis.place(p_stars)
    assert ((axis.low <= places) & (places <= axis.high)).all()
    assert axis.low < 1 < axis.high
    ticks = axis.layout["tickvals"]
    assert 1 <= len(ticks) <= MOST_TICKS + 1 and sorted(ticks) == ticks


def test_verifiers_are_compared_at_a_size_that_all_reached() -> None:
    table = gaussian_table(n_originals=(150,))
    short = table[(table["verifier"] != "oracle") | (table["n_samples"] <= 1000)]
    points, sizes = final_points(short, "relative_error", ["n_original"])
    assert sizes == [1000]
    assert set(points["verifier"]) == {"oracle", "linear(theta_prune=pi/24)", "random"}
