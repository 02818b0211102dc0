"""What a run of summarization costs, and how its prices are measured."""

import json

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.plan import plan, unit_cost
from synverify_core.experiments.summarization.corpora.cached import corpus_path
from synverify_core.experiments.summarization.corpora.files import READERS
from synverify_core.experiments.summarization.corpus_sample import sample_corpus
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.experiments.summarization.models import save
from synverify_core.experiments.summarization.speed import measure_prices, speed_settings
from synverify_core.experiments.unit import Unit
from synverify_core.runs.estimate import estimate
from synverify_core.runs.store import Store

PRICES = {
    **{"imports": 3.0, "corpus": 40.0, "fresh": 10.0, "load": 0.5},
    **{"start": 0.25, "step": 0.01, "article": 0.002, "score": 0.001},
}
PLAIN = {
    **{"corpus": "docstrings:json,logging", "verifiers": ("oracle", "random")},
    **{"model": "/nowhere/base", "weak_model": "/nowhere/base", "batch_size": 4},
    **{"max_train": 100, "n_test": 30, "sizes": (10, 25, 100), "selection_rates": (0.25,)},
    **{"generator_share": 0.5, "epochs": 2, "weak_epochs": 3.0},
}
ARTICLES = 40


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path / "cache"))


def config_of(**settings):
    return make_config(Summarization, "quick", {**PLAIN, **settings})


def seconds(*verbs, prices=PRICES, **settings):
    """Price a run's units, or those of some verbs."""
    experiment = Summarization(config_of(**settings))
    units = [unit for unit in plan(experiment) if not verbs or unit.verb in verbs]
    return sum(unit_cost(experiment, unit, prices) for unit in units)


def news(path, rows=ARTICLES):
    lines = [
        {"text": f"word{number} says a lot " * 9, "summary": "it says"} for number in range(rows)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return f"jsonl:{path}"


def test_a_run_is_its_trainings_and_its_summaries():
    test = 30 * 0.002
    once = 3.0 + 40.0 + 0.5 + test  # imports, corpus, and the base's test
    generator = 0.5 + 0.25 + 25 * 0.01 + test
    pool = 100 * 0.002
    # Two verifiers reach 10 and 25 of their 25 samples; a batch of four ends with each stage.
    verifiers = 2 * (0.5 + 2 * 0.25 + (5 + 8) * 0.01 + 2 * test)
    clean = 0.5 + 3 * 0.25 + (5 + 8 + 38) * 0.01 + 3 * test
    a_seed = generator + pool + verifiers + clean
    assert seconds(n_seeds=5) == pytest.approx(once + 5 * a_seed)
    # A supervisor learns everything, is tested, and scores the pool.
    experiment = Summarization(config_of(verifiers=("oracle", "weak")))
    learning = 0.5 + 0.25 + 75 * 0.01
    helper = Unit("helper", 0, name="weak")
    weak = {f"weak {name}": PRICES[name] for name in ("load", "start", "step", "article", "score")}
    prices = {**PRICES, **weak}
    assert unit_cost(experiment, helper, prices) == pytest.approx(learning + 30 * 0.002)
    plain = seconds("pool", verifiers=("oracle",))
    assert seconds("pool", verifiers=("weak",), prices=prices) == pytest.approx(plain + 100 * 0.001)


def test_a_fresh_base_and_a_corpus_count_until_they_are_there(tmp_path):
    artifacts = tmp_path / "cache" / "artifacts" / "summarization"
    before = seconds(model="fresh")
    assert before == pytest.approx(seconds() + 10.0)
    (artifacts / "fresh-0123").mkdir(parents=True)
    assert seconds(model="fresh") == pytest.approx(before - 10.0)
    corpus = corpus_path("json,logging", artifacts / "corpora")
    corpus.parent.mkdir()
    corpus.write_text("")
    assert seconds(model="fresh") == pytest.approx(before - 50.0)


def test_a_measurement_is_shared_by_what_it_does_not_depend_on():
    def settings_of(**settings):
        return speed_settings(config_of(**settings))

    plain = settings_of()
    assert plain["weak_model"] is None
    other = {"n_seeds": 5, "sizes": (7,), "weak_model": "", "epochs": 9, "max_train": 70}
    assert settings_of(**other) == plain
    assert settings_of(verifiers=("self_weak",)) != plain
    for change in ({"model": "fresh"}, {"batch_size": 7}, {"block_size": 99}, {"corpus": "xlsum"}):
        assert settings_of(**change) != plain


def test_a_part_of_a_file_tells_how_long_the_whole_takes(tmp_path, monkeypatch):
    read, jsonl = [], READERS["jsonl"]

    def counting(path, columns):
        for row in jsonl(path, columns):
            read.append(row)
            yield row

    monkeypatch.setitem(READERS, "jsonl", counting)
    sample = sample_corpus(config_of(corpus=news(tmp_path / "news.jsonl", rows=5_000)))
    assert len(sample.pairs) == len(read) == 300
    few = sample_corpus(config_of(corpus=news(tmp_path / "few.jsonl")))
    assert len(few.pairs) == ARTICLES
    assert few.seconds < sample.seconds
    (pair,) = sample_corpus(config_of(corpus="xlsum")).pairs  # of the hub nothing is fetched
    assert len(pair.article.split()) > PLAIN["batch_size"]


def test_a_measurement_works_with_the_runs_model_and_corpus(tmp_path, tiny_llama):
    save(tiny_llama, tmp_path / "base")
    models = {"model": str(tmp_path / "base"), "weak_model": "fresh", "verifiers": ("weak",)}
    corpus = news(tmp_path / "news.jsonl")
    config = config_of(corpus=corpus, block_size=48, max_new_tokens=4, **models)
    prices = measure_prices(config, "cpu", budget=0.5)
    own = {"load", "start", "step", "article"}
    weak = {f"weak {name}" for name in own}
    assert set(prices) == {"imports", "corpus", "weak score", *own, *weak}
    assert all(value >= 0 for value in prices.values())
    both = measure_prices(config.model_copy(update={"weak_model": config.model}), "cpu", budget=0.5)
    assert {name: both[f"weak {name}"] for name in (*own, "score")} == {
        name: both[name] for name in (*own, "score")
    }


def test_a_model_that_is_not_here_is_not_measured_and_not_downloaded(tmp_path):
    config = config_of(corpus=news(tmp_path / "news.jsonl"), model="nobody/made-this-7b")
    with pytest.raises(InputError, match="'nobody/made-this-7b' is not on this machine"):
        measure_prices(config, "cpu", 5.0)
    found = estimate(Store(tmp_path / "cache"), "summarization", config, "cpu", measure=True)
    assert found.basis.endswith("measured: model = 'nobody/made-this-7b' is not on this machine")
