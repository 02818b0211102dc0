"""The picture of chains: a column a verifier, a colour for the sign of p* - p."""

import pandas as pd

from synverify_core.figures.rounds import LOST, SAVED, rounds_figure
from tests.stats.test_rounds import chain


def test_each_round_has_the_colour_of_its_sign():
    fig = rounds_figure(pd.DataFrame(chain()), metric="accuracy")
    titles = [one.text for one in fig.layout.annotations]
    assert titles == ["Perfect check", "Random pick"]
    after = [trace for trace in fig.data if trace.customdata is not None]
    assert [list(trace.y) for trace in after] == [[0.6, 0.7, 0.8], [0.6, 0.5, 0.4]]
    assert [list(trace.marker.color[1:]) for trace in after] == [[SAVED, SAVED], [SAVED, LOST]]
    low, high = fig.layout.yaxis3.range
    assert low < 0.4 and high > 0.9
    assert "60 %" in fig.layout.meta["alt"]


def test_true_labels_far_above_wait_in_the_legend():
    table = pd.DataFrame(chain())
    table.loc[table["verifier"] == "clean", "value"] = 3.0
    fig = rounds_figure(table, metric="accuracy")
    assert {trace.visible for trace in fig.data if trace.legendgroup == "clean"} == {"legendonly"}
    assert fig.layout.yaxis3.range[1] < 1


def test_nothing_measured_says_so():
    assert "No round" in str(rounds_figure(pd.DataFrame(), metric="accuracy").to_dict())
