"""From measured speeds to the time of a run."""

import json
import subprocess
import sys

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.summarization import forecast as forecasts
from synverify_core.experiments.summarization.corpora.cached import corpus_path
from synverify_core.experiments.summarization.corpora.files import READERS
from synverify_core.experiments.summarization.corpus_sample import sample_corpus
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.experiments.summarization.models import save
from synverify_core.runs.measure import estimate_here
from synverify_core.runs.store import Store

SPEEDS = {
    **{"imports": 3.0, "corpus": 40.0, "fresh": 10.0, "load": 0.5},
    **{"start": 0.25, "step": 0.01, "article": 0.002, "score": 0.001},
}
PLAIN = {
    "corpus": "docstrings:json,logging",
    "model": "/nowhere/base",
    "weak_model": "/nowhere/base",
    "max_train": 100,
    "n_test": 30,
    "sizes": (10, 25, 100),
    "selection_rates": (0.25,),
    "verifiers": ("oracle", "random"),
    "batch_size": 4,
    "generator_share": 0.5,
    "generator_epochs": 2.0,
    "weak_epochs": 3.0,
}
ARTICLES = 40


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path / "cache"))


def config_of(**settings):
    return make_config(Summarization, "quick", {**PLAIN, **settings})


def seconds(speeds=SPEEDS, **settings):
    return forecasts.extrapolate(config_of(**settings), speeds).seconds


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
    verifiers = 2 * (0.5 + 2 * 0.25 + (3 + 4) * 0.01 + 2 * test)
    clean = 0.5 + 3 * 0.25 + (3 + 4 + 19) * 0.01 + 3 * test
    a_seed = generator + pool + verifiers + clean
    assert seconds() == pytest.approx(once + a_seed)
    assert seconds(n_seeds=5) == pytest.approx(once + 5 * a_seed)


def test_a_supervisor_learns_everything_is_tested_and_scores_the_pool():
    curve = 0.5 + 2 * 0.25 + 7 * 0.01 + 2 * 30 * 0.002
    learning = 0.5 + 0.25 + 75 * 0.01
    extra = curve + learning + 30 * 0.002 + 100 * 0.001
    added = seconds(verifiers=("oracle", "random", "weak")) - seconds()
    assert added == pytest.approx(extra)
    slow = {
        f"weak {name}": 10 * SPEEDS[name] for name in ("load", "start", "step", "article", "score")
    }
    added = seconds({**SPEEDS, **slow}, verifiers=("oracle", "random", "weak")) - seconds()
    assert added == pytest.approx(curve + 10 * (extra - curve))


def test_a_fresh_base_and_a_corpus_count_until_they_are_there(tmp_path):
    artifacts = tmp_path / "cache" / "artifacts" / "summarization"
    before = seconds(model="fresh")
    assert before == pytest.approx(seconds() + 10.0)
    folder = artifacts / "fresh-0123"
    folder.mkdir(parents=True)
    (folder / "provenance.json").write_text("{")
    assert seconds(model="fresh") == before
    facts = {"spec": PLAIN["corpus"], "counts": {"train": 100}}
    (folder / "provenance.json").write_text(json.dumps({"corpus": facts}))
    assert seconds(model="fresh") == pytest.approx(before - 10.0)
    assert seconds(model="fresh", max_train=200) > seconds(model="fresh") + 10.0
    corpus = corpus_path("json,logging", artifacts / "corpora")
    corpus.parent.mkdir()
    corpus.write_text("")
    assert seconds(model="fresh") == pytest.approx(before - 50.0)


def test_speeds_are_said_per_second():
    words = forecasts.extrapolate(config_of(), SPEEDS).basis
    assert words == "400 examples trained and 500 articles summarized a second"


def test_a_measurement_is_shared_by_what_it_does_not_depend_on():
    def speeds_of(**settings):
        return forecasts.speed_settings(config_of(**settings))

    plain = speeds_of()
    assert plain["weak_model"] is None
    assert (
        speeds_of(n_seeds=5, sizes=(7,), weak_model="", generator_epochs=9, max_train=70) == plain
    )
    assert speeds_of(verifiers=("self_weak",)) != plain
    for change in ({"model": "fresh"}, {"batch_size": 7}, {"block_size": 99}, {"corpus": "xlsum"}):
        assert speeds_of(**change) != plain


def test_a_part_of_a_file_tells_how_long_the_whole_takes(tmp_path, monkeypatch):
    read = []

    def counting(path, columns):
        for row in jsonl(path, columns):
            read.append(row)
            yield row

    jsonl = READERS["jsonl"]
    monkeypatch.setitem(READERS, "jsonl", counting)
    sample = sample_corpus(config_of(corpus=news(tmp_path / "news.jsonl", rows=5_000)))
    assert len(sample.pairs) == len(read) == 300
    few = sample_corpus(config_of(corpus=news(tmp_path / "few.jsonl")))
    assert len(few.pairs) == ARTICLES
    assert few.seconds < sample.seconds


def test_a_data_set_of_the_hub_is_not_touched():
    (pair,) = sample_corpus(config_of(corpus="xlsum")).pairs
    assert len(pair.article.split()) > PLAIN["batch_size"]


def test_a_measurement_works_with_the_runs_model_and_corpus(tmp_path, tiny_llama):
    save(tiny_llama, tmp_path / "base")
    config = config_of(
        corpus=news(tmp_path / "news.jsonl"),
        model=str(tmp_path / "base"),
        weak_model="fresh",
        verifiers=("weak",),
        block_size=48,
        max_new_tokens=4,
    )
    speeds = forecasts.measure(config, "cpu", budget=0.5)
    own = {"load", "start", "step", "article"}
    assert set(speeds) == {
        *("imports", "corpus", "fresh", "weak score"),
        *own,
        *(f"weak {name}" for name in own),
    }
    assert all(value >= 0 for value in speeds.values())
    assert forecasts.extrapolate(config, speeds).seconds > 0


def test_a_model_that_is_not_here_is_not_measured_and_not_downloaded(tmp_path):
    config = config_of(corpus=news(tmp_path / "news.jsonl"), model="nobody/made-this-7b")
    with pytest.raises(InputError, match="'nobody/made-this-7b' is not on this machine"):
        forecasts.measure(config)
    estimate = estimate_here(Store(tmp_path / "cache"), "summarization", config, "cpu")
    assert estimate.basis.endswith(
        "not measured: model = 'nobody/made-this-7b' is not on this machine"
    )


def test_a_page_extrapolates_without_torch():
    script = (
        "import sys\n"
        "from synverify_core.experiments.registry import get\n"
        "from synverify_core.experiments.base import make_config\n"
        "from synverify_core.runs.forecast import find_job\n"
        "from synverify_core.runs.store import Store\n"
        "config = make_config(get('summarization'), 'quick')\n"
        "job = find_job(Store(), 'summarization', config, 'auto')\n"
        "names = 'imports corpus fresh load start step article score'.split()\n"
        "assert job.hook.extrapolate(config, dict.fromkeys(names, 1)).seconds > 1000\n"
        "heavy = {'torch', 'transformers', 'tokenizers', 'datasets', 'pyarrow', 'pandas'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
