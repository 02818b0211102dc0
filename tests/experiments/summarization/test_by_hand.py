"""Models on disk, and what they and a pool's judges say about one article."""

import math
import os
import shutil

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.summarization import services
from synverify_core.experiments.summarization.by_hand import Limits, characters_read, judge, write
from synverify_core.experiments.summarization.generate import summarize
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.models import save
from synverify_core.experiments.summarization.overlap import shared_words, unseen
from synverify_core.experiments.summarization.rouge import rouge1
from synverify_core.experiments.summarization.stored import (
    Judges,
    judges_of,
    list_models,
    list_pools,
    short_names,
)
from tests.experiments.summarization.kept import SETTINGS, keep_generator, keep_pool, write_settings

LIMITS = Limits(48, 12)
ARTICLE = "compute the shape of a tensor\nand return its index"


@pytest.fixture
def models(tmp_path, tiny_llama, monkeypatch):
    """Ship a base and a generator; keep an own generator of another seed."""
    shipped = tmp_path / "reference"
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(shipped))
    save(tiny_llama, shipped / "models" / "summarization-base")
    keep_generator(shipped / "artifacts", "aaa", tiny_llama)
    keep_generator(tmp_path / "own", "bbb", tiny_llama, seed=4)
    save(tiny_llama, tmp_path / "own" / "summarization" / "fresh-123456")
    return tmp_path / "own", shipped / "artifacts"


def test_models_are_found_with_their_kinds_shipped_ones_first(models):
    found, problems = list_models(*models)
    assert problems == []
    assert [(model.key, model.kind, model.shipped) for model in found] == [
        ("embedded", "base", True),
        ("aaa", "generator", True),
        ("helper-weak-aaa", "helper", True),
        ("fresh-123456", "base", False),
        ("bbb", "generator", False),
        ("helper-weak-bbb", "helper", False),
    ]
    assert len({model.facts for model in found}) == 1 and found[0].facts > 1000


def test_names_say_as_much_as_it_takes_to_tell_models_apart(models):
    found = list_models(*models).found
    names = short_names(found)
    assert names["aaa"] == "Generator, seed 0"
    assert names["helper-weak-bbb"] == "Supervisor, seed 4"
    assert names["embedded"] != names["fresh-123456"]
    assert list(short_names(found[:3]).values()) == ["Base", "Generator", "Supervisor"]


def test_a_pool_is_judged_by_the_models_that_made_it(models, tiny_llama):
    own, shipped = models
    steps = [["oracle", None, 2048]]
    for key, seed in (("four", 4), ("five", 5), ("later", 4)):
        keep_pool(own, key, seed=seed)
    write_settings(own / "summarization" / "pool-later", SETTINGS, 4, steps=steps)
    keep_generator(own, "model-later", tiny_llama, seed=4)
    write_settings(own / "summarization" / "model-later", SETTINGS, 4, steps=steps)
    found = list_models(*models).found
    pools = {pool.key: pool for pool in list_pools(own, shipped).found}
    judged = {key: [one and one.key for one in judges_of(pools[key], found)] for key in pools}
    supervisors = ("helper-weak-bbb", "helper-weak-model-later")
    assert judged["pool-four"][0] == "bbb" and judged["pool-four"][1] in supervisors
    assert judged["pool-later"][0] == "model-later" and judged["pool-later"][1] in supervisors
    assert judges_of(pools["pool-five"], found) == Judges(None, None)
    assert short_names(found)["model-later"] == "Retrained"


def test_a_supervisor_of_another_base_judges_no_pool(models):
    own, shipped = models
    pool = keep_pool(own, "four", seed=4)
    judges = {"weak": {"model": "another"}}
    write_settings(pool, SETTINGS, 4, judges=judges)
    generator, supervisor = judges_of(list_pools(own, shipped).found[0], list_models(*models).found)
    assert (generator.key, supervisor) == ("bbb", None)


def test_a_supervisor_inside_its_generators_folder_is_found(models):
    own, shipped = models
    root = own / "summarization"
    (root / "helper-weak-bbb" / "model").rename(root / "bbb" / "weak")
    shutil.rmtree(root / "helper-weak-bbb")
    keep_pool(own, "four", seed=4)
    found = list_models(*models).found
    assert "bbb.weak" in [model.key for model in found]
    assert judges_of(list_pools(own, shipped).found[0], found).supervisor.key == "bbb.weak"


def test_the_tokens_chances_are_those_of_the_summary(tiny):
    written = write(tiny, ARTICLE, Limits(64, 12))
    chances = [token["probability"] for token in written.tokens]
    assert np.mean(np.log(chances)) == pytest.approx(written.summary.log_probability_mean, abs=1e-4)
    assert len(chances) == len(written.summary.tokens)
    assert written.read == len(ARTICLE)
    assert (written.tokens[-1]["text"] == "(end)") == written.summary.ended


def test_an_article_that_is_too_long_is_read_up_to_a_place_that_is_told(tiny_llama):
    long = " ".join(f"word{i}\n" for i in range(200))
    read = characters_read(tiny_llama, long, LIMITS)
    assert 10 < read < 200
    (one,) = summarize(tiny_llama, [long[:read]], block_size=48, max_new_tokens=12)
    assert not one.truncated
    (more,) = summarize(tiny_llama, [long[: read + 8]], block_size=48, max_new_tokens=12)
    assert more.truncated


def test_an_empty_article_is_refused(tiny_llama):
    with pytest.raises(InputError, match="nothing to summarize"):
        write(tiny_llama, " \n", LIMITS)


def test_the_judges_score_as_they_score_a_pool(tiny_llama, tiny_gpt2):
    summary = write(tiny_llama, ARTICLE, LIMITS).summary
    found = judge(
        {"self": tiny_llama, "weak": tiny_gpt2},
        ARTICLE,
        {"generator": summary, "human": "compute a shape"},
        "compute a shape",
        LIMITS,
    )
    assert [one["key"] for one in found] == ["generator", "human"]
    assert found[0]["log_probability"] == pytest.approx(summary.log_probability_mean, abs=1e-5)
    texts = [summary.text, "compute a shape"]
    ended = [summary.ended, True]
    weak = mean_log_probability(
        tiny_gpt2, [ARTICLE] * 2, texts, block_size=48, reserve=12, ended=ended
    )
    np.testing.assert_allclose([one["weak_log_probability"] for one in found], weak, atol=1e-6)
    assert found[1]["similarity"] == 1.0
    assert found[1]["shared"] == [(0, 7), (8, 9), (10, 15)]


def test_without_reference_or_judges_there_is_no_score(tiny_llama):
    (found,) = judge({}, ARTICLE, {"one": "a shape"}, " ", LIMITS)
    assert found == {
        "key": "one",
        "text": "a shape",
        "similarity": None,
        "log_probability": None,
        "weak_log_probability": None,
        "shared": [],
    }


@pytest.mark.parametrize(
    ("text", "other", "shared"),
    [
        ("Returns the shape.", "return a SHAPE", ["Returns", "shape"]),
        ("the the the", "the the", ["the", "the"]),
        ("", "a", []),
        ("naïve x2", "na ve x2", ["na", "ve", "x2"]),
        ("слова", "слова", []),
    ],
)
def test_shared_words_are_those_of_rouge(text, other, shared):
    spans = shared_words(text, other)
    assert [text[begin:end] for begin, end in spans] == shared
    words, others = len(text.replace("ï", " ").split()), len(other.split())
    if spans:
        rouge = 2 * len(spans) / (words + others)
        assert rouge1([text], [other])[0] == pytest.approx(rouge)


def test_a_text_in_another_script_is_not_seen():
    assert unseen("слова") and unseen("。") and not unseen("слова x") and not unseen("  ")


def request(models, **changes):
    own, shipped = models
    found = {model.key: model for model in list_models(own, shipped).found}

    def plain(key):
        model = found[key]
        return {"key": key, "path": str(model.path), "modified": model.modified, "dtype": "float32"}

    return {
        "article": ARTICLE,
        "reference": "a shape",
        "writers": [plain("embedded"), plain("bbb")],
        "judges": {"self": plain("bbb"), "weak": None},
        "block_size": 48,
        "max_new_tokens": 12,
        **changes,
    }


def test_the_service_answers_with_plain_values(models):
    answer = services.SERVICES["summarize"](request(models))
    assert [one["key"] for one in answer["writers"]] == ["embedded", "bbb"]
    keys = [one["key"] for one in answer["candidates"]]
    assert keys == ["embedded", "bbb", "human"]
    own = answer["candidates"][1]
    assert own["log_probability"] == pytest.approx(
        answer["writers"][1]["log_probability"], abs=1e-5
    )
    assert math.isfinite(answer["candidates"][2]["log_probability"])
    assert answer["candidates"][0]["weak_log_probability"] is None


def test_a_model_that_was_written_anew_is_loaded_anew(models, tiny_llama):
    services.SERVICES["summarize"](request(models))
    folder = models[0] / "summarization" / "bbb" / "model"
    tiny_llama.model.model.embed_tokens.weight.data.mul_(-1.0)
    save(tiny_llama, folder)
    os.utime(folder / "model.safetensors", (5, 5))
    before, after = (
        services.SERVICES["summarize"](request(models))["writers"][place]["log_probability"]
        for place in (0, 1)
    )
    assert before != after


def test_a_model_that_is_gone_is_named(models):
    asked = request(models)
    asked["writers"][0]["path"] = "/gone/away/model"
    with pytest.raises(InputError, match="/gone/away/model"):
        services.SERVICES["summarize"](asked)


def test_two_summaries_are_compared_and_the_cut_is_told(models):
    asked = request(models)
    answer = services.SERVICES["compare"](
        {
            "summary": "A shape",
            "reference": "shapes of a tensor",
            "article": "word " * 100,
            "reader": asked["writers"][0],
            "block_size": 48,
            "max_new_tokens": 12,
        }
    )
    assert answer["summary"] == [(0, 1), (2, 7)]
    assert answer["reference"] == [(0, 6), (10, 11)]
    assert 5 < answer["read"] < 300
    no_reader = {"summary": "a", "reference": "b", "article": "c", "reader": None}
    answer = services.SERVICES["compare"]({**no_reader, "block_size": 0, "max_new_tokens": 0})
    assert answer == {"summary": [], "reference": [], "read": None}
