"""Reading a pool without a browser: what is listed, moved, linked and refused."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared import assistant
from pages.ui.summarization.address import FIELDS, LONGEST_LINK, PAGE, Passage
from synverify_core.experiments.summarization.ranking import rank
from synverify_core.experiments.summarization.reading import read_pool
from synverify_core.stats.names import display_name
from tests.experiments.summarization.kept import keep_pool
from tests.pages import visit
from tests.pages.conftest import forget
from tests.pages.visit import assert_light, linked, said, section

SCRIPT = section("summarization", "read")
ANSWER = {"summary": [], "reference": [], "read": None}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def patched(cache, monkeypatch):
    """Answer for the assistant: what it says is tested with the services."""
    monkeypatch.setenv("SYNVERIFY_CACHE", str(cache))
    monkeypatch.setattr(assistant, "ask", lambda *_, **__: ANSWER)
    forget()
    yield
    forget()


@pytest.fixture(scope="module")
def folder(cache):
    keep_pool(cache / "artifacts", "poor", weak=False, seed=9)
    return keep_pool(cache / "artifacts", "good")


def opened(**params: str) -> AppTest:
    return visit.opened(SCRIPT, **{"pool": "pool-good", **params})


def frames(page: AppTest) -> list:
    """Worth, list, verdicts."""
    return [frame.value for frame in page.dataframe]


def test_without_a_pool_it_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path))
    page = opened()
    assert "no summaries to read yet" in page.info[0].value
    assert "run summarization --preset quick" in page.code[0].value
    assert not page.dataframe


def named(*verifiers):
    return [display_name(name) for name in verifiers]


def test_a_first_visit_lists_everything_the_supervisors_favourite_first(folder):
    page = opened()
    worth, listed, verdicts = frames(page)
    pool = read_pool(folder)
    best = int(np.argmax(pool.scores["weak_log_probability"]))
    assert len(listed) == 40 and listed["article"].iloc[0] == best + 1
    assert {"oracle", "weak", "self", "random", "Rouge-1", "supervisor log P"} <= set(listed)
    assert list(worth["verifier"]) == named("oracle", "self", "weak", "random")
    assert set(worth["kept"]) == {10}
    assert verdicts.iloc[2].to_dict()["rank"] == "1"
    assert pool.summaries[best] in "".join(html.value for html in page.get("html"))
    assert sum(text.value.count("What am I seeing?") for text in page.markdown) == 1


def test_the_table_says_what_a_run_with_this_rate_would(folder):
    worth = frames(opened(selection_rate="0.5"))[0]
    ranking = rank(read_pool(folder), seed=0)
    specs = {display_name(name): name for name in ranking.scores}
    for row in worth.to_dict("records"):
        found = ranking.measured(specs[row["verifier"]], 0.5)
        assert (row["p*"], row["φ"], row["kept"]) == (found.p_star, found.phi, found.kept)
        assert row["low"] < row["high"]


def test_the_rate_moves_with_slider_and_buttons(folder):
    page = opened()
    page.button(key=f"{PAGE}:read-rate-0.125").click().run()
    assert set(frames(page)[0]["kept"]) == {5}
    assert linked(page, "selection_rate") == "0.125"
    page.select_slider(key=f"{PAGE}:selection_rate").set_value(0.5).run()
    assert set(frames(page)[0]["kept"]) == {20}
    assert linked(page, "selection_rate") == "0.5"


def test_the_supervisors_mistakes_are_two_clicks_away(folder):
    page = opened()
    page.selectbox(key=f"{PAGE}:kept").set_value("weak").run()
    page.selectbox(key=f"{PAGE}:dropped").set_value("oracle").run()
    listed = frames(page)[1]
    ranking = rank(read_pool(folder), seed=0)
    expected = ranking.keep("weak", 0.25) & ~ranking.keep("oracle", 0.25)
    assert sorted(listed["article"] - 1) == np.flatnonzero(expected).tolist()
    assert set(listed["weak"]) == {"✓"} and set(listed["oracle"]) == {"·"}
    assert (linked(page, "kept"), linked(page, "dropped")) == ("weak", "oracle")


def test_words_are_found_and_a_search_for_nothing_says_so(folder):
    page = opened(find="PKG.thing17(")
    assert list(frames(page)[1]["article"]) == [18]
    page.text_input(key=f"{PAGE}:find").set_value("nowhere at all").run()
    assert "No summary fits all of this" in said(page)
    assert len(page.dataframe) == 1


def test_a_list_is_sorted_by_any_score_and_turned_round(folder):
    listed = frames(opened(sort="oracle"))[1]
    assert listed["Rouge-1"].is_monotonic_decreasing
    listed = frames(opened(sort="oracle", rising="1"))[1]
    assert listed["Rouge-1"].is_monotonic_increasing
    assert list(frames(opened(sort=""))[1]["article"]) == list(range(1, 41))


def test_one_reads_on_from_article_to_article(folder):
    page = opened(sort="", article="7")
    page.button(key=f"{PAGE}:read-Next").click().run()
    assert linked(page, "article") == "8"
    page.button(key=f"{PAGE}:read-Back").click().run()
    assert "**Article 7** of 40 (7 in the list)" in said(page)


def test_markup_in_an_article_is_shown_and_does_nothing(folder):
    page = opened(article="3")
    html = "".join(html.value for html in page.get("html"))
    assert "&lt;2&gt;" in html and "<2>" not in html


def test_other_verifiers_are_compared_when_asked(folder):
    worth, listed, _ = frames(opened(judges="length,oracle"))
    assert list(worth["verifier"]) == named("oracle", "length")
    assert "length" in listed and "weak" not in listed


def test_a_pool_without_a_supervisor_says_so(folder):
    page = opened(pool="pool-poor")
    assert f"{display_name('weak')}: this pool was made without a supervisor" in said(page)
    assert list(frames(page)[0]["verifier"]) == named("oracle", "self", "random")
    assert list(frames(page)[1]["article"])[:2] == [1, 2]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"pool": "gone"}, "`pool = gone` in the address is not here"),
        ({"selection_rate": "0"}, "`selection_rate = 0`"),
        ({"kept": "nobody"}, "`kept = nobody`"),
        ({"article": "-1"}, "`article = -1`"),
    ],
)
def test_a_link_that_cannot_be_used_is_refused_and_the_page_stays(folder, params, message):
    page = opened(**params)
    assert message in said(page)
    assert len(page.dataframe) == 3


def test_an_article_beyond_the_pool_is_the_first_one_instead(folder):
    assert len(opened(article="4000").dataframe) == 3


def test_a_damaged_pool_is_named_and_the_others_stay(folder, cache):
    bad = keep_pool(cache / "artifacts", "bad")
    (bad / "texts.jsonl").write_text("{}\n")
    worse = cache / "artifacts" / "summarization" / "pool-worse"
    worse.mkdir()
    page, other = opened(), opened(pool="pool-bad")
    worse.rmdir()
    shutil.rmtree(bad)
    assert "pool-worse/settings.json is missing" in said(page)
    assert len(page.dataframe) == 3
    assert f"The pool in {bad} cannot be read" in said(other)


@pytest.mark.parametrize("value", ["", " ", "a\nb\tc", "ü <b>&</b>", "x" * LONGEST_LINK])
def test_a_text_comes_back_from_its_link(value):
    assert Passage().parse(Passage().show(value)) == value


def test_a_text_that_is_too_long_stays_out_of_the_address():
    long = "x" * (LONGEST_LINK + 1)
    assert Passage().show(long) == "" and not Passage().fits(long)
    assert not Passage().fits("a\x00b")


def test_no_field_has_the_name_of_another_pages_setting():
    assert not set(FIELDS) & {"section", "task", "metric", "runs", "preset", "seed", "presentation"}


def test_the_page_process_loads_no_torch_for_it(folder, tmp_path):
    assert_light(SCRIPT, tmp_path, "len(page.dataframe) == 3", pool="pool-good")
