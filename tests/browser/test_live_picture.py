"""What the live picture says to a visitor: presets, verdicts, comparison, sweep and keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live_page import SCRIPT, open_live, readout, released, wait_released

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(text=SCRIPT)


def test_the_pair_shows_that_a_stronger_verifier_is_not_always_better(
    page: Page, address: str
) -> None:
    live = open_live(page, address)
    live.get_by_role("button", name="A: strong").click()
    assert readout(live, "p⋆") == "0.667"
    live.get_by_role("button", name="B: weaker").click()
    expect(live.locator("[data-readout='p⋆'] dd").first).to_have_text("1.000")
    expect(live.locator(".verdict-more")).to_contain_text("never where the generator errs")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("No verifier", "fails"),
        ("Weak", "recovers"),
        ("Strong", "recovers"),
        ("Oracle", "limited"),
        ("Too few", "more"),
        ("Adversarial", "fails"),
    ],
)
def test_every_preset_shows_its_fate(page: Page, address: str, name: str, verdict: str) -> None:
    live = open_live(page, address)
    live.get_by_role("button", name=name, exact=True).click()
    expect(live.locator(".verdict")).to_have_attribute("data-verdict", verdict)


def test_a_preset_stays_chosen_while_its_own_fields_stay(page: Page, address: str) -> None:
    live = open_live(page, address)
    live.get_by_role("button", name="B: weaker").click()
    chosen = live.locator(".presets [aria-pressed='true']")
    live.get_by_role("slider", name="dimension").press("ArrowRight")
    expect(chosen).to_have_text("B: weaker")
    live.locator(".handle.prune").press("ArrowRight")
    expect(chosen).to_have_count(0)


def test_whoever_turns_the_verifier_wants_one(page: Page, address: str) -> None:
    live = open_live(page, address)
    live.get_by_role("button", name="No verifier").click()
    expect(live.locator("[data-readout='p⋆'] dd").first).to_have_text("0.500")
    expect(live.locator("[data-readout='keep rate'] dd").first).to_have_text("100.0 %")
    live.locator(".handle.prune").press("ArrowRight")
    expect(page.get_by_test_id("stText")).to_contain_text('"pruning": "supervised"')


def test_the_curve_is_dragged_and_hovered(page: Page, address: str) -> None:
    live = open_live(page, address)
    before = released(page)
    box = live.locator(".chart-plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 60)
    expect(live.locator(".hover-text")).to_contain_text("accuracy")
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 90, steps=5)
    assert released(page) == before
    page.mouse.up()
    after = wait_released(page, before["runs"] + 1)
    dragged = float(readout(live, "p"))
    assert dragged > 0.7
    assert after["theta_gen"] > before["theta_gen"]
    live.get_by_role("slider", name="Error rate of the generator").press("ArrowLeft")
    expect(live.locator("[data-readout='p'] dd").first).not_to_have_text(f"{dragged:.3f}")


def test_the_setting_before_stays_behind(page: Page, address: str) -> None:
    live = open_live(page, address)
    ghost = live.locator(".chart .ghost")
    expect(ghost).to_have_attribute("d", "")
    before = live.locator(".chart .law .law-line").get_attribute("d")
    live.locator(".handle.prune").press("Shift+ArrowRight")
    expect(ghost).to_have_attribute("d", str(before))


def test_two_settings_stand_side_by_side(page: Page, address: str) -> None:
    live = open_live(page, address)
    group = live.get_by_role("group", name="Compare two settings")
    kept = readout(live, "p⋆")
    group.get_by_role("button", name="Compare: keep this setting").click()
    live.get_by_role("button", name="Weak", exact=True).click()
    expect(live.locator("[data-readout='p⋆'] dd").first).not_to_have_text(kept)
    moved = readout(live, "p⋆")
    waiting = live.locator("[data-readout='p⋆'] .waiting")
    expect(waiting).to_have_text(f"A {kept}")
    group.get_by_role("button", name="Bring setting A back").click()
    expect(live.locator("[data-readout='p⋆'] dd").first).to_have_text(kept)
    expect(waiting).to_have_text(f"B {moved}")
    group.get_by_role("button", name="End the comparison").click()
    expect(waiting).to_be_hidden()


def test_too_few_samples_are_told_from_a_failure(page: Page, address: str) -> None:
    live = open_live(page, address)
    live.get_by_role("slider", name="synthesized samples").press("Home")
    live.get_by_role("slider", name="dimension").press("End")
    verdict = live.locator(".verdict strong")
    expect(verdict).to_contain_text("would recover with more data: n ≥")
    live.get_by_role("slider", name="class separation").press("Home")
    expect(verdict).to_contain_text("no more than")


def test_one_sweep_shows_the_fall_until_something_is_touched(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    live = open_live(page, address, "?sweep=1")
    expect(live.locator(".verdict")).to_have_attribute("data-verdict", "fails", timeout=20_000)
    page.mouse.click(5, 5)
    angle = live.locator(".handle.gen").get_attribute("aria-valuenow")
    page.wait_for_timeout(500)
    expect(live.locator(".handle.gen")).to_have_attribute("aria-valuenow", str(angle))
    live = open_live(page, address, "?sweep=1")
    page.wait_for_timeout(1_000)
    expect(live.locator(".handle.gen")).to_have_attribute("aria-valuenow", "60")
    context.close()


def test_nothing_sweeps_for_those_who_want_no_motion(browser: Browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    live = open_live(context.new_page(), address, "?sweep=1")
    live.page.wait_for_timeout(1_000)
    expect(live.locator(".handle.gen")).to_have_attribute("aria-valuenow", "60")
    context.close()


def test_keys_hide_the_answer_and_light_one_card(page: Page, address: str) -> None:
    live = open_live(page, address, "?present=1")
    page.keyboard.press("h")
    expect(live.locator(".chart .law .law-line")).to_be_hidden()
    page.keyboard.press("h")
    expect(live.locator(".chart .law .law-line")).to_be_visible()
    page.keyboard.press("2")
    expect(live).to_have_attribute("data-spot", "chart")
    page.keyboard.press("Escape")
    expect(live).not_to_have_attribute("data-spot", "chart")
