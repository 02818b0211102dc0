import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synverify_core.errors import InputError
from synverify_core.figures.legend import legend_height
from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.names import LONGEST_NAME
from synverify_core.stats.tables import FAR_TEXT
from tests.stats.rows import eigen_table, gaussian_table, partial_rows

ONE = gaussian_table(n_originals=(150,))


def drawn(fig, name: str):
    """Traces of one verifier with a mean line."""
    return [trace for trace in fig.data if (trace.name or "").startswith(name)]


def test_the_line_is_the_mean_and_the_band_spans_the_seeds() -> None:
    fig = scaling_figure(ONE, metric="relative_error")
    line = drawn(fig, "perfect check")[0]
    values = (1e-4 + 10 / 1000) * np.array([1.0, 1.1, 1.2])
    assert line.y[1] == pytest.approx(values.mean())
    band = next(trace for trace in fig.data if trace.fill and trace.legendgroup == line.legendgroup)
    assert min(band.y[1], band.y[4]) == pytest.approx(values.min())
    assert max(band.y[1], band.y[4]) == pytest.approx(values.max())
    assert "3 seeds" in fig.layout.title.subtitle.text


def test_the_number_of_seeds_stands_in_the_legend_only_where_it_differs() -> None:
    alike = scaling_figure(ONE, metric="relative_error")
    assert not any("seed" in (trace.name or "") for trace in alike.data)
    unlike = ONE[(ONE["verifier"] != "oracle") | (ONE["seed"] == 0)]
    (line,) = drawn(scaling_figure(unlike, metric="relative_error"), "perfect check")
    assert line.name == "perfect check (1 seed)"
    assert line.hovertext[0].startswith("perfect check, oracle (1 seed)")


def test_one_panel_a_setting_and_one_legend_entry_a_verifier() -> None:
    fig = scaling_figure(gaussian_table(), metric="relative_error", facet="n_original")
    assert [note.text for note in fig.layout.annotations] == ["N₀ = 150", "N₀ = 500"]
    shown = [trace.name for trace in fig.data if trace.showlegend]
    assert len(shown) == len(set(shown)) == 5


def test_title_names_the_selection_that_is_best_in_the_data() -> None:
    table = gaussian_table(n_originals=(150,))
    assert scaling_figure(table, metric="relative_error").layout.title.text.startswith(
        "Perfect check"
    )
    names = table["verifier"].replace({"oracle": "random", "random": "oracle"})
    swapped = table.assign(verifier=names)
    assert scaling_figure(swapped, metric="relative_error").layout.title.text.startswith(
        "Random pick"
    )


def test_a_colour_is_a_verifier_and_a_dash_is_the_group() -> None:
    fig = scaling_figure(gaussian_table(), metric="relative_error", group_by="n_original")
    oracle = drawn(fig, "perfect check,")
    assert len({trace.line.color for trace in oracle}) == 1
    assert len({trace.line.dash for trace in oracle}) == 2
    legend = [trace.name for trace in fig.data if trace.showlegend is not False]
    assert legend[:1] == ["perfect check"]
    assert legend[-2:] == ["N₀ = 150", "N₀ = 500"]
    groups = [trace.legendgroup for trace in fig.data if trace.showlegend is not False]
    assert len(set(groups)) == len(groups), "a horizontal legend stacks the entries of a group"


def test_what_is_averaged_over_is_said() -> None:
    fig = scaling_figure(gaussian_table(), metric="relative_error")
    assert "also averaged over n_original" in fig.layout.title.subtitle.text
    faceted = scaling_figure(gaussian_table(), metric="relative_error", facet="n_original")
    assert "averaged over" not in faceted.layout.title.subtitle.text


def test_levels_at_zero_are_counted_where_a_log_axis_cannot_show_them() -> None:
    fig = scaling_figure(ONE, metric="relative_error")
    assert not drawn(fig, "Bayes")
    assert "1 level at 0" in fig.layout.title.subtitle.text
    assert "n' = 10,000" in fig.layout.meta["alt"]
    assert "perfect check 0.121 %" in fig.layout.meta["alt"]
    linear = scaling_figure(ONE.assign(metric="accuracy"), metric="accuracy")
    assert drawn(linear, "Bayes")


def test_an_unknown_column_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="column = 'colour' is not in the table"):
        scaling_figure(gaussian_table(), metric="relative_error", group_by="colour")


@settings(max_examples=25, deadline=None)
@given(
    partial_rows(
        "error",
        [-0.1, 0.0, 1e-9, 1.0],
        n_original=st.sampled_from([150, 500]),
        tau=st.sampled_from([0.1, None]),
    ),
    st.sampled_from(["verifier", "n_original", "tau", "seed"]),
    st.sampled_from([None, "n_original", "verifier", "tau"]),
)
def test_any_partial_table_draws(table, group_by, facet) -> None:
    fig = scaling_figure(table, metric="error", group_by=group_by, facet=facet)
    assert fig.layout.meta["alt"]
    for trace in fig.data:
        assert trace.y[0] is None or np.isfinite(np.asarray(trace.y, dtype=float)).all()


def test_clean_labels_far_above_wait_in_the_legend() -> None:
    table = eigen_table({"oracle": 0.3, "none": 0.1, "clean": 0.9})
    fig = scaling_figure(table, metric="accuracy@2%")
    hidden = [trace.legendgroup for trace in fig.data if trace.visible == "legendonly"]
    assert hidden and all(group.startswith("clean|") for group in hidden)
    assert FAR_TEXT in fig.layout.title.subtitle.text
    near = scaling_figure(eigen_table({"oracle": 0.3, "clean": 0.4}), metric="accuracy@2%")
    assert not [trace for trace in near.data if trace.visible == "legendonly"]


def test_axes_end_where_the_data_do() -> None:
    fig = scaling_figure(eigen_table({"oracle": 0.9, "none": 0.01}), metric="accuracy@2%")
    assert fig.layout.yaxis.autorangeoptions.clipmin == 0
    assert fig.layout.yaxis.autorangeoptions.clipmax == 1
    ends = fig.layout.xaxis.autorangeoptions
    assert 900 < ends.clipmin < 1000 and 3000 < ends.clipmax < 3300
    assert list(fig.layout.xaxis.ticktext) == ["1,000", "3,000"]
    below = scaling_figure(eigen_table({"oracle": -0.5}), metric="accuracy@2%")
    assert below.layout.yaxis.autorangeoptions.clipmin is None


def test_sizes_without_room_for_their_names_have_powers_of_ten() -> None:
    close = eigen_table({"oracle": 0.5}, sizes=(100, 105, 100_000))
    axis = scaling_figure(close, metric="accuracy@2%").layout.xaxis
    assert (axis.ticktext, axis.dtick) == (None, 1)


@pytest.mark.parametrize("n_verifiers", [1, 8, 60])
def test_a_legend_never_squeezes_the_plot(n_verifiers: int) -> None:
    names = {f"noisy(p_noise={n / 100})": 0.1 for n in range(1, n_verifiers + 1)}
    fig = scaling_figure(eigen_table(names), metric="accuracy@2%")
    margins = fig.layout.margin.t + fig.layout.margin.b
    assert fig.layout.height - margins - legend_height(fig) >= 300


def test_a_long_name_of_a_run_is_cut_in_the_legend() -> None:
    table = gaussian_table()
    table["run"] = table["run"] + " with a name that is longer than any legend has room for"
    fig = scaling_figure(table, metric="relative_error", group_by="run")
    assert max(len(trace.name) for trace in fig.data if trace.name) < 60 + LONGEST_NAME
    assert not any((trace.name or "").startswith("run =") for trace in fig.data)
