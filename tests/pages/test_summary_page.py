"""The summarization page without a browser: with records, without, with a bad address."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared import store as runs_store
from pages.ui.shared.state import link, read
from pages.ui.summarization import corpus
from pages.ui.summarization.form import PRESETS, configs_of, memory_plan, started, text_verifiers
from pages.ui.summarization.tasks import TASKS
from pages.ui.summarization.view import FIELDS, SECTIONS
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from tests.pages.summary_records import FACTS, write_record

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENT = registry.get("summarization")
SLOW = 200


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path))
    for cached in (runs_store.store, runs_store.launcher, runs_store.scan, corpus._facts):
        cached.clear()
    yield tmp_path
    for cached in (runs_store.store, runs_store.launcher, runs_store.scan, corpus._facts):
        cached.clear()


def opened(**params: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "pages" / "summarization.py"), default_timeout=SLOW)
    for name, value in params.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.info, *page.warning, *page.error]
    return "\n".join(part.value for part in parts)


def test_figure_5_and_the_observations_are_drawn_from_the_records(cache):
    for seed in (0, 1, 2):
        write_record(cache, seed, FACTS)
    page = opened()
    shown = texts(page)
    assert "Each point is the base model fine-tuned" in shown
    assert "Model collapse" in shown and "Spearman's correlation" in shown
    assert "3 of your runs · seeds 0 to 2" in shown
    assert "content `2dd63ced0a4a3f32`" in shown
    assert "17 of 200 articles are cut" in shown
    assert not page.warning


def test_p_star_before_training_has_its_section(cache):
    write_record(cache)
    shown = texts(opened(section="prediction"))
    assert "from the pool alone, before any retraining" in shown
    assert "The same p* against what came of it" in shown


def test_without_records_the_page_says_what_to_do(cache):
    assert "No run has been computed yet" in texts(opened())


def test_a_bad_address_is_refused_and_the_page_stays_usable(cache):
    write_record(cache)
    page = opened(section="nowhere", task="unknown", metric="bleu", seed="-1", colour="red")
    shown = texts(page)
    for part in ("section = nowhere", "task = unknown", "metric = bleu", "seed = -1", "`colour`"):
        assert part in shown
    assert "Each point is the base model fine-tuned" in shown


def test_runs_on_another_content_of_the_corpus_are_left_out(cache):
    for seed in (0, 1):
        write_record(cache, seed, FACTS)
    write_record(cache, 2, {**FACTS, "hash": "another"})
    page = opened()
    assert "2 of your runs · seeds 0 to 1" in texts(page)
    assert "1 runs of the same settings on another content" in texts(page)


def test_runs_of_two_corpora_that_are_drawn_together_are_warned_of(cache):
    uids = [
        write_record(cache, 0, FACTS).uid,
        write_record(cache, 1, {**FACTS, "hash": "another"}).uid,
    ]
    assert "2 different corpora" in texts(opened(runs=",".join(uids)))


@pytest.mark.parametrize(
    ("changes", "one"),
    [
        ({"seed": 4}, True),
        ({"n_seeds": 3}, True),
        ({"sizes": (100, 200)}, True),
        ({"verifiers": ("oracle", "length")}, True),
        ({"selection_rates": (0.1,)}, True),
        ({"corpus": "docstrings:json"}, False),
        ({"max_train": 4000}, False),
        ({"model": "fresh"}, False),
        ({"retrain_learning_rate": 1e-4}, False),
        ({"n_test": 100}, False),
    ],
)
def test_only_runs_of_one_corpus_model_and_recipe_join(changes, one):
    quick, other = (make_config(EXPERIMENT, "quick", values) for values in ({}, changes))
    assert (TASKS.key(quick) == TASKS.key(other)) is one


def test_tasks_are_named_by_corpus_model_and_preset(cache):
    runs = [write_record(cache), write_record(cache, corpus="jsonl:/data/news.jsonl", max_train=0)]
    names = list(TASKS.labels(TASKS.by_task(runs)).values())
    assert names == ["docstrings, embedded base, preset quick", "news.jsonl, embedded base"]


def test_a_link_opens_what_it_was_made_from():
    values = {name: field.default for name, field in FIELDS.items()}
    for section in SECTIONS:
        values |= {"section": section, "seed": 7, "presentation": True}
        assert read(FIELDS, link(FIELDS, values)) == (values, [])


def test_the_form_starts_one_run_a_seed_of_one_task():
    values = make_config(EXPERIMENT, "smoke", {"seed": 3}).model_dump(exclude={"n_seeds"})
    configs = configs_of(values, 2)
    assert [one.seed for one in configs] == [3, 4]
    assert started(configs, ["a", "b"])["task"] == TASKS.key(configs[0])
    assert set(PRESETS) == set(EXPERIMENT.presets)


def test_every_verifier_that_reads_texts_can_be_chosen():
    chosen = text_verifiers()
    assert chosen[:4] == ("oracle", "weak", "self", "random")
    assert set(chosen[4:]) == {"lead_overlap", "length", "self_weak"}


def test_the_form_says_what_memory_a_hub_model_needs_and_leaves_small_ones_alone():
    assert memory_plan([make_config(EXPERIMENT, "quick")]) == []
    assert any("Llama" in line for line in memory_plan([make_config(EXPERIMENT, "paper")]))


def test_the_facts_of_a_shipped_record_are_beside_its_generator(cache):
    run = write_record(cache)
    folder = cache / "artifacts" / "summarization" / "generator"
    folder.mkdir(parents=True)
    settings = run.config.model_dump(mode="json", include=set(EXPERIMENT.generator_fields))
    write = {"settings.json": {"settings": settings, "seed": 0}}
    write["corpus.json"] = {"fingerprint": FACTS, "notes": []}
    for name, content in write.items():
        (folder / name).write_text(json.dumps(content))
    assert corpus.corpus_facts(run)["hash"] == FACTS["hash"]


def test_the_page_loads_neither_torch_nor_transformers(tmp_path):
    write_record(tmp_path)
    script = (
        "import os, sys\n"
        f"os.environ['SYNVERIFY_CACHE'] = {str(tmp_path)!r}\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file('pages/summarization.py', default_timeout={SLOW})\n"
        "app.query_params['preset'] = 'paper'\n"
        "app.run()\n"
        "assert not app.exception, app.exception\n"
        "assert any('Llama' in text.value for text in app.caption), app.caption\n"
        "heavy = {'torch', 'transformers', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=SLOW
    )
    assert done.returncode == 0, done.stderr[-3000:]
