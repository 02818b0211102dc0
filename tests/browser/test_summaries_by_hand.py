"""Both sections for a single text in a real browser: what is moved, typed and linked arrives."""

import csv
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.experiments.summarization.kept import keep_generator, keep_pool, tiny_model

pytestmark = pytest.mark.browser
SLOW = 90_000
SCRIPT = """
import streamlit as st
from pages.ui.shared import state
from pages.ui.summarization import byhand, read
from pages.ui.summarization.address import FIELDS, PAGE
st.set_page_config(layout="wide")
fields = {**FIELDS, "section": state.Choice("read", ("read", "byhand"))}
view = state.synchronise(PAGE, fields)
shown = read if view.values["section"] == "read" else byhand
shown.show((), False)
state.publish(PAGE)
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    cache = tmp_path_factory.mktemp("cache")
    artifacts = cache / "artifacts"
    keep_pool(artifacts, count=200)
    keep_generator(artifacts, "gen", tiny_model())
    return serve(cache, SCRIPT)


def read(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/{query}")
    expect(title(page)).to_contain_text("kept:", timeout=SLOW)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=SLOW)


def title(page: Page):
    return page.locator(".st-key-summaries-pstar .gtitle").first


def test_moving_the_rate_changes_picture_numbers_and_link(page: Page, address: str) -> None:
    read(page, address)
    expect(title(page)).to_contain_text("Best 25 % kept")
    page.get_by_role("button", name="12.5 %").click()
    expect(title(page)).to_contain_text("Best 12.5 % kept", timeout=SLOW)
    expect(page.get_by_text("Of 200 summaries each verifier keeps 25")).to_be_visible(timeout=SLOW)
    page.wait_for_function("location.search.includes('selection_rate=0.125')")
    page.reload()
    expect(title(page)).to_contain_text("Best 12.5 % kept", timeout=SLOW)


def test_a_row_of_the_list_is_read_below(page: Page, address: str) -> None:
    read(page, address, "?sort=")
    expect(page.get_by_text("Article 1 of 200")).to_be_visible(timeout=SLOW)
    table = page.get_by_test_id("stDataFrame").nth(1)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 14, box["y"] + 35 * 3.5)
    expect(page.get_by_text("Article 3 of 200")).to_be_visible(timeout=SLOW)
    page.wait_for_function("location.search.includes('article=3')")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("Article 4 of 200")).to_be_visible(timeout=SLOW)


def test_shared_words_are_marked_as_soon_as_they_are_known(page: Page, address: str) -> None:
    read(page, address, "?article=6&sort=")
    expect(page.locator(".st-key-summarization-article mark").first).to_be_visible(timeout=SLOW)


def test_the_list_downloads_as_csv(page: Page, address: str) -> None:
    read(page, address, "?kept=weak&dropped=oracle")
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV").click()
    with download.value.path().open(encoding="utf8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:8] == [
        "article", "generated", "human", "oracle", "self", "weak", "random", "Rouge-1"
    ]  # fmt: skip
    assert {(row["oracle"], row["weak"]) for row in rows} == {("False", "True")}


def test_a_typed_article_is_summarized_and_linked(page: Page, address: str) -> None:
    page.goto(f"{address}/?section=byhand&article=2")
    expect(page.get_by_text("kept by ").first).to_be_visible(timeout=2 * SLOW)
    box = page.get_by_role("textbox", name="Article", exact=True)
    box.fill("the shape of an array")
    box.press("Control+Enter")
    page.wait_for_function("location.search.includes('the+shape+of+an+array')")
    page.get_by_text("Token by token").click()
    page.wait_for_function("location.search.includes('tokens=1')")
    page.reload()
    expect(box).to_have_value("the shape of an array", timeout=SLOW)
    expect(page.locator(".st-key-by-hand-tokens .gtitle").first).to_contain_text("tokens likelier")


def test_nothing_is_wider_than_a_small_screen(page: Page, address: str) -> None:
    for section in ("read", "byhand"):
        page.goto(f"{address}/?section={section}&tokens=1")
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SLOW)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, section
