"""Names of runs: from their settings, one for all seeds, none for two different settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from synverify_core.experiments.base import make_config
from synverify_core.experiments.registry import experiments, get
from synverify_core.runs.titles import (
    grouped,
    nearest_preset,
    plain_name,
    setting_text,
    settings_of,
    short_names,
)

EXPERIMENTS = experiments()
SETTINGS = some.fixed_dictionaries(
    {
        "dimension": some.sampled_from([2, 3]),
        "encoding": some.sampled_from(["P10", "P1000"]),
        "sizes": some.sampled_from([(10,), (5, 10), (20,)]),
        "verifiers": some.sampled_from([("oracle",), ("none",), ("oracle", "none")]),
        "n_rounds": some.sampled_from([1, 2]),
    }
)


def test_a_name_says_subject_size_and_verifiers():
    names = {name: plain_name(make_config(kind, "quick")) for name, kind in EXPERIMENTS.items()}
    assert names["eigenvalues"] == "2 × 2, 100,000, 5 verifiers"
    assert names["gaussian"] == "N₀ = 500, 1,000,000, 9 verifiers"
    assert names["summarization"] == "docstrings, embedded base, 2,048, 4 verifiers"
    one = make_config(get("eigenvalues"), "quick", {"verifiers": ("none",), "n_rounds": 3})
    assert plain_name(one) == "2 × 2, 100,000, none, 3 rounds"


@given(some.lists(SETTINGS, min_size=1, max_size=6))
def test_no_two_settings_have_one_name_and_the_same_have_the_same(changes):
    configs = [make_config(get("eigenvalues"), "quick", one) for one in changes]
    names = short_names(configs)
    settings = [str(settings_of(config)) for config in configs]
    assert len(set(names)) == len(set(settings)) == len(set(zip(names, settings, strict=True)))


def test_seeds_of_the_same_settings_are_one_group(finished):
    runs = [finished(seed=5), finished(seed=1), finished(seed=1, label="b")]
    first, second = grouped([*runs, runs[0]])
    assert first.uids == (runs[1].uid, runs[0].uid) and first.seeds == [1, 2, 5, 6]
    assert second.runs == (runs[2],)
    assert first.key != second.key == grouped(runs[2:])[0].key
    assert [group.name for group in grouped(runs)] == [
        "3, random, label = plain",
        "3, random, label = b",
    ]


def test_a_name_given_by_the_user_is_the_groups_unless_its_runs_have_several(store, finished):
    runs = [finished(seed=1), finished(seed=5)]
    store.rename(runs[0].uid, "mine")
    assert [group.name for group in grouped(store.runs())] == ["mine"]
    store.rename(runs[1].uid, "yours")
    assert [group.name for group in grouped(store.runs())] == ["3, random"]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_preset_is_nearest_to_itself_whatever_the_seed(name):
    kind = EXPERIMENTS[name]
    for preset in kind.presets:
        config = make_config(kind, preset, {"seed": 7})
        assert nearest_preset(kind, config) == (preset, {})
        assert nearest_preset(kind, config).text() == f"preset {preset}"


def test_what_differs_from_the_nearest_preset_is_told_in_few_words():
    config = make_config(get("eigenvalues"), "quick", {"n_original": 5_000, "heads": 2})
    nearest = nearest_preset(get("eigenvalues"), config)
    assert nearest.differing == {"n_original": 5_000, "heads": 2}
    assert nearest.text() == "preset quick, heads = 2, n_original = 5,000"
    assert nearest.text(at_most=1) == "preset quick, heads = 2, 1 more"


def test_a_long_list_is_cut_and_nothing_is_written_as_none():
    assert setting_text("sizes", [1_000, None]) == "sizes = 1,000, own rule"
    assert setting_text("label", "x" * 60) == "label = " + "x" * 24 + "…"
    assert setting_text("rate", None) == "rate = none"
    assert setting_text("clean_labels", True) == "clean_labels = True"
