import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.stats.names import (
    BASELINES,
    blind_text,
    display_name,
    full_name,
    order,
    percent,
    seeds_text,
    size_text,
)
from synverify_core.verifiers.base import Verifier
from synverify_core.verifiers.registry import available

SPOKEN = {
    "linear(theta_prune=0.2618)": "checker 15° off",
    "linear(theta_prune=5*pi/24)": "checker 37.5° off",
    "noisy(p_noise=0.1)": "checker missing 10 %",
    "trace": "trace check",
    "trace(tolerance=0.02)": "trace check (2 %)",
    "oracle": "perfect check",
    "beam(k=5)": "best of 5",
    "clean": "true labels",
    "strange(": "strange(",
}


@pytest.mark.parametrize(("spec", "name"), SPOKEN.items())
def test_a_verifier_has_a_name_for_people_and_the_spec_beside_it(spec: str, name: str) -> None:
    assert display_name(spec) == name
    assert full_name(spec) == (name if name == spec else f"{name}, {spec}")


@pytest.mark.parametrize("kind", available().values(), ids=lambda kind: kind.name)
def test_settings_that_differ_never_share_a_name(kind: type[Verifier]) -> None:
    """Every verifier declares its name, and each of its settings is told in it."""
    assert kind.title
    asked = {key: field.examples for key, field in kind.model_fields.items() if field.examples}
    first = kind(**{key: values[0] for key, values in asked.items()})
    others = [first.model_copy(update={key: values[1]}) for key, values in asked.items()]
    others += [
        first.model_copy(update={key: 2 if isinstance(field.default, int) else 0.37})
        for key, field in kind.model_fields.items()
        if not field.is_required()
    ]
    spoken = [one.spoken() for one in (first, *others)]
    assert len(set(spoken)) == len(spoken) == 1 + len(kind.model_fields)
    assert not any("{" in name for name in spoken)


def test_what_looks_at_nothing_is_told_apart_where_there_are_two() -> None:
    text = blind_text(["oracle", "random", "none"])
    assert text.startswith("Random pick ") and "; no check " in text
    assert not blind_text(["oracle", "none", "generator"])


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
