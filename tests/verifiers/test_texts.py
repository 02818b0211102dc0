"""Verifiers of texts."""

import numpy as np
import pytest
from scipy.stats import rankdata

from synverify_core.errors import InputError
from synverify_core.experiments.config import Config
from synverify_core.verifiers.base import first_of
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select
from synverify_core.verifiers.text import words
from tests.verifiers.batch import Batch


def scores(spec, **fields):
    return parse(spec).score(Batch(fields), np.random.default_rng(0))


def test_oracle_orders_texts_by_similarity_and_alone_keeps_only_the_very_same():
    similarity = np.array([0.2, 1.0, 0.7, 0.0, 0.6])
    oracle, rng = parse("oracle"), np.random.default_rng(0)
    values = scores("oracle", similarity=similarity)
    assert select(oracle, values, 0.4, rng).tolist() == [False, True, True, False, False]
    assert select(oracle, values, None, rng).tolist() == [False, True, False, False, False]


def test_weak_orders_texts_by_perplexity_under_the_supervisor():
    means = np.random.default_rng(1).uniform(-12, 0, 1000)
    np.testing.assert_array_equal(
        np.argsort(scores("weak", weak_log_probability=means)), np.argsort(means)
    )


def test_weak_puts_an_impossible_text_last_and_takes_the_distance_where_there_is_one():
    assert scores("weak", weak_log_probability=[-np.inf, -20.0, -0.1]).argmin() == 0
    both = {"weak_error": [0.0, 0.1], "weak_log_probability": [-5.0, -0.1]}
    assert scores("weak", **both).tolist() == pytest.approx([0.05, -0.05])


@pytest.mark.parametrize("tolerance", [0.05, 0.5, 0.9])
def test_weak_alone_keeps_texts_below_one_perplexity(tolerance):
    perplexity = np.array([0.99, 1.01]) / (1 - tolerance)
    values = scores(f"weak(tolerance={tolerance})", weak_log_probability=-np.log(perplexity))
    assert (values > 0).tolist() == [True, False]


def test_self_weak_adds_the_ranks_of_self_and_weak():
    rng = np.random.default_rng(2)
    own, other = rng.normal(-2, 1, 500), rng.uniform(-9, 0, 500).round(1)
    found = scores("self_weak", log_probability=own, weak_log_probability=other)
    np.testing.assert_allclose(found * 1000, rankdata(own) + rankdata(other))
    assert 0 < found.min() < found.max() <= 1


def test_lead_overlap_is_the_share_of_distinct_words_in_the_beginning():
    article = "Solve a LINEAR system. Then a far-away remark."
    said = ["solve linear", "Solve: remark!", "remark remark", "a a a cat", "", "?!"]
    found = scores("lead_overlap(n_words=4)", summaries=said, articles=[article] * len(said))
    assert found.tolist() == [1.0, 0.5, 0.0, 0.5, 0.0, 0.0]
    assert scores("lead_overlap", summaries=["remark"], articles=[article]).tolist() == [1.0]


def test_lead_overlap_refuses_texts_that_are_no_pairs():
    with pytest.raises(ValueError, match="shorter"):
        scores("lead_overlap", summaries=["a", "b"], articles=["a"])


def test_length_is_the_distance_from_the_median_on_a_log_scale():
    said = ["", "one", *["three words here"] * 3, "one two three four five six seven"]
    found = scores("length", summaries=said)
    np.testing.assert_allclose(found, -np.log([4, 2, 1, 1, 1, 2]))


def test_words_are_runs_of_letters_and_digits_of_any_script():
    assert words("Fit(x, y_true): naïve – 2-D ΑΒΓ") == "fit x y true naïve 2 d αβγ".split()
    assert words("one two three", 2) == ["one", "two"]


def test_what_no_alternative_has_is_named_with_each_reason():
    with pytest.raises(InputError, match=r"weak_error is not a .+; weak_log_probability is not a"):
        first_of(Batch({}), "weak_error", "weak_log_probability")


def test_a_config_accepts_either_alternative_and_names_both():
    class Both(Config):
        batch_fields = ("log_probability", "weak_log_probability")

    class Neither(Config):
        batch_fields = ("similarity",)

    spoken = {"verifiers": ("self_weak", "weak"), "selection_rates": (0.5,)}
    assert Both.make(spoken).verifiers == ("self_weak", "weak")
    with pytest.raises(
        InputError,
        match="self_weak needs log_probability, weak_error or weak_log_probability, which this",
    ):
        Neither.make(spoken)
