import pytest

from synverify_core.figures.rates import rates_figure
from synverify_core.stats.names import display_name
from synverify_core.stats.rates import measure, y_range
from tests.stats.rows import summary_table


def traces(fig, name):
    return [trace for trace in fig.data if (trace.name or "").startswith(name)]


def test_there_is_one_panel_a_rate_and_one_curve_a_verifier_in_each() -> None:
    fig = rates_figure(summary_table())
    titles = [note.text for note in fig.layout.annotations if note.text.startswith("best")]
    assert titles == ["best 12.5 %", "best 25 %", "best 50 %"]
    assert [len(trace.y) for trace in traces(fig, "perfect check")] == [1, 2, 3]
    assert [trace.showlegend for trace in traces(fig, "perfect check")] == [True, False, False]
    assert fig.layout.xaxis.type == "log"
    assert list(fig.layout.xaxis.ticktext) == ["200", "400", "800", "1,600"]


def test_a_curve_holds_the_mean_over_seeds() -> None:
    fig = rates_figure(summary_table({"oracle": 0.16}, jitter=0.003))
    (_, _, last) = traces(fig, "perfect check")
    assert list(last.y) == pytest.approx([0.158, 0.159, 0.16])
    assert "0.157 to 0.163 over 3 seeds" in last.hovertext[-1]
    assert "Mean of 3 seeds" in fig.layout.title.subtitle.text


def test_levels_say_their_values_and_all_human_summaries_are_named_as_such() -> None:
    table = summary_table()
    names = [trace.name for trace in rates_figure(table).data]
    assert "generator: 0.14" in names
    assert "all 1,600 human summaries: 0.15" in names
    fewer = rates_figure(table[table["n_samples"] != 1600]).data
    assert "800 human summaries: 0.149" in [trace.name for trace in fewer]


def test_a_base_far_below_is_named_and_does_not_flatten_the_curves() -> None:
    fig = rates_figure(summary_table(base=0.01))
    assert fig.layout.yaxis.range[0] > 0.12
    assert traces(fig, "base model: 0.01 (below the axis)")
    assert any("↓ base model 0.01" in (note.text or "") for note in fig.layout.annotations)
    near = rates_figure(summary_table(base=0.12))
    assert near.layout.yaxis.range[0] < 0.12
    assert {trace.name for trace in traces(near, "base")} == {"base model: 0.12"}
    assert not any("↓" in (note.text or "") for note in near.layout.annotations)


@pytest.mark.parametrize("base", [0.0, 0.1, 0.139, 0.3])
def test_every_curve_and_the_generator_are_on_the_axis(base: float) -> None:
    measured = measure(summary_table(base=base), "rouge1")
    low, high = y_range(measured)
    assert low < measured.curves["low"].min() and measured.curves["high"].max() < high
    assert low < 0.14 < high


def test_curves_of_one_point_stand_side_by_side_with_whiskers() -> None:
    fig = rates_figure(summary_table())
    firsts = [traces(fig, display_name(name))[0] for name in ("oracle", "self", "weak", "random")]
    places = [trace.x[0] for trace in firsts]
    assert len(set(places)) == 4 and all(150 < place < 260 for place in places)
    assert all(trace.error_y.array is not None for trace in firsts)
    assert list(traces(fig, "perfect check")[2].x) == [200, 400, 800]


def test_human_summaries_are_the_same_thin_line_in_every_panel() -> None:
    lines = traces(rates_figure(summary_table()), "human summaries")
    assert [list(line.x) for line in lines] == [[200, 400, 800, 1600]] * 3
    assert {line.line.width for line in lines} == {1.2}


def test_the_title_says_which_verifier_ends_best_from_the_rows() -> None:
    title = rates_figure(summary_table()).layout.title.text
    assert (
        title
        == "Perfect check: highest Rouge-1 of all verifiers at the largest n' in 3 of 3 panels"
    )
    other = rates_figure(summary_table({"oracle": 0.1, "random": 0.2})).layout.title.text
    assert other.startswith("Random pick: highest")
