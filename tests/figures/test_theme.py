import colorsys
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.figures import theme
from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.names import BASELINES
from synverify_core.verifiers.registry import available
from tests.stats.rows import gaussian_table

FIGURE_3 = [
    "oracle",
    "linear(theta_prune=0)",
    "linear(theta_prune=pi/24)",
    "linear(theta_prune=pi/12)",
    "random",
    "clean",
    "generator",
]


def luminance(colour: str) -> float:
    parts = [value / 255 for value in theme.rgb(colour)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@given(st.text(max_size=20) | st.sampled_from([*available(), *BASELINES, *FIGURE_3]))
def test_every_label_has_a_colour_that_stands_out_from_both_pages(label: str) -> None:
    for page in ("#ffffff", "#0f151d"):
        assert contrast(theme.colour(label), page) > 2.2


def test_curves_of_figure_3_are_told_apart_by_hue_or_lightness() -> None:
    colours = [theme.colour(label) for label in FIGURE_3]
    for index, one in enumerate(colours):
        for two in colours[index + 1 :]:
            apart = math.dist(
                [value / 255 for value in theme.rgb(one)], [value / 255 for value in theme.rgb(two)]
            )
            assert apart > 0.2, (one, two)


@given(st.floats(0, math.pi))
def test_the_colour_of_a_family_moves_with_its_setting_without_jumps(angle: float) -> None:
    here = theme.rgb(theme.colour(f"linear(theta_prune={angle:.6f})"))
    there = theme.rgb(theme.colour(f"linear(theta_prune={min(angle + 1e-3, math.pi):.6f})"))
    assert math.dist(here, there) < 8
    assert 0 <= colorsys.rgb_to_hsv(*[value / 255 for value in here])[1] <= 1


@pytest.mark.parametrize("dark", [False, True])
def test_the_template_sets_readable_ink_on_paper(dark: bool) -> None:
    layout = theme.template(dark).layout
    assert contrast(layout.font.color, layout.paper_bgcolor) > 7


@given(st.integers(1, 48), st.integers(1, 48))
def test_a_share_of_pi_and_its_number_have_one_colour(times: int, over: int) -> None:
    number = times * math.pi / over
    written = f"linear(theta_prune={times}*pi/{over})"
    assert theme.colour(written) == theme.colour(f"linear(theta_prune={number!r})")


def test_enlarging_moves_no_number_and_leaves_the_edges_of_bands_invisible() -> None:
    small = scaling_figure(gaussian_table(), metric="relative_error", facet="n_original")
    large = theme.enlarged(
        scaling_figure(gaussian_table(), metric="relative_error", facet="n_original")
    )
    for one, other in zip(small.data, large.data, strict=True):
        assert one.y == pytest.approx(other.y, nan_ok=True)
        assert other.line.width == (0 if one.fill else 3.5)
    assert large.layout.xaxis2.tickfont.size >= 20
    assert all(note.font.size >= 20 for note in large.layout.annotations)
    assert large.layout.height > small.layout.height
