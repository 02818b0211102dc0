"""What a first visit sees without computing anything: the shipped records, on all their pages."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from synverify_core.stats.names import seeds_text
from tests.browser.conftest import bottom

pytestmark = pytest.mark.browser
REFERENCE = Path(__file__).resolve().parents[2] / "cache" / "reference"
SLOW = 60_000


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(SYNVERIFY_REFERENCE=str(REFERENCE))


def figure_3(page: Page) -> Locator:
    chart = page.locator(".st-key-gaussian-scaling")
    expect(chart.locator(".legend")).to_be_visible(timeout=SLOW)
    return chart


def size(part: Locator) -> float:
    return part.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")


def test_figure_3_is_drawn_at_once_and_needs_no_scrolling(page: Page, address: str) -> None:
    page.goto(f"{address}/gaussian")
    chart = figure_3(page)
    assert bottom(chart.locator(".xtick").last) < page.viewport_size["height"]
    expect(page.get_by_text(re.compile("shipped · seed")).first).to_be_attached()
    expect(page.locator("[class*='st-key-panel-']")).to_have_count(0)
    titles = chart.locator(".annotation-text").all_text_contents()
    page.get_by_role("button", name="Runs drawn").click()
    drawn = page.locator(".st-key-gaussian-runs").inner_text(timeout=SLOW)
    records = [json.loads(path.read_text()) for path in REFERENCE.glob("gaussian-*/record.json")]
    shipped = sorted({record["config"]["n_original"] for record in records})
    assert shipped
    assert titles == [f"N₀ = {n}" for n in shipped]
    places = [drawn.index(f"N₀ = {n}, ") for n in shipped]
    assert places == sorted(places)


def test_presentation_enlarges_the_figure_and_hides_the_form(page: Page, address: str) -> None:
    page.goto(f"{address}/gaussian")
    small = size(figure_3(page).locator(".gtitle"))
    expect(page.get_by_role("heading", name="Run it yourself")).to_be_visible()
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden(timeout=SLOW)
    page.wait_for_url("**presentation=1**", timeout=SLOW)
    page.goto(page.url)
    title = page.locator(".st-key-gaussian-scaling .gtitle")
    expect(title).to_be_visible(timeout=SLOW)
    assert size(title) > 1.4 * small
    expect(page.get_by_role("button", name="Runs drawn")).to_be_hidden()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.get_by_role("button", name="Leave presentation").click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=SLOW)
    page.wait_for_url("**presentation=0**", timeout=SLOW)


def test_every_column_of_the_runs_fits_beside_the_sidebar(page: Page, address: str) -> None:
    page.goto(f"{address}/runs")
    scroller = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    scroller.wait_for(timeout=SLOW)
    node = scroller.element_handle()
    page.wait_for_function("node => node.scrollWidth <= node.clientWidth", arg=node, timeout=SLOW)
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden(timeout=SLOW)
    page.wait_for_url("**presentation=1**", timeout=SLOW)


def test_figure_5_is_drawn_at_once_from_every_shipped_seed(page: Page, address: str) -> None:
    page.goto(f"{address}/summarization")
    chart = page.locator(".st-key-summarization-figure5")
    expect(chart.locator(".legend")).to_be_visible(timeout=SLOW)
    titles = chart.locator(".annotation-text").all_text_contents()
    assert titles[:3] == ["best 12.5 %", "best 25 %", "best 50 %"]
    records = REFERENCE.glob("summarization-*/record.json")
    one_round = [path for path in records if "n_rounds=" not in path.parent.name]
    seeds = seeds_text([len(one_round)])
    expect(chart.get_by_text(f"Mean of {seeds}")).to_be_visible()
    expect(page.locator("[class*='st-key-panel-']")).to_have_count(0)


def test_the_shipped_models_summarize_an_article_of_the_shipped_pool(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/summarization?section=byhand")
    expect(page.get_by_text(re.compile("kept by ")).first).to_be_visible(timeout=3 * SLOW)
    for writer in ("Base", "Generator", "Supervisor", "Human"):
        expect(page.get_by_text(writer, exact=True).first).to_be_visible()
    page.get_by_text("Places in the pool").click()
    expect(page.locator(".st-key-by-hand-places .legend")).to_be_visible(timeout=SLOW)
    page.goto(f"{address}/summarization?section=read")
    expect(page.get_by_text(re.compile("summaries each verifier keeps"))).to_be_visible(
        timeout=SLOW
    )
