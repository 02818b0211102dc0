"""The Generations page: each section's play, and chains that are started from the page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import in_address

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


def test_a_chain_is_started_drawn_and_told(page: Page, address: str) -> None:
    page.goto(f"{address}/generations?section=experiments&experiment=gaussian&preset=smoke&seed=3")
    side = page.get_by_test_id("stSidebarUserContent")
    rounds = side.get_by_role("spinbutton", name="Rounds")
    rounds.fill("3")
    rounds.press("Enter")
    side.get_by_role("button", name=re.compile("^Start 3 runs")).click()
    said = page.get_by_text("What happened?").locator("xpath=..")
    expect(said).to_contain_text("round", timeout=120_000)
    chart = page.locator(".st-key-generations-chain")
    expect(chart.locator(".annotation-text").first).to_have_text("Checker 0° off")
    assert in_address(page, "settings").startswith("gaussian-")
    page.get_by_text("Accuracy", exact=True).click()
    page.wait_for_url("**measure=accuracy**")
    expect(said).to_contain_text("Accuracy went from")
