"""A stored pool read by hand: found on disk, read back, ranked as a run ranks it."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.seeding import unit_rng
from synverify_core.experiments.summarization.pool import load_pool, save_pool
from synverify_core.experiments.summarization.ranking import (
    NAMES,
    Place,
    curve,
    hand_place,
    rank,
)
from synverify_core.experiments.summarization.reading import BEGINNING, read_pool
from synverify_core.theory import measure
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select
from tests.experiments.summarization.kept import keep_pool, some_pool


@pytest.fixture
def folder(tmp_path):
    return keep_pool(tmp_path, count=200)


@pytest.fixture
def ranking(folder):
    return rank(read_pool(folder), seed=3)


def test_what_is_read_is_what_was_kept(folder):
    kept, read = load_pool(folder), read_pool(folder)
    assert read.summaries == kept.summaries and read.references == kept.references
    assert [*read.articles] == list(kept.articles)
    assert [read.articles[i] for i in range(len(read))] == list(kept.articles)
    assert read.beginnings == [article[:BEGINNING] for article in kept.articles]
    np.testing.assert_array_equal(read.scores["similarity"], kept.similarity)
    assert read.scores["words"].tolist() == [len(text.split()) for text in kept.summaries]


def test_texts_without_their_scores_are_refused(folder):
    path = folder / "texts.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(StoreError, match="199 texts and 200 scores"):
        read_pool(folder)
    path.write_text("no json\n")
    with pytest.raises(StoreError, match="cannot be read"):
        read_pool(folder)


def test_a_pool_that_was_written_anew_gives_no_other_article(folder):
    read = read_pool(folder)
    other = dataclasses.replace(some_pool(200), summaries=["other"] * 200)
    save_pool(other, folder)
    with pytest.raises(StoreError, match="cannot be read"):
        read.articles[5]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rate", [0.125, 0.25, 0.5])
def test_every_verifier_keeps_what_it_keeps_in_a_run(folder, ranking, name, rate):
    pool, seed = load_pool(folder), 3
    scores = parse(name).score(pool, unit_rng(seed, "verify", name))
    keep = select(parse(name), scores, rate, unit_rng(seed, "select", name, rate))
    np.testing.assert_array_equal(ranking.keep(name, rate), keep)
    assert ranking.measured(name, rate) == measure(pool.similarity, keep)


def test_without_a_supervisor_its_verifiers_are_missing(tmp_path):
    folder = keep_pool(tmp_path, weak=False)
    known = rank(read_pool(folder), 0).scores
    assert set(NAMES) - set(known) == {"weak", "self_weak"}
    with pytest.raises(InputError, match="not computed"):
        read_pool(folder)["weak_log_probability"]


@pytest.mark.parametrize("name", ["oracle", "self", "weak", "random"])
def test_the_curve_passes_through_what_is_measured(ranking, name):
    rates, p_star = curve(ranking, name)
    distinct = len(np.unique(ranking.scores[name])) == 200
    for rate in (0.125, 0.25, 0.5, 1.0):
        (place,) = np.flatnonzero(np.isclose(rates, rate))
        tolerance = 1e-12 if distinct else 0.03
        assert p_star[place] == pytest.approx(ranking.measured(name, rate).p_star, abs=tolerance)
    assert p_star[-1] == pytest.approx(0.5)


def test_where_all_scores_are_equal_the_curve_says_what_draws_give(ranking):
    ranking.scores["length"][:] = 1.0
    np.testing.assert_allclose(curve(ranking, "length").p_star, 0.5)


def test_a_pool_of_which_nothing_is_right_has_no_p_star(tmp_path):
    folder = keep_pool(tmp_path)
    worthless = dataclasses.replace(some_pool(), similarity=np.zeros(40))
    save_pool(worthless, folder)
    found = rank(read_pool(folder), 0)
    assert np.isnan(found.measured("weak", 0.5).p_star)
    assert np.isnan(found.interval("weak", 0.5).low)
    assert np.isnan(curve(found, "weak").p_star).all()


def test_the_interval_holds_the_measured_value_and_is_the_same_at_every_look(ranking):
    low, high = ranking.interval("oracle", 0.25)
    assert low < ranking.measured("oracle", 0.25).p_star < high
    assert ranking.interval("oracle", 0.25) == (low, high)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "random"])
def test_a_summary_of_the_pool_is_placed_where_it_stands(ranking, name):
    scores = ranking.scores[name]
    for index in (0, 17, 199):
        facts = {field: float(values[index]) for field, values in ranking.pool.scores.items()}
        facts |= {field: ranking.pool[field][index] for field in ("articles", "summaries")}
        place = hand_place(ranking, name, facts)
        assert place.better == (scores > scores[index] + 1e-12).sum()
        assert place.equal >= 1


def test_a_perfect_summary_is_before_all_others_and_random_looks_at_none(ranking):
    facts = {"similarity": 1.1, "log_probability": 0.0, "weak_log_probability": 0.0}
    for name in ("oracle", "self", "weak"):
        place = hand_place(ranking, name, facts)
        assert (place.better, place.beaten, place.kept(0.01)) == (0, 1.0, True)
    assert hand_place(ranking, "random", facts) is None
    assert hand_place(ranking, "oracle", {"similarity": None}) is None
    assert hand_place(ranking, "self_weak", {"log_probability": -1.0}) is None


@pytest.mark.parametrize(
    ("place", "rate", "kept"),
    [
        (Place(0, 0, 100), 0.01, True),
        (Place(24, 1, 100), 0.25, True),
        (Place(25, 0, 100), 0.25, False),
        (Place(20, 10, 100), 0.25, None),
        (Place(20, 10, 100), 0.3, True),
        (Place(99, 1, 100), 1.0, True),
        (Place(100, 0, 100), 1.0, False),
    ],
)
def test_a_place_is_kept_dropped_or_left_to_a_draw(place, rate, kept):
    assert place.kept(rate) is kept


def test_reading_a_pool_loads_neither_torch_nor_nltk(folder):
    script = (
        "import sys; from pathlib import Path\n"
        "from synverify_core.experiments.summarization.overlap import unseen\n"
        "from synverify_core.experiments.summarization.ranking import rank\n"
        "from synverify_core.experiments.summarization.reading import read_pool\n"
        "assert rank(read_pool(Path(sys.argv[1])), 0).scores\n"
        "assert not {'torch', 'transformers', 'nltk', 'sklearn'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
