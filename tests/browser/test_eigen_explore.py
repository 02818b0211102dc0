"""The by-hand explorer in a real browser: a change is answered while one looks."""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from synverify_core.experiments.eigenvalues.checkpoint import save_model
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape

pytestmark = pytest.mark.browser
SLOW = 90_000
SCRIPT = """
import streamlit as st
from pages.ui.eigenvalues import explore
from pages.ui.eigenvalues.address import FIELDS, PAGE
from pages.ui.shared import chrome, state
st.set_page_config(layout="wide")
view = state.synchronise(PAGE, {**FIELDS, "presentation": state.Flag()})
large = view.values["presentation"]
with chrome.title_row("Eigenvalues", presentation=large):
    st.caption("whole page")
explore.show((), large)
state.publish(PAGE)
"""
# The shape of the quick preset, untrained: as fast as the real one and wrong everywhere.
QUICK = Shape("P1000", 2, "upper", 2, 1, 64, 4)


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    cache = tmp_path_factory.mktemp("cache")
    model = cache / "artifacts" / "eigenvalues" / "quick" / "model.safetensors"
    model.parent.mkdir(parents=True)
    save_model(Transformer(QUICK, seed=1), model)
    (model.parent / "settings.json").write_text('{"settings": {}, "seed": 1}')
    return serve(cache, SCRIPT)


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/{query}")
    expect(title(page)).to_contain_text("beams right at", timeout=SLOW)


def title(page: Page):
    return page.locator(".st-key-by-hand-beams .gtitle").first


def entry(page: Page, i: int, j: int):
    return page.get_by_role("spinbutton", name=f"Entry ({i}, {j})")


def reads(page: Page):
    return page.get_by_text("What the model reads")


def set_entry(page: Page, i: int, j: int, value: str) -> None:
    box = entry(page, i, j)
    box.fill(value)
    box.press("Enter")


def settings(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def test_an_entry_and_its_mirror_are_answered_and_the_time_is_printed(
    page: Page, address: str
) -> None:
    visit(page, address)
    seconds = []
    for value in (1, 2, 3, 4, 5, 6):
        begun = time.perf_counter()
        set_entry(page, 1, 2, str(value))
        # At every frame: an expectation looks only now and then.
        page.wait_for_function(
            "text => [...document.querySelectorAll('code')].some(c => c.innerText.includes(text))",
            arg=f"E-2 + {value}00 E-2 + 300 E-2",
            timeout=SLOW,
        )
        seconds.append(time.perf_counter() - begun)
        expect(entry(page, 2, 1)).to_have_value(str(value), timeout=SLOW)
    seconds.sort()
    print(f"change to answer, browser included: median {1000 * seconds[3]:.0f} ms")
    page.wait_for_function("location.search.includes('matrix=6%2C6%2C3')")
    entry(page, 1, 1).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    expect(reads(page)).to_contain_text("+ 900 E-2", timeout=SLOW)


def test_a_link_opens_what_was_seen_and_a_reload_keeps_it(page: Page, address: str) -> None:
    visit(page, address, "?matrix=3,1,-2&beams=10&beam=4&step=2&tokens=1")
    expect(page.get_by_text("Token 2 of 6")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("Token 3 of 6")).to_be_visible(timeout=SLOW)
    page.wait_for_function("location.search.includes('step=3')")
    assert settings(page)["matrix"] == ["3,1,-2"]
    page.reload()
    expect(page.get_by_text("Token 3 of 6")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("spinbutton", name="Beam", exact=True)).to_have_value("4", timeout=SLOW)


def test_a_row_of_the_table_chooses_its_beam(page: Page, address: str) -> None:
    visit(page, address, "?beams=8&tokens=1")
    page.get_by_text("Table of beams").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=SLOW)
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    rows = (box["height"] - 2) / 9
    page.mouse.click(box["x"] + 14, box["y"] + 3.5 * rows)
    expect(page.get_by_role("spinbutton", name="Beam", exact=True)).to_have_value("3", timeout=SLOW)
    page.wait_for_function("location.search.includes('beam=3')")


def test_bad_input_is_refused_by_name_and_a_good_one_taken(page: Page, address: str) -> None:
    visit(page, address)
    set_entry(page, 1, 2, "11")
    expect(page.get_by_text("entry (1, 2) = 11 is refused")).to_be_visible(timeout=SLOW)
    expect(entry(page, 1, 2)).to_have_value("-2", timeout=SLOW)
    page.get_by_role("button", name="Paste").click()
    text = page.get_by_role("textbox", name="Matrix as text")
    text.fill("1 2\n3 4")
    page.get_by_role("button", name="Use this matrix").click()
    expect(page.get_by_text("entry (1, 2) = 2 but (2, 1) = 3")).to_be_visible(timeout=SLOW)
    text.fill("7 2\n2 4")
    page.get_by_role("button", name="Use this matrix").click()
    expect(entry(page, 1, 1)).to_have_value("7", timeout=SLOW)
    expect(page.get_by_text("is refused")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "height", "scheme", "query"),
    [(1280, 800, "dark", "?matrix=1,2,3"), (1920, 1080, "light", "?presentation=1")],
)
def test_it_fits_the_screen_without_errors(
    browser: Browser, address: str, width: int, height: int, scheme: str, query: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    visit(page, address, query)
    wider = page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth - main.clientWidth; })()"
    )
    alts = page.get_by_test_id("stPlotlyChart").count()
    context.close()
    assert errors == []
    assert wider <= 0
    assert alts == 1
