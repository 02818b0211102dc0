"""The Gaussian page in a real browser: start, watch, refresh, cancel, resume, bad input."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from synverify_core.runs.record import Status
from synverify_core.runs.store import Store
from tests.browser.conftest import in_address, looked_at

pytestmark = pytest.mark.browser
SLOW = 60_000


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], cache: Path) -> str:
    return serve(cache)


def start_button(page: Page):
    return page.get_by_role("button", name=re.compile("^(Start|Show results)"))


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/gaussian{query}")
    page.get_by_role("heading", name="Run it yourself").wait_for(timeout=SLOW)
    start_button(page).wait_for(timeout=SLOW)


def fill_number(page: Page, label: str, value: int) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(str(value))
    box.press("Enter")


def only_n_original(page: Page, value: int) -> None:
    field = page.locator(".st-key-gaussian-n_originals")
    for other in {150, 500, 2000} - {value}:
        field.get_by_role("button", name=f"Remove {other}").click()


def start(page: Page) -> None:
    expect(start_button(page)).to_be_enabled(timeout=SLOW)
    start_button(page).click()


def test_a_first_visit_without_any_run_says_what_to_do(page: Page, address: str) -> None:
    visit(page, address)
    expect(page.get_by_text("No run has been computed yet")).to_be_visible()
    expect(page.get_by_text("Time unknown: no finished run to go by")).to_be_visible()


def test_two_clicks_start_one_run_that_survives_a_refresh(
    page: Page, address: str, cache: Path
) -> None:
    visit(page, address, "?preset=smoke")
    only_n_original(page, 500)
    fill_number(page, "Repetitions", 6)
    expect(page.get_by_role("button", name="Start 1 run")).to_be_enabled(timeout=SLOW)
    start_button(page).dblclick()
    panel = page.locator("[class*='st-key-panel-']")
    expect(panel).to_be_visible(timeout=SLOW)
    assert len(list((cache / "runs").iterdir())) == 1
    page.reload()
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible(timeout=SLOW)
    title = page.get_by_text("lowest relative error of all verifiers at n' = 5,000", exact=False)
    expect(title.first).to_be_visible(timeout=SLOW)
    expect(panel).to_have_count(0, timeout=SLOW)
    page.get_by_role("tab", name="What the paper says").click()
    expect(page.get_by_text("as good as training on clean labels")).to_be_visible(timeout=SLOW)
    (run,) = Store(cache).runs()
    assert run.status is Status.DONE
    assert in_address(page, "runs") == run.uid


def test_what_was_computed_is_shown_at_once(page: Page, address: str) -> None:
    visit(page, address, "?preset=smoke")
    only_n_original(page, 500)
    fill_number(page, "Repetitions", 6)
    expect(page.get_by_text("1 of 1 computed already")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Show results").click()
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible(timeout=SLOW)
    expect(page.locator("[class*='st-key-panel-']")).to_have_count(0)


def test_cancel_then_resume_ends_with_all_rows(page: Page, address: str, cache: Path) -> None:
    visit(page, address, "?preset=smoke&seed=7")
    only_n_original(page, 150)
    fill_number(page, "Repetitions", 20)
    expect(page.get_by_role("button", name="Start 1 run")).to_be_enabled(timeout=SLOW)
    start(page)
    expect(page.get_by_text("rows so far")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Cancel").click()
    panel = page.locator("[class*='st-key-panel-']")
    expect(panel.get_by_role("button", name="Resume")).to_be_visible(timeout=SLOW)
    run = next(run for run in Store(cache).runs() if run.config.seed == 7)
    before = Store(cache).rows(run.uid)
    assert run.status is Status.CANCELLED
    page.get_by_role("button", name="Resume").click()
    expect(panel).to_have_count(0, timeout=SLOW)
    after = Store(cache).rows(run.uid)
    assert Store(cache).get(run.uid).status is Status.DONE
    assert {row.seed for row in after} == set(range(7, 27))
    assert after[: len(before)] == before


def test_a_refused_value_is_named_and_nothing_is_lost(page: Page, address: str) -> None:
    visit(page, address)
    fill_number(page, "Repetitions", 3)
    page.get_by_text("All settings").click()
    penalty = page.get_by_role("textbox", name="Ridge penalty")
    for text, message in (("-1", "penalty = -1.0 is refused"), ("ridge", "penalty = 'ridge'")):
        penalty.fill(text)
        penalty.press("Enter")
        expect(page.get_by_text(message)).to_be_visible(timeout=SLOW)
        expect(start_button(page)).to_be_disabled()
    penalty.fill("0.001")
    penalty.press("Enter")
    expect(start_button(page)).to_be_enabled(timeout=SLOW)
    expect(page.get_by_role("spinbutton", name="Repetitions")).to_have_value("3")


def test_dark_mode_draws_without_errors(browser: Browser, address: str, tmp_path: Path) -> None:
    with looked_at(browser, color_scheme="dark", reduced_motion="reduce") as page:
        logged: list[str] = []
        page.on("console", lambda m: logged.append(m.text) if m.type == "error" else None)
        visit(page, address)
        expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible(timeout=SLOW)
        page.screenshot(path=tmp_path / "dark.png")
    # Streamlit probes addresses below a page's own and logs the 404s: no error of ours.
    assert not [text for text in logged if "Failed to load resource" not in text]
