"""Summarizing a text without a browser: what is typed, taken from a pool, linked and refused."""

import numpy as np
import pytest
from huggingface_hub import constants

from pages.ui.shared import assistant
from pages.ui.summarization.address import LONGEST_LINK, PAGE
from pages.ui.summarization.byhand_answer import facts_of
from pages.ui.summarization.byhand_elsewhere import KEY
from pages.ui.summarization.byhand_text import showcase
from synverify_core.errors import SynverifyError
from synverify_core.experiments.summarization import hub_model, services
from synverify_core.experiments.summarization.ranking import hand_place, rank
from synverify_core.experiments.summarization.reading import read_pool
from synverify_core.stats.names import display_name
from tests.experiments.summarization.kept import keep_generator, keep_pool, tiny_model
from tests.experiments.summarization.test_hub_model import MODEL, keep_in_hub_cache
from tests.pages.conftest import forget
from tests.pages.visit import linked, opened, said, section

SCRIPT = section("summarization", "byhand")
OPEN = {"places": "1", "tokens": "1"}
ARTICLE, HUMAN = f"{PAGE}:hand-article", f"{PAGE}:hand-human"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def patched(cache, monkeypatch):
    """Answer in this process, as the assistant does in its own."""

    def ask(service, request, waiting, **_):
        return services.SERVICES[service.partition(".")[2]](dict(request))

    monkeypatch.setenv("SYNVERIFY_CACHE", str(cache))
    monkeypatch.setattr(assistant, "ask", ask)
    forget()
    yield
    forget()


@pytest.fixture(scope="module")
def pool(cache):
    """Keep a pool, its generator and supervisor, and another generator."""
    keep_generator(cache / "artifacts", "gen0", [tiny_model(0), tiny_model(1)])
    keep_generator(cache / "artifacts", "gen1", [tiny_model(2), tiny_model(3)], seed=1)
    return read_pool(keep_pool(cache / "artifacts", "good"))


def test_without_a_model_it_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path))
    page = opened(SCRIPT, **OPEN)
    assert "no trained model yet" in page.info[0].value
    assert "run summarization --preset quick" in page.code[0].value


def test_a_first_visit_shows_an_article_of_the_pool_and_its_judges(pool):
    page = opened(SCRIPT, **OPEN)
    number = page.number_input(key=f"{PAGE}:article").value
    assert page.text_area(key=ARTICLE).value == pool.articles[number - 1]
    assert page.text_area(key=HUMAN).value == pool.references[number - 1]
    assert page.multiselect(key=f"{PAGE}:writers").value == ["gen0", "helper-weak-gen0"]
    table = page.dataframe[0].value
    assert set(table["summary of"]) == {"Generator, seed 0", "Supervisor, seed 0", "Human"}
    judges = ("oracle", "weak", "self", "self_weak", "lead_overlap", "length")
    assert set(table["verifier"]) == set(map(display_name, judges))
    assert said(page).count("What am I seeing?") == 1
    assert not opened(SCRIPT).dataframe, "places and tokens come when asked for"


def test_each_summary_says_who_would_keep_it(pool):
    page = opened(SCRIPT, article="4", **OPEN)
    table = page.dataframe[0].value
    kept = table[(table["summary of"] == "Human") & (table["at 25 %"] == "✓")]["verifier"]
    assert len(kept)
    assert f"kept by {', '.join(kept)}" in said(page)


def test_the_places_are_those_of_the_ranking(pool):
    table = opened(SCRIPT, article="4", **OPEN).dataframe[0].value
    ranking = rank(pool, 0)
    (human,) = table[
        (table["summary of"] == "Human") & (table["verifier"] == display_name("lead_overlap"))
    ].index
    one = {"text": pool.references[3], "similarity": 1.0}
    facts = facts_of(pool.articles[3], {**one, "log_probability": 0, "weak_log_probability": 0})
    place = hand_place(ranking, "lead_overlap", facts)
    assert table.loc[human, "better than"] == place.beaten
    (oracle,) = table[
        (table["summary of"] == "Human") & (table["verifier"] == display_name("oracle"))
    ].index
    assert list(table.loc[oracle])[3:] == ["✓", "✓", "✓"]


def test_a_text_of_ones_own_is_summarized_and_goes_into_the_link(pool):
    page = opened(SCRIPT, article="2", **OPEN)
    page.text_area(key=ARTICLE).set_value("the shape of an array\nand its index").run()
    assert not page.exception
    assert linked(page, "text") == "the shape of an array\nand its index"
    assert page.text_area(key=HUMAN).value == ""
    assert display_name("oracle") not in set(page.dataframe[0].value["verifier"])
    page.text_area(key=HUMAN).set_value("shape of an array").run()
    assert display_name("oracle") in set(page.dataframe[0].value["verifier"])
    again = opened(SCRIPT, text=linked(page, "text"), human=linked(page, "human"))
    assert again.text_area(key=ARTICLE).value == "the shape of an array\nand its index"
    assert again.text_area(key=HUMAN).value == "shape of an array"


def test_an_article_that_is_only_changed_keeps_its_human_summary(pool):
    page = opened(SCRIPT, article="2", **OPEN)
    before = page.text_area(key=ARTICLE).value
    page.text_area(key=ARTICLE).set_value(before + " One sentence more.").run()
    assert page.text_area(key=HUMAN).value == pool.references[1]
    page.text_area(key=ARTICLE).set_value(before).run()
    assert linked(page, "text") == ""


def test_other_articles_are_a_click_away(pool):
    page = opened(SCRIPT, text="own words", **OPEN)
    page.number_input(key=f"{PAGE}:article").set_value(7).run()
    assert page.text_area(key=ARTICLE).value == pool.articles[6]
    assert (linked(page, "article"), linked(page, "text")) == ("7", "")
    page.button(key=f"{PAGE}:hand-random").click().run()
    number = int(linked(page, "article"))
    assert page.text_area(key=ARTICLE).value == pool.articles[number - 1]


def test_an_empty_page_asks_for_a_text_and_stays_empty(pool):
    page = opened(SCRIPT, **OPEN)
    page.button(key=f"{PAGE}:hand-empty").click().run()
    assert page.text_area(key=ARTICLE).value == ""
    assert "Type or paste an article" in said(page)
    assert not page.dataframe
    page.text_area(key=ARTICLE).set_value("the value of a tensor").run()
    assert page.dataframe


def test_a_text_too_long_for_the_address_is_kept_and_that_is_said(pool):
    page = opened(SCRIPT, article="2", **OPEN)
    long = "the index of a matrix " * (LONGEST_LINK // 20)
    page.text_area(key=ARTICLE).set_value(long).run()
    assert linked(page, "text") == ""
    assert "too long" in said(page) and "Characters read from its beginning" in said(page)
    assert page.text_area(key=ARTICLE).value == long.strip()


def test_other_scripts_are_warned_of(pool):
    page = opened(SCRIPT, text="Слова другого языка", human="слова", **OPEN)
    assert "sees nothing of the article and of the human summary" in said(page)
    table = page.dataframe[0].value
    human = table[(table["summary of"] == "Human") & (table["verifier"] == display_name("oracle"))]
    assert not human["at 50 %"].eq("✓").any() or human["better than"].iloc[0] < 1


def test_writers_are_chosen_and_linked(pool):
    page = opened(SCRIPT, writers="gen1,gone", **OPEN)
    assert "`gone` in the address is not here" in said(page)
    assert page.multiselect(key=f"{PAGE}:writers").value == ["gen1"]
    assert "Generator, seed 1" in set(page.dataframe[0].value["summary of"])
    page.multiselect(key=f"{PAGE}:writers").set_value(["gen1", "gen0"]).run()
    assert linked(page, "writers") == "gen1,gen0"


def test_what_the_assistant_refuses_is_said_and_the_text_stays(pool, monkeypatch):
    def refuse(*_, **__):
        raise SynverifyError("the assistant is tired")

    monkeypatch.setattr(assistant, "ask", refuse)
    page = opened(SCRIPT, text="own words", **OPEN)
    assert "the assistant is tired" in said(page)
    assert page.text_area(key=ARTICLE).value == "own words"


def test_models_without_a_pool_write_and_nothing_is_compared(pool, cache, tmp_path, monkeypatch):
    there = tmp_path / "artifacts" / "summarization"
    there.mkdir(parents=True)
    (there / "gen0").symlink_to(cache / "artifacts" / "summarization" / "gen0")
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path))
    forget()
    page = opened(SCRIPT, **OPEN)
    assert "no pool of summaries yet to compare with" in said(page)
    assert page.text_area(key=ARTICLE).value.startswith("logging.Logger.addFilter")
    assert "always the likeliest" in said(page) and not page.dataframe


def test_a_model_of_the_hub_is_offered_downloaded_and_writes(pool, tmp_path, monkeypatch):
    hub, begun = tmp_path / "hub", []
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(hub))
    monkeypatch.setattr(hub_model, "begin", lambda model, jobs: begun.append(model))
    page = opened(SCRIPT, **OPEN)
    assert "know one kind of text" in said(page)
    assert "SmolLM2-135M` is not on this machine" in said(page) and "about 269 MB" in said(page)
    page.text_input(key=f"{PAGE}:elsewhere").set_value(MODEL).run()
    assert linked(page, "elsewhere") == MODEL
    assert "whose size the hub will tell" in said(page)
    page.button(key=f"{PAGE}:download").click().run()
    assert begun == [MODEL]

    coming = hub_model.Found("coming", None, 30_000_000, 120_000_000)
    with monkeypatch.context() as under_way:
        under_way.setattr(hub_model, "find", lambda *_: coming)
        page.run()
        assert f"{PAGE}:stop" in {button.key for button in page.button}
        assert f"{PAGE}:download" not in {button.key for button in page.button}
        progress = page.get("progress")[0].proto
        assert (progress.value, "30 MB of 120 MB" in progress.text) == (25, True)

    failed = hub_model.Found("missing", None, 30_000_000, 0, "No route to <host>")
    with monkeypatch.context() as broken:
        broken.setattr(hub_model, "find", lambda *_: failed)
        page.run()
        assert "did not end well" in said(page) and "30 MB of it are here" in said(page)

    keep_in_hub_cache(hub, tiny_model(5))
    page.run()
    assert "is here" in page.success[0].value
    assert KEY in page.multiselect(key=f"{PAGE}:writers").value
    assert "Base" in set(page.dataframe[0].value["summary of"])
    page.text_input(key=f"{PAGE}:elsewhere").set_value("/nowhere").run()
    assert "neither a folder nor a name on the hub" in said(page)


def test_the_first_article_is_one_of_the_better_ones(pool):
    place = showcase(rank(pool, 0))
    similarity = pool.scores["similarity"]
    assert similarity[place] >= np.quantile(similarity[similarity <= 0.8], 0.95)


def test_every_score_of_a_text_has_the_name_that_a_pool_has_for_it(pool):
    candidate = {"text": "the shape", "similarity": None, "log_probability": -1.0}
    facts = facts_of("the shape of it", {**candidate, "weak_log_probability": None})
    assert set(facts) == {*pool.scores, "articles", "summaries"}
    assert (facts["lead_overlap"], facts["words"]) == (1.0, 2.0)
    assert np.isfinite(facts["log_probability"])
