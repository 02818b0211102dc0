"""What a lecturer and an engineer with a verifier to choose do in their first minute."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
REFERENCE = Path(__file__).resolve().parents[2] / "cache" / "reference"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(SYNVERIFY_REFERENCE=str(REFERENCE))


def test_a_lecturer_presents_walks_the_lesson_by_keyboard_and_shares_the_state(
    page: Page, browser: Browser, address: str
) -> None:
    page.goto(f"{address}/phase_transition")
    live = page.get_by_test_id("live-phase")
    page.get_by_role("button", name="Lesson").click()
    page.get_by_role("button", name="Present").click()
    lesson = page.locator(".st-key-lesson")
    for step in (2, 3, 4):
        expect(lesson).to_contain_text(f"{step - 1} of 9")
        page.keyboard.press("PageDown")
        expect(lesson).to_contain_text(f"{step} of 9")
    live.locator("[data-preset=pair_b]").evaluate("button => button.click()")
    expect(live.locator(".verdict strong")).to_contain_text("p⋆ = 1.00")
    page.wait_for_function("location.search.includes('preset=pair_b')")
    verdict = live.locator(".verdict strong").inner_text()
    context = browser.new_context()
    other = context.new_page()
    other.goto(page.url)
    expect(other.get_by_test_id("live-phase").locator(".verdict strong")).to_have_text(verdict)
    expect(other.locator(".st-key-lesson")).to_contain_text("4 of 9")
    context.close()


def test_an_engineer_finds_coverage_and_p_star_together(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="p* and coverage").click()
    page.get_by_text("Which verifier?", exact=True).click()
    table = page.get_by_test_id("stTable").filter(has_text="Coverage")
    expect(table).to_be_visible()
    header = table.locator("th").all_inner_texts()
    assert {"p*", "Coverage", "Distinct"} <= {text.strip() for text in header}
    expect(table).to_contain_text("its own confidence")
