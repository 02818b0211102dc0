"""The summarization page without a browser: with records, without, with a bad address."""

import json

import pandas as pd

from pages.ui.summarization import corpus
from pages.ui.summarization.form import memory_plan
from pages.ui.summarization.page import SUMMARIZATION
from pages.ui.summarization.tasks import TASKS
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.stats.summaries import summary_claims
from tests.pages.summary_records import FACTS, write_record
from tests.pages.visit import assert_light, opened, said

PAGE = "summarization.py"
EXPERIMENT = registry.get("summarization")
FIELDS = SUMMARIZATION.address


def test_figure_5_and_the_observations_are_drawn_from_the_records(cache):
    for seed in (0, 1, 2):
        write_record(cache, seed, FACTS)
    page = opened(PAGE)
    shown = said(page)
    assert "Each point is the base model fine-tuned" in shown
    assert "3 of your runs · seeds 0 to 2" in shown
    assert "content `2dd63ced0a4a3f32`" in shown
    assert "17 of 200 articles are cut" in shown
    assert not page.warning


def test_the_papers_statements_are_one_line_each_with_the_evidence_behind_it(cache):
    for seed in (0, 1, 2):
        write_record(cache, seed)
    page = opened(PAGE, section="paper")
    lines = [box.label for box in page.expander]
    assert sum("-badge[" in line for line in lines) == len(summary_claims(pd.DataFrame()))
    assert any("Without verification" in line for line in lines)
    assert "Spearman's correlation" in said(page)


def test_p_star_before_training_has_its_section(cache):
    write_record(cache)
    shown = said(opened(PAGE, section="prediction"))
    assert "from the pool alone, before any retraining" in shown
    assert "p* against what came of it" in said(opened(PAGE, section="order"))


def test_without_records_the_page_says_what_to_do(cache):
    assert "No run has been computed yet" in said(opened(PAGE))


def test_a_bad_address_is_refused_and_the_page_stays_usable(cache):
    write_record(cache)
    page = opened(PAGE, section="nowhere", task="unknown", metric="bleu", seed="-1", colour="red")
    shown = said(page)
    for part in ("section = nowhere", "task = unknown", "metric = bleu", "seed = -1", "`colour`"):
        assert part in shown
    assert "Each point is the base model fine-tuned" in shown


def test_runs_on_another_content_of_the_corpus_are_left_out(cache):
    for seed in (0, 1):
        write_record(cache, seed, FACTS)
    write_record(cache, 2, {**FACTS, "hash": "another"})
    page = opened(PAGE)
    assert "2 of your runs · seeds 0 to 1" in said(page)
    assert "1 runs of the same settings on another content" in said(page)


def test_runs_of_two_corpora_that_are_drawn_together_are_warned_of(cache):
    uids = [
        write_record(cache, 0, FACTS).uid,
        write_record(cache, 1, {**FACTS, "hash": "another"}).uid,
    ]
    assert "2 different corpora" in said(opened(PAGE, runs=",".join(uids)))


def test_tasks_are_named_by_corpus_model_and_preset(cache):
    runs = [write_record(cache), write_record(cache, corpus="jsonl:/data/news.jsonl", max_train=0)]
    names = list(TASKS.labels(TASKS.by_task(runs)).values())
    assert names == ["docstrings, embedded base, preset quick", "news.jsonl, embedded base"]


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
    assert corpus.corpus_facts(run).hash == FACTS["hash"]


def test_the_page_loads_neither_torch_nor_transformers(cache):
    write_record(cache)
    shown = "any('Llama' in text.value for text in page.caption)"
    assert_light("summarization.py", cache, shown, preset="paper")
