"""The summarization page in a real browser: Figure 5 from records, its tabs, the form."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from synverify_core.stats.names import display_name
from tests.browser.conftest import bottom, looked_at
from tests.pages.summary_records import FACTS, write_record

pytestmark = pytest.mark.browser
SLOW = 120_000


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    cache = tmp_path_factory.mktemp("cache")
    for seed in (0, 1, 2):
        write_record(cache, seed, FACTS)
    return serve(cache)


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/summarization{query}")
    page.get_by_role("button", name=re.compile("^(Start|Show results)")).wait_for(timeout=SLOW)


def figure(page: Page, name: str) -> Locator:
    chart = page.locator(f".st-key-summarization-{name}")
    expect(chart.locator(".gtitle").first).to_be_visible(timeout=SLOW)
    return chart


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figure_5_fits_on_the_first_screen(browser: Browser, address: str, scheme: str) -> None:
    with looked_at(browser, color_scheme=scheme) as page:
        visit(page, address)
        chart = figure(page, "figure5")
        assert bottom(chart.locator(".xtick").last) < 800
        titles = chart.locator(".annotation-text").all_text_contents()
        assert titles[:3] == ["best 12.5 %", "best 25 %", "best 50 %"]
        legend = set(chart.locator(".legendtext").all_text_contents())
        verifiers = {display_name(name) for name in ("oracle", "weak", "self", "random")}
        assert verifiers | {"generator: 0.14"} <= legend
        assert "all 1,600 human summaries: 0.15" in legend
        assert "base model: 0.05 (below the axis)" in legend
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_tab_opens_by_click_and_by_link(page: Page, address: str) -> None:
    visit(page, address)
    for tab, section in [
        ("p* before training", "prediction"),
        ("What the paper says", "paper"),
        ("Read the summaries", "read"),
        ("Summarize a text", "byhand"),
    ]:
        page.get_by_role("tab", name=tab).click()
        page.wait_for_url(f"**section={section}**", timeout=SLOW)
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.goto(page.url.replace("section=byhand", "section=prediction"))
    bars = figure(page, "pstar")
    expect(bars.locator(".gtitle")).to_contain_text("p* above 1/2 in every seed")
    page.get_by_role("tab", name="p* and outcome").click()
    expect(figure(page, "rank").locator(".gtitle")).to_contain_text("Spearman")


def test_the_form_offers_verifiers_and_a_memory_plan(page: Page, address: str) -> None:
    visit(page, address, "?preset=paper")
    side = page.get_by_test_id("stSidebarUserContent")
    side.get_by_text("What memory it needs").click(timeout=SLOW)
    expect(side.get_by_text(re.compile("Llama-3-8B has .* parameters"))).to_be_visible(timeout=SLOW)
    side.get_by_text("All settings", exact=True).click()
    chosen = side.get_by_test_id("stMultiSelect")
    expect(chosen.first).to_contain_text("oracle", timeout=SLOW)
    expect(side.get_by_role("spinbutton", name="Training articles")).to_be_visible()
