"""The front page in a real Chromium: the picture moves and stops, the doors and old links open."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import bottom, in_address, looked_at

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


def visit(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/{query}")
    picture = page.get_by_test_id("front-picture")
    expect(picture.locator(".now")).to_contain_text("of the labels wrong")
    return picture


def share_wrong(picture: Locator) -> int:
    return int(picture.locator("input").input_value())


def numbers(picture: Locator) -> list[str]:
    return [text.replace("\xa0", " ") for text in picture.locator(".number").all_text_contents()]


def test_the_picture_sweeps_once_and_rests_where_the_fates_differ(page: Page, address: str) -> None:
    picture = visit(page, address)
    seen = set()
    while picture.get_by_role("button", name="Pause").count():
        seen.add(share_wrong(picture))
        page.wait_for_timeout(250)
    assert len(seen) > 10 and min(seen) < 30 and max(seen) > 80
    assert share_wrong(picture) == 65
    without, verified = (int(text.split()[0]) for text in numbers(picture))
    assert without < 10 and verified > 90
    page.reload()
    visit(page, address)
    expect(picture.get_by_role("button", name=re.compile("^Play"))).to_be_visible()


def test_a_touch_stops_it_and_the_slider_has_keys(page: Page, address: str) -> None:
    picture = visit(page, address)
    expect(picture.get_by_role("button", name="Pause")).to_be_visible()
    slider = picture.get_by_role("slider", name="Share of wrong labels")
    slider.fill("50")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^50"))
    assert numbers(picture)[0] == "50 %"
    expect(picture.get_by_role("button", name=re.compile("^Play"))).to_be_visible()
    slider.press("ArrowRight")
    expect(slider).to_have_value("51")
    expect(picture.locator(".lanes")).to_have_attribute("aria-label", re.compile("^With 51"))
    page.wait_for_timeout(300)
    assert share_wrong(picture) == 51


def test_a_frame_timed_before_the_click_draws_numbers(page: Page, address: str) -> None:
    page.add_init_script(
        "const later = window.requestAnimationFrame.bind(window);"
        "window.requestAnimationFrame = (draw) => later((time) => draw(time - 5000));"
    )
    picture = visit(page, address)
    expect(picture.locator(".number").first).to_have_text(re.compile(r"^\d"))
    assert share_wrong(picture) < 20


def test_reduced_motion_starts_still(browser: Browser, address: str) -> None:
    with looked_at(browser, reduced_motion="reduce") as page:
        picture = visit(page, address)
        expect(picture.get_by_role("button", name=re.compile("^Play"))).to_be_visible()
        assert share_wrong(picture) == 65


def test_the_first_screen_holds_picture_words_and_doors(page: Page, address: str) -> None:
    picture = visit(page, address)
    last = page.locator(".st-key-door-Compare")
    expect(last).to_be_visible()
    assert bottom(last) < 800
    main = page.get_by_test_id("stMain")
    icons = main.get_by_test_id("stIconMaterial").count()
    drawn = " ".join(picture.locator("text, .now").all_text_contents())
    read, labels = (len(re.findall("[A-Za-z]{2,}", text)) for text in (main.inner_text(), drawn))
    assert 100 < read - icons <= 200 and read - icons + labels <= 250
    expect(page.get_by_role("link", name="Feng et al.")).to_have_attribute(
        "href", re.compile("arxiv")
    )


@pytest.mark.parametrize(
    ("door", "at", "heading", "parameter"),
    [
        ("See-it", (10, 10), "When does retraining work?", ""),
        ("Watch-it", (10, 10), "Round after round", ""),
        ("Compare", (10, 10), "Eigenvalues", "section=checks"),
        ("Compare", "Runs", "Runs", ""),
        ("Run-it", "Eigenvalues", "Eigenvalues", ""),
        ("Read-it", "Type a matrix", "Eigenvalues", "section=byhand"),
    ],
)
def test_a_door_opens(
    page: Page, address: str, door: str, at: object, heading: str, parameter: str
) -> None:
    visit(page, address)
    card = page.locator(f".st-key-door-{door}")
    if isinstance(at, str):
        card.get_by_role("link", name=at).click()
    else:
        card.click(position={"x": at[0], "y": at[1]})
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    page.wait_for_function("(part) => location.search.includes(part)", arg=parameter)


def test_a_link_to_the_phase_page_from_when_it_was_the_first_one(page: Page, address: str) -> None:
    page.goto(f"{address}/?preset=weak&separation=1")
    expect(page.get_by_test_id("live-phase").locator("[data-preset=weak]")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert page.url.startswith(f"{address}/phase_transition?")
    assert in_address(page, "separation") == "1"


def test_presentation_fits_a_small_projector(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    picture = visit(page, address, "?presentation=1")
    assert bottom(picture) < 720
    expect(page.locator("[class*='st-key-door-']")).to_have_count(0)
    smallest = picture.locator("svg text").evaluate_all(
        """texts => Math.min(...texts.map(text => parseFloat(getComputedStyle(text).fontSize)
            * text.getScreenCTM().a))"""
    )
    assert smallest >= 18


def test_a_term_says_what_it_is_to_the_keyboard_and_to_the_pointer(
    page: Page, address: str
) -> None:
    visit(page, address)
    term = page.locator(".term").filter(has_text="verifier")
    bubble = "node => getComputedStyle(node, '::after').content"
    assert term.evaluate(bubble) == "none"
    term.focus()
    assert "decides which" in term.evaluate(bubble)
    other = page.locator(".term").filter(has_text="p*")
    other.hover()
    assert "1/(1 + ψ/φ)" in other.evaluate(bubble)


def test_a_student_sees_the_fall_predicts_and_is_told_why(page: Page, address: str) -> None:
    picture = visit(page, address)
    picture.get_by_role("slider", name="Share of wrong labels").fill("70")
    without, verified = (int(text.split()[0]) for text in numbers(picture))
    assert without < 10 < 80 < verified
    page.locator(".st-key-onward").get_by_role("link").click()
    live = page.get_by_test_id("live-phase")
    expect(live.locator(".verdict strong")).to_contain_text("p⋆")
    page.get_by_role("button", name="Lesson").click()
    lesson = page.locator(".st-key-lesson")
    expect(lesson).to_contain_text("1 of 9")
    lesson.get_by_text("100 %", exact=True).click()
    live.locator(".dial .handle.gen").press("End")
    expect(live.locator(".verdict")).to_have_attribute("data-verdict", "fails")
    expect(lesson).to_contain_text("go to where it is 50 %")
    for _ in range(45):  # back to 135 degrees
        live.locator(".dial .handle.gen").press("ArrowLeft")
    expect(lesson).to_contain_text("You predicted it: 100 %.")
