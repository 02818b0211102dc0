"""Play, scrub, ask by hand and follow a link, on the shipped record."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import in_address

pytestmark = pytest.mark.browser
REFERENCE = Path(__file__).resolve().parents[2] / "cache" / "reference"
SLOW = 60_000


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(SYNVERIFY_REFERENCE=str(REFERENCE))


def opened(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/generations?section=selfimprovement{query}")
    chart = page.locator(".st-key-self-improvement")
    expect(chart.locator(".updatemenu-button").first).to_be_visible(timeout=SLOW)
    return chart


def test_play_goes_through_all_rounds_to_the_last(page: Page, address: str) -> None:
    chart = opened(page, address)
    title = chart.locator(".gtitle").last
    expect(title).to_contain_text("Round 8")
    # The page is drawn once more when the models have been loaded.
    expect(page.get_by_text("of 8 models are right")).to_be_visible(timeout=SLOW)
    chart.locator(".updatemenu-button").first.click()
    expect(title).not_to_contain_text("Round 8", timeout=SLOW)
    expect(title).to_contain_text("Round 8", timeout=SLOW)
    expect(page.locator(".st-key-self-verdict")).to_contain_text("What happened:")


def test_the_slider_moves_by_keys_and_its_round_is_in_the_link(page: Page, address: str) -> None:
    chart = opened(page, address)
    knob = page.get_by_role("slider", name="Round")
    knob.focus()
    knob.press("ArrowLeft")
    expect(chart.get_by_text("Round 7:")).to_be_visible(timeout=SLOW)
    page.wait_for_url("**learner_round=7**", timeout=SLOW)
    page.goto(page.url)
    expect(chart.get_by_text("Round 7:")).to_be_visible(timeout=SLOW)


def test_a_typed_problem_is_answered_by_every_round_and_is_in_the_link(
    page: Page, address: str
) -> None:
    opened(page, address)
    box = page.get_by_role("textbox", name="Problem (reverse)")
    expect(box).to_be_visible(timeout=SLOW)
    box.fill("1234567890")
    box.press("Enter")
    expect(page.get_by_text("right is 0987654321")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("of 8 models are right")).to_be_visible(timeout=SLOW)
    page.wait_for_url("**learner_problem=1234567890**", timeout=SLOW)
    assert in_address(page, "learner_problem") == "1234567890"


def test_a_link_opens_what_rounds_cost(page: Page, address: str) -> None:
    opened(page, address, "&learner_below=price")
    chart = page.locator(".st-key-self-improvement-price")
    expect(chart.locator(".legendtext").first).to_be_visible(timeout=SLOW)
    expect(chart.get_by_text("Reached at 99 %")).to_be_visible()
