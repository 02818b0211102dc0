from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synverify_core.errors import InputError
from synverify_core.experiments.row import Row
from synverify_core.figures import curves as stats
from synverify_core.figures.scaling import scaling_figure
from tests.figures.eigen_rows import eigen_table

Make = Callable[..., pd.DataFrame]


def drawn(fig, name: str):
    """Traces of one verifier with a mean line."""
    return [trace for trace in fig.data if (trace.name or "").startswith(name)]


def test_the_line_is_the_mean_and_the_band_spans_the_seeds(make_table: Make) -> None:
    fig = scaling_figure(make_table(n_originals=(150,)), metric="relative_error")
    line = drawn(fig, "oracle")[0]
    values = (1e-4 + 10 / 1000) * np.array([1.0, 1.1, 1.2])
    assert line.y[1] == pytest.approx(values.mean())
    band = next(trace for trace in fig.data if trace.fill and trace.legendgroup == line.legendgroup)
    assert min(band.y[1], band.y[4]) == pytest.approx(values.min())
    assert max(band.y[1], band.y[4]) == pytest.approx(values.max())
    assert "3 seeds" in line.name
    assert "3 seeds" in fig.layout.title.subtitle.text


def test_one_panel_a_setting_and_one_legend_entry_a_verifier(make_table: Make) -> None:
    fig = scaling_figure(make_table(), metric="relative_error", facet="n_original")
    assert [note.text for note in fig.layout.annotations] == ["N₀ = 150", "N₀ = 500"]
    shown = [trace.name for trace in fig.data if trace.showlegend]
    assert len(shown) == len(set(shown)) == 5


def test_title_names_the_selection_that_is_best_in_the_data(make_table: Make) -> None:
    table = make_table(n_originals=(150,))
    assert scaling_figure(table, metric="relative_error").layout.title.text.startswith("oracle")
    swapped = table.assign(
        verifier=table["verifier"].replace({"oracle": "random", "random": "oracle"})
    )
    assert scaling_figure(swapped, metric="relative_error").layout.title.text.startswith("random")


def test_a_colour_is_a_verifier_and_a_dash_is_the_group(make_table: Make) -> None:
    fig = scaling_figure(make_table(), metric="relative_error", group_by="n_original")
    oracle = drawn(fig, "oracle,")
    assert len({trace.line.color for trace in oracle}) == 1
    assert len({trace.line.dash for trace in oracle}) == 2
    legend = [trace.name for trace in fig.data if trace.showlegend is not False]
    assert legend[:1] == ["oracle"]
    assert legend[-2:] == ["N₀ = 150", "N₀ = 500"]
    groups = [trace.legendgroup for trace in fig.data if trace.showlegend is not False]
    assert len(set(groups)) == len(groups), "a horizontal legend stacks the entries of a group"


def test_what_is_averaged_over_is_said(make_table: Make) -> None:
    fig = scaling_figure(make_table(), metric="relative_error")
    assert "also averaged over n_original" in fig.layout.title.subtitle.text
    faceted = scaling_figure(make_table(), metric="relative_error", facet="n_original")
    assert "averaged over" not in faceted.layout.title.subtitle.text


def test_levels_at_zero_are_counted_where_a_log_axis_cannot_show_them(make_table: Make) -> None:
    fig = scaling_figure(make_table(n_originals=(150,)), metric="relative_error")
    assert not drawn(fig, "Bayes")
    assert "1 level at 0" in fig.layout.title.subtitle.text
    linear = scaling_figure(make_table(n_originals=(150,)), metric="relative_error", log_y=False)
    assert drawn(linear, "Bayes")


def test_an_empty_table_says_so() -> None:
    fig = scaling_figure(pd.DataFrame(), metric="accuracy", group_by="verifier")
    assert "yet" in fig.layout.annotations[0].text
    assert fig.layout.meta["alt"]


def test_an_unknown_column_is_refused_by_name(make_table: Make) -> None:
    with pytest.raises(InputError, match="column = 'colour' is not in the table"):
        scaling_figure(make_table(), metric="relative_error", group_by="colour")


def test_the_alt_text_tells_the_values_at_the_end(make_table: Make) -> None:
    alt = scaling_figure(make_table(n_originals=(150,)), metric="relative_error").layout.meta["alt"]
    assert "n' = 10,000" in alt
    assert "oracle 0.121 %" in alt


rows = st.builds(
    dict,
    experiment=st.just("gaussian"),
    uid=st.sampled_from(["a", "b"]),
    verifier=st.sampled_from(["oracle", "random", "noisy(p_noise=0.1)", "generator", "bayes"]),
    selection_rate=st.sampled_from([None, 0.125, 0.5]),
    n_samples=st.sampled_from([None, 1, 100, 10**6]),
    seed=st.integers(0, 2),
    metric=st.sampled_from(["accuracy", "relative_error"]),
    value=st.sampled_from([-0.1, 0.0, 1e-9, 0.5, 1.0, None, float("nan")]),
    p_star=st.sampled_from([None, 0.5, 0.9, float("nan")]),
    kept=st.sampled_from([None, 10]),
    n_original=st.sampled_from([150, 500]),
    tau=st.sampled_from([0.1, None]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(rows, max_size=12),
    st.sampled_from(["accuracy", "relative_error"]),
    st.sampled_from(["verifier", "n_original", "tau", "seed"]),
    st.sampled_from([None, "n_original", "verifier", "tau"]),
)
def test_any_partial_table_draws(content, metric, group_by, facet) -> None:
    table = pd.DataFrame(content, columns=[*stats.ROW_COLUMNS, "n_original", "tau"])
    fig = scaling_figure(table, metric=metric, group_by=group_by, facet=facet)
    assert fig.layout.meta["alt"]
    for trace in fig.data:
        assert trace.y[0] is None or np.isfinite(np.asarray(trace.y, dtype=float)).all()


@given(st.lists(st.integers(0, 50), min_size=1))
def test_seed_counts_read_as_text(counts: list[int]) -> None:
    text = stats.seeds_text(counts)
    assert str(max(counts)) in text
    assert text.endswith("seed") == (set(counts) == {1})


def test_sample_counts_read_as_people_write_them() -> None:
    assert [stats.size_text(n) for n in (100, 10_000, 1e5, 1e6)] == ["100", "10,000", "10⁵", "10⁶"]


def test_figures_read_exactly_the_columns_of_a_row() -> None:
    assert stats.ROW_COLUMNS == tuple(Row.model_fields)


def test_clean_labels_far_above_wait_in_the_legend() -> None:
    table = eigen_table({"oracle": 0.3, "none": 0.1, "clean": 0.9})
    fig = scaling_figure(table, metric="accuracy@2%")
    hidden = [trace.legendgroup for trace in fig.data if trace.visible == "legendonly"]
    assert hidden and all(group.startswith("clean|") for group in hidden)
    assert stats.FAR_TEXT in fig.layout.title.subtitle.text
    near = scaling_figure(eigen_table({"oracle": 0.3, "clean": 0.4}), metric="accuracy@2%")
    assert not [trace for trace in near.data if trace.visible == "legendonly"]
