import itertools

import pytest

from synverify_core.figures import theme
from synverify_core.figures.accuracy_pstar import accuracy_against_pstar
from synverify_core.stats.names import display_name
from synverify_core.stats.pstar import ranking
from synverify_core.stats.tables import FAR_TEXT
from tests.stats.rows import eigen_p_star, eigen_table

METRIC = "accuracy@2%"
RISING = {"none": 0.1, "noisy(p_noise=0.3)": 0.2, "oracle": 0.4}
BESIDE = {"trace(tolerance=0.02)": 0.35, "self": 0.05}


def named(fig, name: str):
    return next(trace for trace in fig.data if trace.name == name)


def test_there_is_one_line_a_data_size_through_the_papers_verifiers() -> None:
    fig = accuracy_against_pstar(eigen_table({**RISING, **BESIDE}), metric=METRIC)
    for place, size in enumerate((1000, 3000)):
        line = named(fig, f"n' = {size:,}")
        assert list(line.x) == pytest.approx([eigen_p_star(name) for name in RISING])
        assert list(line.y) == pytest.approx([v + 0.01 * (1 + place) for v in RISING.values()])
    assert named(fig, "n' = 3,000").line.width > named(fig, "n' = 1,000").line.width


def test_a_marker_has_its_verifiers_colour_and_is_open_beside_the_line() -> None:
    fig = accuracy_against_pstar(eigen_table({**RISING, **BESIDE}), metric=METRIC)
    for verifier in (*RISING, *BESIDE):
        markers = named(fig, display_name(verifier))
        assert markers.marker.color == theme.colour(verifier)
        assert list(markers.x) == pytest.approx([eigen_p_star(verifier)] * 2)
        is_open = [symbol.endswith("-open") for symbol in markers.marker.symbol]
        assert is_open == [verifier in BESIDE] * 2


def test_every_verifier_is_named_above_its_place_and_no_name_covers_another() -> None:
    fig = accuracy_against_pstar(eigen_table({**RISING, **BESIDE}), metric=METRIC)
    notes = {note.text: note for note in fig.layout.annotations}
    assert {display_name(name) for name in (*RISING, *BESIDE)} <= set(notes)
    markers = [trace for trace in fig.data if trace.mode == "markers"]
    assert not any(trace.showlegend for trace in markers)
    rows = {}
    for name, note in notes.items():
        width = len(name) * 0.01
        if note.xref == "x domain" and note.yshift:
            rows.setdefault(note.yshift, []).append((note.x - width / 2, note.x + width / 2))
    for names in rows.values():
        names.sort()
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(names))


def test_the_band_spans_the_seeds() -> None:
    fig = accuracy_against_pstar(eigen_table(RISING, sizes=(1000,)), metric=METRIC)
    (band,) = [trace for trace in fig.data if trace.fill == "toself"]
    assert max(band.y) == pytest.approx(0.42)
    assert min(band.y) == pytest.approx(0.10)
    single = accuracy_against_pstar(eigen_table(RISING, seeds=(0,)), metric=METRIC)
    assert not [trace for trace in single.data if trace.fill == "toself"]


def test_generator_and_clean_labels_lie_across_the_figure_at_their_means() -> None:
    table = eigen_table({**RISING, "clean": 0.5}, sizes=(1000,))
    fig = accuracy_against_pstar(table, metric=METRIC)
    generator, clean = named(fig, "generator"), named(fig, display_name("clean"))
    assert list(generator.y) == pytest.approx([0.2] * len(generator.y))
    assert generator.line.dash == "dash"
    assert clean.y[0] == pytest.approx(0.51)
    assert generator.x[0] < 0.5 and generator.x[-1] > 1


def test_the_title_states_the_rank_correlation_over_all_sizes() -> None:
    table = eigen_table({**RISING, **BESIDE})
    fig = accuracy_against_pstar(table, metric=METRIC)
    found = ranking(table, METRIC, every_size=True)
    assert (found.n_verifiers, found.n_seeds, len(found.places)) == (5, 3, 2)
    assert f"Spearman {found.rho:+.2f}, p = {found.p_value:.2g}" in fig.layout.title.text
    assert "permutation of 5 verifiers, 3 seeds" in fig.layout.title.subtitle.text
    assert f"{display_name('oracle')} p* 1.00 42 %" in fig.layout.meta["alt"]


def test_the_turning_point_is_marked_beside_the_error_rate() -> None:
    fig = accuracy_against_pstar(eigen_table({**RISING, **BESIDE}), metric=METRIC)
    noted = [note.text for note in fig.layout.annotations]
    assert noted[-2:] == ["turning point 0.72", "error rate p 0.80"]
    low = accuracy_against_pstar(eigen_table(RISING, generator=0.9), metric=METRIC)
    assert "none of the measured p* reaches the generator" in low.layout.title.subtitle.text


def test_how_models_were_trained_stands_under_the_title() -> None:
    table = eigen_table(RISING, training="Training of generator and retrained: 5 steps.")
    fig = accuracy_against_pstar(table, metric=METRIC)
    assert "<br>Training of generator" in fig.layout.title.subtitle.text


@pytest.mark.parametrize(("clean", "shown"), [(0.5, True), (0.9, "legendonly")])
def test_clean_labels_far_above_do_not_flatten_the_rest(clean, shown) -> None:
    fig = accuracy_against_pstar(eigen_table({**RISING, "clean": clean}), metric=METRIC)
    levels = [trace for trace in fig.data if (trace.name or "") == display_name("clean")]
    assert {trace.visible for trace in levels} == {shown}
    assert (FAR_TEXT in fig.layout.title.subtitle.text) == (shown is not True)
    heights = [shape.y1 for shape in fig.layout.shapes or () if shape.yref == "y"]
    assert all(y < clean for y in heights) or shown is True
