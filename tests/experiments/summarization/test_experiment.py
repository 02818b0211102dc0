"""The five verbs on a made-up file of news and a tiny model in a folder."""

import dataclasses
import json
import random

import numpy as np
import pytest
import torch
from safetensors import safe_open

from synverify_core.errors import InputError, NotEnoughDataError, StoreError
from synverify_core.experiments.artifacts import model_artifact
from synverify_core.experiments.base import make_config
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.row import KEPT_WORDS, of_selection
from synverify_core.experiments.summarization import base_model
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.experiments.summarization.models import load, save
from synverify_core.experiments.summarization.pool import SummaryPool, load_pool, save_pool
from tests.experiments.conftest import Memory
from tests.experiments.summarization.conftest import weights

VERIFIERS = ("oracle", "weak", "self", "random", "lead_overlap", "length", "self_weak")
ARTICLES = 40


def write_news(path, seed=0):
    """Write a file in XL-Sum's format, a summary being the first words of its text."""
    rng = random.Random(seed)
    words = "array compute matrix index shape tensor value returns the of a beta gamma".split()
    with path.open("w") as file:
        for number in range(ARTICLES + 5):
            text = [f"w{number}", *rng.choices(words, k=12)]
            row = {"id": number, "summary": " ".join(text[:4]), "text": " ".join(text)}
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture
def values(tmp_path, tiny_llama):
    """Give settings of a run that takes a moment."""
    save(tiny_llama, tmp_path / "base")
    return {
        "corpus": f"jsonl:{write_news(tmp_path / 'news.jsonl')}",
        "model": str(tmp_path / "base"),
        "weak_model": str(tmp_path / "base"),
        "dtype": "float32",
        "verifiers": ("oracle",),
        "selection_rates": (0.25, 0.5),
        "sizes": (10, 20, ARTICLES),
        "batch_size": 4,
        "block_size": 64,
        "max_new_tokens": 6,
        "generator_share": 0.5,
        "generator_learning_rate": None,
        "learning_rate": 1e-3,
        "weak_learning_rate": 1e-3,
    }


def make(values, **changed):
    return Summarization(make_config(Summarization, None, {**values, **changed}))


def test_a_file_and_a_folder_give_rows_for_every_verifier(run, values):
    _, memory = run(Summarization, {**values, "verifiers": VERIFIERS, "selection_rates": (0.5,)})
    for label in VERIFIERS:
        low, high, *rest = (row for row in memory.rows if row.verifier == label)
        assert [row.metric for row in (low, high)] == ["p_star low", "p_star high"]
        assert low.value <= low.p_star <= high.value
        kept = {row.metric for row in rest if row.n_samples is None}
        assert KEPT_WORDS in kept and all(of_selection(metric) for metric in kept)
        rows = [row for row in rest if row.n_samples]
        assert {row.n_samples for row in rows} == {10, 20}
        assert {row.metric for row in rows} == {"rouge1", "rouge1 test error", "empty", "words"}
        assert all(0 <= row.p_star <= 1 and row.kept == 20 for row in rows)
    clean = [row for row in memory.rows if row.verifier == "clean"]
    sizes = {row.n_samples for row in clean if not of_selection(row.metric)}
    assert sizes == {10, 20, ARTICLES}
    assert {row.n_samples for row in memory.rows if row.verifier in ("base", "generator")} == {None}
    assert "weak rouge1" in {row.metric for row in memory.rows if row.verifier == "generator"}
    assert any('"sha256' in line or '"files"' in line for line in memory.lines)
    assert any("trained 10 of 10 steps" in text for _, text in memory.shares)


def test_a_generator_learns_a_seeded_share_and_the_supervisor_everything(values, tmp_path):
    experiment = make(values, verifiers=("weak",), weak_epochs=0.5)
    told = experiment.reporter = Memory()
    trained = [
        experiment.train_generator(np.random.default_rng(seed), tmp_path / str(number))
        for number, seed in enumerate((1, 1, 2))
    ]
    one, same, other = map(weights, trained)
    weak = experiment.train_helper("weak", np.random.default_rng(1), tmp_path / "weak")
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert not torch.equal(one, weights(weak))
    steps = [line for line in told.lines if " steps, loss" in line]
    assert len(steps) == 4 and all(line.startswith("5 steps") for line in steps)
    again = experiment.train_generator(np.random.default_rng(1), tmp_path / "0")  # all is there
    assert torch.equal(one, weights(again))
    assert len([line for line in told.lines if " steps, loss" in line]) == 4


def test_without_a_verifier_that_asks_it_there_is_no_supervisor(values, tmp_path):
    experiment = make(values)
    generator = experiment.train_generator(np.random.default_rng(0), tmp_path / "work")
    assert experiment.helpers == ()
    pool = experiment.synthesize(generator, {}, np.random.default_rng(0), tmp_path / "work")
    assert len(pool) == ARTICLES
    assert (pool.log_probability < 0).all()
    with pytest.raises(InputError, match="weak_log_probability was not computed"):
        pool["weak_log_probability"]
    clean = experiment.clean(pool, np.random.default_rng(0))
    assert clean.summaries == pool.references and clean.articles is pool.articles


def test_a_generator_is_saved_with_its_corpus_and_shipped_in_half_the_space(values, tmp_path):
    experiment = make(values, generator_share=0.1)
    generator = experiment.train_generator(np.random.default_rng(0), tmp_path / "work")
    source, target = tmp_path / "saved", tmp_path / "shipped"
    source.mkdir()
    experiment.save(generator, source)
    facts = json.loads((source / "corpus.json").read_text())
    assert facts["fingerprint"]["counts"]["train"] == ARTICLES
    experiment.ship(source, target)
    assert {path.name for path in target.iterdir()} == {path.name for path in source.iterdir()}
    sizes = [(place / "model" / "model.safetensors").stat().st_size for place in (source, target)]
    assert sizes[1] == pytest.approx(sizes[0] / 2, rel=0.1)
    before, after = (weights(load(str(place / "model"))) for place in (source, target))
    assert torch.equal(before, weights(generator)) and after.dtype == torch.float32
    assert torch.allclose(before, after, rtol=1e-3, atol=1e-6)


def test_another_content_of_file_or_folder_is_another_generator(values, tmp_path, tiny_llama):
    def folder(**changed):
        return model_artifact(make(values, **changed), tmp_path, Lineage(0)).folder

    first = folder()
    assert folder(weak_learning_rate=0.5, sizes=(10,)) == first
    assert folder(learning_rate=0.5) != first
    assert folder(verifiers=("weak",)) == first  # the supervisor reads what the generator reads
    assert folder(generator_share=0.25) != first
    write_news(tmp_path / "news.jsonl", seed=1)
    second = folder()
    assert second != first
    with torch.no_grad():
        tiny_llama.model.lm_head.weight[0, 0] += 1
    save(tiny_llama, tmp_path / "base")
    assert folder() not in (first, second)


def test_a_pool_is_read_back(tmp_path):
    numbers = np.array([0.25, -1.0])
    texts = ["a\u2028b", "c"], ["", "d\n"], ["e", "f"]
    pool = SummaryPool(*texts, abs(numbers), numbers, numbers, numbers > 0)
    save_pool(pool, tmp_path)
    read = load_pool(tmp_path)
    for field in dataclasses.fields(SummaryPool):
        assert list(getattr(read, field.name)) == list(getattr(pool, field.name))
    (tmp_path / "texts.jsonl").write_text("")
    with pytest.raises(StoreError, match="0 texts, 2 scores"):
        load_pool(tmp_path)


def test_empty_summaries_are_learnt_as_an_end(values, tmp_path):
    pool = SummaryPool(["a b"] * 4, [""] * 4, ["a"] * 4, np.zeros(4), np.zeros(4))
    rng = np.random.default_rng(0)
    model = make(values).retrain(pool, np.arange(4), None, rng, tmp_path / "work")
    assert not torch.equal(weights(model), weights(load(values["model"])))


def test_a_cut_summary_is_learnt_without_an_end(values, tmp_path, tiny_tokenizer):
    experiment = make(values)
    generator = experiment.train_generator(np.random.default_rng(0), tmp_path / "work")
    pool = experiment.synthesize(generator, {}, np.random.default_rng(0), tmp_path / "work")
    assert pool.ended is not None and not pool.ended.all()
    joined = experiment.original(np.random.default_rng(0)).join([pool])
    assert joined.ended is not None
    assert joined.ended.tolist() == [True] * 20 + pool.ended.tolist()
    base = experiment._steps.load(values["model"])
    examples = experiment._steps._examples(base, pool.articles, pool.summaries, pool.ended)
    end = tiny_tokenizer.eos_token_id
    assert [example.tokens[-1] == end for example in examples] == [
        bool(end) or not text for end, text in zip(pool.ended, pool.summaries, strict=True)
    ]


def test_models_are_measured_on_the_side_that_is_asked_for(values, tmp_path):
    with pytest.raises(InputError, match="has no articles for it"):
        make(values, held_out="validation")._steps.test(load(values["model"]))
    (tmp_path / "news.jsonl").rename(tmp_path / "news_train.jsonl")
    write_news(tmp_path / "news_test.jsonl", seed=1)
    write_news(tmp_path / "news_val.jsonl", seed=2)
    values["corpus"] = f"jsonl:{tmp_path / 'news_train.jsonl'}"
    models = [load(values["model"])] * 2
    sides = [make(values, held_out=side)._steps for side in ("test", "validation")]
    assert sides[0].corpus == sides[1].corpus
    scores = [steps.test(model) for steps, model in zip(sides, models, strict=True)]
    assert scores[0] != scores[1]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"selection_rates": (None, 0.5)}, "selection_rates = None is refused"),
        ({"verifiers": ("weak",), "weak_model": ""}, "weak asks a supervisor"),
        ({"max_new_tokens": 64}, "leaves no room for an article in block_size = 64"),
        ({"max_train": 30}, "sizes ask for 40 samples, max_train = 30"),
        ({"corpus": "news"}, "corpus = 'news' is not known"),
        ({"verifiers": ("trace",)}, "trace needs"),
    ],
)
def test_settings_that_do_not_fit_are_refused(values, changed, message):
    with pytest.raises(InputError, match=message):
        make(values, **changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"corpus": "jsonl:/nowhere/news.jsonl"}, "there is no such file"),
        ({"article_column": "story"}, "article_column = 'story' is not a column"),
        ({"model": "/nowhere/llama"}, "is not a folder"),
        ({"model": "embedded"}, "run summarization --stage base"),
    ],
)
def test_what_is_not_there_is_named(run, values, changed, message):
    with pytest.raises(InputError, match=message):
        run(Summarization, {**values, **changed})


def test_a_fresh_base_is_made_once_and_kept(values, tmp_path, monkeypatch):
    quick = dataclasses.replace(base_model.FRESH_RECIPE, max_steps=2, block_size=16)
    monkeypatch.setattr(base_model, "FRESH_RECIPE", quick)
    experiment = make(values, model="fresh")
    experiment.cache, experiment.reporter = tmp_path / "cache", Memory()
    first, second = experiment._steps.load("fresh"), experiment._steps.load("fresh")
    assert torch.equal(weights(first), weights(second))
    assert sum("base: loss" in line for line in experiment.reporter.lines) == 1
    (folder,) = (tmp_path / "cache").glob("fresh-*")
    assert not (folder / "training").exists()
    monkeypatch.setattr(base_model, "FRESH_RECIPE", dataclasses.replace(quick, block_size=10**6))
    write_news(tmp_path / "news.jsonl", seed=1)
    other = Summarization(experiment.config)
    other.cache = tmp_path / "cache"
    with pytest.raises(NotEnoughDataError):
        other._steps.load("fresh")


def test_the_base_stage_trains_on_what_is_installed_and_says_of_what(tmp_path, monkeypatch):
    from synverify_core.experiments.summarization.corpora.cached import write_corpus
    from synverify_core.experiments.summarization.corpora.docstring_corpus import docstring_corpus

    monkeypatch.setattr(base_model, "BASE_SHAPE", base_model.FRESH_SHAPE)
    monkeypatch.setattr(base_model, "EPOCHS", 0.02)
    some = docstring_corpus("argparse,email,json,logging,typing")
    monkeypatch.setattr(base_model, "prose_corpus", lambda: some)
    facts = []
    write_corpus(tmp_path / "corpus.jsonl", some)
    for name, file in (("one", None), ("other", tmp_path / "corpus.jsonl")):
        folder = tmp_path / name
        base_model.build_base(folder, file, "cpu", Memory(), {"commit": "ab12"})
        facts.append(json.loads((folder / "provenance.json").read_text()))
        with safe_open(folder / "model.safetensors", "pt") as stored:
            assert {stored.get_tensor(name).dtype for name in stored.keys()} == {torch.float16}
        assert not (tmp_path / f"{name}.checkpoints").exists()
    assert facts[0]["texts_sha256"] == facts[1]["texts_sha256"]
    assert facts[0]["corpus"]["packages"] and facts[0]["commit"] == "ab12"
    assert facts[0]["stored_as"] == "float16"
    losses = facts[0]["held_out"]["docstrings"]
    assert losses["bits_a_character"] < losses["nats_a_token"] < 10


def test_presets_reach_their_sizes_and_the_papers_has_the_papers_numbers():
    for name in ("smoke", "quick", "dense"):
        config = make_config(Summarization, name)
        kept = {round(rate * config.max_train) for rate in config.selection_rates}
        assert kept | {config.max_train} <= set(config.sizes)
    config = make_config(Summarization, "paper")
    assert config.model.endswith("Llama-2-7b-hf") and config.corpus == "xlsum"
    assert (config.block_size, config.batch_size, config.epochs) == (1024, 32, 1)
    assert (config.generator_learning_rate, config.learning_rate) == (5e-5, 2e-5)
    assert config.selection_rates == (0.125, 0.25, 0.5)
