"""First sight of a section: few words; presented, one picture that fits the screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.ui.eigenvalues.page import EIGENVALUES
from pages.ui.gaussian.page import GAUSSIAN
from pages.ui.generations import page as generations
from pages.ui.summarization.page import SUMMARIZATION
from synverify_core.runs.store import Store
from synverify_core.runs.table import tidy_table
from synverify_core.stats.beams import beam_table
from synverify_core.stats.names import value_text
from synverify_core.stats.tables import joined
from tests.browser.conftest import looked_at

pytestmark = pytest.mark.browser
REFERENCE = Path(__file__).resolve().parents[2] / "cache" / "reference"
SLOW = 200_000
MOST_WORDS = 250
SMALLEST = 20
SECTIONS = [
    (page.name, section)
    for page in (GAUSSIAN, EIGENVALUES, SUMMARIZATION)
    for section in page.sections
]
LIVE = {"regression": "collapse", "curation": "people"}
SECTIONS += [("generations", section) for section in generations.SECTIONS]
PICTURES = [
    (name, section)
    for name, section in SECTIONS
    if (name, section) not in (("eigenvalues", "finetuning"), ("summarization", "byhand"))
    and section not in ("paper", *LIVE)
]
SCREENS = [(1280, 720), (1280, 800), (1920, 1080)]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(SYNVERIFY_REFERENCE=str(REFERENCE))


def visit(page: Page, address: str, name: str, section: str, more: str = "") -> None:
    page.goto(f"{address}/{name}?section={section}{more}")
    page.get_by_role("tab").first.wait_for(timeout=SLOW)
    shown = page.get_by_test_id("stMain")
    if (name, section) in PICTURES:
        expect(shown.locator(".gtitle").first).to_be_visible(timeout=SLOW)
    elif section in LIVE:
        expect(shown.get_by_test_id(LIVE[section])).to_be_visible(timeout=SLOW)
    elif section == "byhand":
        expect(shown.get_by_text(re.compile("kept by ")).first).to_be_visible(timeout=SLOW)
    else:
        expect(
            shown.get_by_test_id("stExpander").or_(shown.get_by_test_id("stTable")).first
        ).to_be_visible(timeout=SLOW)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)


@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_a_page_has_few_words_at_first_sight(
    page: Page, address: str, name: str, section: str
) -> None:
    visit(page, address, name, section)
    # Icons are letters of a font.
    page.add_style_tag(content="[data-testid=stIconMaterial] { display: none !important; }")
    text = page.get_by_test_id("stMain").evaluate("node => node.innerText")
    assert len(text.split()) <= MOST_WORDS, text
    assert text.count("What am I seeing?") <= 1


@pytest.mark.parametrize(("name", "section"), PICTURES)
def test_a_presented_picture_fits_the_screen_with_its_controls(
    browser: Browser, address: str, name: str, section: str
) -> None:
    with looked_at(browser) as page:
        visit(page, address, name, section, "&presentation=1")
        chart = page.locator("[data-testid=stPlotlyChart]").first
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(
                "high => { const node = document.querySelector('[data-testid=stPlotlyChart]');"
                " const box = node.getBoundingClientRect();"
                " const drawn = node.querySelector('.main-svg').getBoundingClientRect();"
                " return box.bottom <= high && box.height > high / 2.2"
                " && Math.abs(drawn.height - box.height) < 4; }",
                arg=height,
                timeout=SLOW,
            )
        text = page.get_by_test_id("stMain").evaluate("node => node.innerText")
        assert "Feng et al." not in text and "What am I seeing?" not in text
        assert page.get_by_role("button", name="Runs drawn").locator("visible=true").count() == 0
        sizes = chart.evaluate(
            "node => [...node.querySelectorAll('text')].filter(text => text.textContent.trim())"
            ".map(text => parseFloat(getComputedStyle(text).fontSize))"
        )
        assert min(sizes) >= SMALLEST


def test_eigenvalues_open_with_what_a_beam_holds(
    page: Page, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(REFERENCE))
    page.goto(f"{address}/eigenvalues")
    title = page.locator(".st-key-eigenvalues-beams .gtitle").first
    expect(title).to_be_visible(timeout=SLOW)
    store = Store(tmp_path)
    runs = [run for run in store.runs() if run.experiment == EIGENVALUES.name]
    found = []
    for same in EIGENVALUES.tasks.by_task(runs).values():
        beams = beam_table(joined(tidy_table(store, [run.uid for run in same])))
        found.append({value_text(value, "accuracy") for value in beams["mean"]})
    told = set(re.findall(r"[\d.]+ %", str(title.text_content()).partition("(")[0]))
    assert len(told) == 2 and any(told <= values for values in found)
