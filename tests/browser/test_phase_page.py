"""The phase page in a real Chromium: what a visitor sees, moves, links and is refused."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.conftest import bottom, looked_at

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60_000
SMALL = "figure_n_samples=1000&figure_dimension=10"
DOTS = ".live .chart .simulated:not(.stale)"

RELEASE_UNTIL_DOTS = """
async (live) => {
  const fresh = () => live.querySelectorAll(".chart .simulated:not(.stale)").length;
  const until = async (reached) => {
    while (!reached()) await new Promise(requestAnimationFrame);
    return (performance.now() - start) / 1000;
  };
  const start = performance.now();
  live.querySelector("[data-preset=strong]").click();
  await until(() => fresh() === 0);
  return [await until(() => fresh() > 0), await until(() => fresh() === 36)];
}
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """Errors of the browser's console; a test that asks for them fails if there are any."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # Streamlit looks for its server under the page's own path first.
        asked = "/phase_transition/_stcore/" in message.location["url"]
        if message.type == "error" and not asked:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == []


def visit(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/phase_transition{query}")
    live = page.get_by_test_id("live-phase")
    expect(live.locator(".verdict strong")).to_contain_text("p⋆")
    return live


def parameters(page: Page) -> dict[str, str]:
    query = urlsplit(page.url).query
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def wait_for_parameter(page: Page, name: str, value: str) -> None:
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
        timeout=SECONDS,
    )


def chart(page: Page, title: str) -> Locator:
    return page.get_by_test_id("stPlotlyChart").filter(has_text=title)


def expect_no_exception(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_first_visit_tells_the_story(page: Page, address: str, complaints: list[str]) -> None:
    live = visit(page, address)
    expect(page.get_by_role("heading", name="when does retraining work?")).to_be_visible()
    expect(page.get_by_text("What am I seeing?").first).to_be_visible()
    expect(live.locator(".verdict strong")).to_contain_text("retraining recovers the truth")
    expect(page.get_by_text("computed here, now, by equation 1")).to_be_visible(timeout=SECONDS)
    # For a moment, the figure stands beside its successor with simulated points.
    expect(chart(page, "The better the verifier")).to_have_count(1, timeout=SECONDS)
    expect(chart(page, "The better the verifier").first).to_be_visible()
    assert urlsplit(page.url).query == ""
    expect_no_exception(page)


def test_the_chart_has_a_text_for_those_who_do_not_see_it(page: Page, address: str) -> None:
    visit(page, address)
    described = page.locator("[aria-label*='Theorem 4.2 predicts a fall'], [alt*='Theorem 4.2']")
    expect(described.first).to_be_attached(timeout=SECONDS)


def test_a_link_that_asks_the_impossible_is_refused_and_the_page_works(
    page: Page, address: str, complaints: list[str]
) -> None:
    live = visit(page, address, "?theta_gen=9&n_samples=nan&seed=1.5&preset=magic&colour=red")
    message = page.get_by_test_id("stAlert")
    for words in (
        "theta_gen = 9 in the address is refused: it must be a number from 0 to 3.14159 radians",
        "Shown instead: theta_gen = 1.0472",
        "n_samples = nan in the address is refused: it must be a whole number from 50 to 1,000,000",
        "seed = 1.5",
        "it must be one of (nothing), none, weak",
        "colour is not a setting of this page",
    ):
        expect(message).to_contain_text(words)
    live.locator("[data-preset=weak]").click()
    wait_for_parameter(page, "preset", "weak")
    expect(message).to_have_count(0)
    assert "colour" not in parameters(page)
    expect_no_exception(page)


def test_a_release_changes_the_address_and_its_link_opens_the_same_picture(
    page: Page, browser: Browser, address: str
) -> None:
    live = visit(page, address)
    live.locator("[data-preset=adversarial]").click()
    wait_for_parameter(page, "preset", "adversarial")
    live.locator("[data-field=separation]").press("ArrowRight")
    wait_for_parameter(page, "separation", "2.05")
    verdict = live.locator(".verdict strong").inner_text()
    context = browser.new_context()
    other = context.new_page()
    copy = visit(other, address, "?" + urlsplit(page.url).query)
    expect(copy.locator(".verdict strong")).to_have_text(verdict)
    assert parameters(other) == parameters(page)
    context.close()


def test_going_back_opens_the_picture_before(page: Page, address: str) -> None:
    live = visit(page, address, "?preset=&separation=1")
    live.locator("[data-preset=oracle]").click()
    wait_for_parameter(page, "preset", "oracle")
    live.locator("[data-preset=weak]").click()
    wait_for_parameter(page, "preset", "weak")
    page.go_back()
    wait_for_parameter(page, "preset", "oracle")
    oracle = live.locator("[data-preset=oracle]")
    expect(oracle).to_have_attribute("aria-pressed", "true")


def test_simulated_points_follow_a_release(page: Page, address: str) -> None:
    live = visit(page, address, "?advanced=1")
    expect(page.locator(DOTS)).to_have_count(36)
    first, every = live.evaluate(RELEASE_UNTIL_DOTS)
    print(f"\ndots after a release: first {first:.2f} s, all 36 {every:.2f} s", end=" ")
    assert first < 15


def test_lambda_and_seed_of_the_dots_are_settings(page: Page, address: str) -> None:
    visit(page, address, "?advanced=1")
    page.get_by_role("button", name="Dots").click()
    penalty = page.get_by_role("spinbutton", name="λ, ridge penalty")
    expect(penalty).to_have_value("10")
    penalty.fill("0.001")
    penalty.press("Enter")
    wait_for_parameter(page, "penalty", "0.001")
    expect(page.get_by_text("equation 1 with λ = 0.001")).to_be_visible()
    expect_no_exception(page)


def test_vectors_that_do_not_fit_into_a_plane_get_no_dots_but_a_reason(
    page: Page, address: str
) -> None:
    visit(page, address, "?dimension=2&advanced=1")
    expect(page.get_by_text("No dots: dimension = 2 holds no azimuth of 90")).to_be_visible()
    expect_no_exception(page)


def test_both_halves_of_figure_6_are_computed(page: Page, address: str) -> None:
    visit(page, address, f"?{SMALL}")
    page.get_by_role("radio", name="Figure 6, left").click()
    expect(chart(page, "Accuracy jumps at p⋆")).to_be_visible(timeout=SECONDS)
    wait_for_parameter(page, "figure", "figure6")
    expect(page.get_by_text("85 of 85 points")).to_be_visible(timeout=SECONDS)
    page.get_by_role("radio", name="Figure 6, right").click()
    expect(chart(page, "How wrong may the labels be?")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_text("9 of 9 points")).to_be_visible(timeout=SECONDS)
    expect_no_exception(page)


def test_a_figure_leaves_as_data_settings_and_code(page: Page, address: str) -> None:
    visit(page, address, f"?figure=figure6_up&{SMALL}")
    expect(page.get_by_text("9 of 9 points")).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (CSV)").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("kind,psi,n_samples") and len(lines) == 10
    expect(page.get_by_text("plan('figure6_up'")).to_be_visible()


def test_the_lesson_checks_what_the_picture_shows(page: Page, address: str) -> None:
    live = visit(page, address)
    page.get_by_role("button", name="Lesson").click()
    lesson = page.locator(".st-key-lesson")
    expect(lesson).to_contain_text("1 of 7")
    lesson.get_by_text("150 %").click()
    expect(lesson).to_contain_text("Not yet: generator 16% + verifier 8% = 24%")
    gen = live.locator(".dial .handle.gen")
    for _ in range(15):
        gen.press("Shift+ArrowRight")
    expect(lesson).to_contain_text("Right:")
    expect(lesson).to_contain_text("You predicted “150 %”; it is “100 %”")
    page.keyboard.press("PageDown")
    expect(lesson).to_contain_text("2 of 7")
    wait_for_parameter(page, "lesson", "2")


@pytest.mark.parametrize(
    ("width", "height", "presentation"),
    [(1280, 720, 1), (1280, 800, 1), (1920, 1080, 1), (1280, 800, 0)],
)
def test_the_picture_and_what_turns_it_fit_the_screen(
    browser: Browser, address: str, width: int, height: int, presentation: int
) -> None:
    with looked_at(browser, viewport={"width": width, "height": height}) as page:
        live = visit(page, address, f"?presentation={presentation}&theta_gen=1.1")
        page.wait_for_timeout(1_500)
        for part in (".chart-keys", ".dial-card .sliders"):
            assert bottom(live.locator(part)) < height, part
        tick = live.locator(".chart .tick").first
        size = tick.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        assert size >= (20 if presentation else 11)


def test_presentation_hides_the_chrome_and_grows_the_type(page: Page, address: str) -> None:
    live = visit(page, address)
    title = page.get_by_role("heading", name="when does retraining work?")
    small = title.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    live.evaluate("node => node.setAttribute('data-same', 'yes')")
    page.get_by_role("button", name="Present").click()
    wait_for_parameter(page, "presentation", "1")
    expect(live).to_have_class(re.compile("presentation"))
    expect(live).to_have_attribute("data-same", "yes")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    assert title.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") > 1.2 * small
    page.get_by_role("button", name="Leave presentation").click()
    expect(live).not_to_have_class(re.compile("presentation"))
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


def test_reset_brings_the_start_back(page: Page, address: str) -> None:
    live = visit(page, address, "?theta_gen=2.5&pruning=none&seed=7&penalty=1")
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_parameter(page, "seed", "0")
    assert float(parameters(page)["theta_gen"]) == math.pi / 3
    expect(live.locator(".verdict strong")).to_contain_text("p = 0.16 <")


def test_dark_mode_is_dark_all_over(browser: Browser, address: str) -> None:
    with looked_at(browser, color_scheme="dark") as page:
        live = visit(page, address)
        expect(live).to_have_class(re.compile(r"\bdark\b"))
        for part in (page.locator(".stApp"), live):
            colour = part.evaluate("node => getComputedStyle(node).backgroundColor")
            assert sum(int(c) for c in re.findall(r"\d+", colour)[:3]) < 150, colour


def test_three_sessions_are_answered(address: str) -> None:
    command = [sys.executable, "benchmarks/thirty_sessions.py", "--sessions=3", "--seconds=4"]
    done = subprocess.run(
        [*command, "--every=2", f"--address={address}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(f"\n{found}", end=" ")
    assert found["releases"] >= 6 and found["unanswered"] == 0
    assert found["median_seconds"] < 10
