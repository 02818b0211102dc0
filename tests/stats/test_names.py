import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.stats.names import (
    BASELINES,
    display_name,
    order,
    percent,
    seeds_text,
    short_name,
    size_text,
)
from synverify_core.verifiers.registry import available


def test_angles_are_shown_in_degrees() -> None:
    assert display_name("linear(theta_prune=0.2618)") == "linear(theta_prune = 15°)"
    assert display_name("linear(theta_prune=5*pi/24)") == "linear(theta_prune = 37.5°)"
    assert short_name("linear(theta_prune=pi/24)") == "linear<br>7.5°"
    assert display_name("noisy(p_noise=0.1)") == "noisy(p_noise = 0.1)"
    assert display_name("oracle") == "oracle"


@given(st.lists(st.integers(0, 50), min_size=1))
def test_seed_counts_read_as_text(counts: list[int]) -> None:
    text = seeds_text(counts)
    assert str(max(counts)) in text
    assert text.endswith("seed") == (set(counts) == {1})


def test_sample_counts_read_as_people_write_them() -> None:
    assert [size_text(n) for n in (100, 10_000, 1e5, 1e6)] == ["100", "10,000", "10⁵", "10⁶"]


SHARES = {0.125: "12.5 %", 0.0: "0 %", 1.0: "100 %", 0.9996: "over 99.9 %", 2.5: "250 %"}
SHARES |= {20: "over 1000 %", math.inf: "∞", math.nan: "not known", 1e-5: "under 0.01 %"}


@pytest.mark.parametrize(("share", "text"), SHARES.items())
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert percent(share, least=1e-4) == text


def test_baselines_stand_after_every_verifier_and_families_by_their_setting() -> None:
    angles = ["linear(theta_prune=pi/24)", "linear(theta_prune=pi/12)"]
    assert order(reversed(angles)) == angles
    assert order([*BASELINES, *available()])[-len(BASELINES) :] == list(BASELINES)
    assert order(["random", "strange(", "oracle"]) == ["oracle", "strange(", "random"]
