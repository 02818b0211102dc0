"""What is shared from a page: a short link that opens the same picture, and its QR code."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.ui.shared.qr import qr_modules

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


def test_the_shared_link_is_short_and_opens_the_same_picture(
    page: Page, browser: Browser, address: str
) -> None:
    page.goto(f"{address}/phase_transition?theta_gen=2.25&theta_prune=0.5&presentation=1")
    verdict = page.get_by_test_id("live-phase").locator(".verdict strong")
    expect(verdict).to_contain_text("p⋆")
    page.get_by_role("button", name="Share").click()
    share = page.locator(".share")
    expect(share.locator(".code")).to_be_visible()
    link = share.get_by_label("Link to what this page shows").input_value()
    assert parse_qs(urlsplit(link).query) == {"theta_gen": ["2.25"], "theta_prune": ["0.5"]}
    assert urlsplit(link)[:3] == urlsplit(f"{address}/phase_transition")[:3]
    expect(share.locator(".remark")).to_contain_text("on this computer only")
    share.get_by_role("button", name="Copy link").click()
    expect(share.locator(".remark")).to_have_text("Copied.")
    context = browser.new_context()
    other = context.new_page()
    other.goto(link)
    opened = other.get_by_test_id("live-phase").locator(".verdict strong")
    expect(opened).to_have_text(verdict.inner_text())
    context.close()


def test_the_drawn_code_has_the_link_s_modules(page: Page, address: str) -> None:
    page.goto(f"{address}/glossary")
    page.get_by_role("button", name="Share").click()
    shown = page.locator(".share .link")
    expect(shown).to_have_value(re.compile("/glossary$"))
    link = shown.input_value()
    dark = page.locator(".share .code path").get_attribute("d")
    modules = qr_modules(link)
    side = len(modules) + 8
    assert dark is not None and dark.count("M") == modules.sum()
    assert page.locator(".share .code svg").get_attribute("viewBox") == f"0 0 {side} {side}"
