"""The live component in a real Chromium, mounted in the smallest page that can hold it."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from pages.ui.live import DEFAULT_STATE, PRESETS, SCRIPTS, live_phase
from tests.browser.live_page import (
    SCRIPT,
    centre,
    dial_point,
    grab,
    open_live,
    readout,
    released,
    wait_released,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(text=SCRIPT)


def test_dragging_moves_the_picture_and_only_the_release_reaches_python(
    page: Page, address: str
) -> None:
    live = open_live(page, address)
    before = released(page)
    grab(live, "gen")
    for angle in (70, 90, 110, 130, 140):
        page.mouse.move(*dial_point(live, math.radians(angle)), steps=3)
    expect(live.locator(".verdict")).to_have_attribute("data-verdict", "fails")
    page.wait_for_timeout(500)
    assert released(page) == before
    page.mouse.up()
    after = wait_released(page, before["runs"] + 1)
    assert after["runs"] == before["runs"] + 1
    assert math.degrees(after["theta_gen"]) == pytest.approx(140, abs=1.5)
    assert after["theta_prune"] == before["theta_prune"]


def test_every_pointer_move_is_painted_at_once(page: Page, address: str) -> None:
    live = open_live(page, address)
    page.wait_for_timeout(500)
    grab(live, "gen")
    for step in range(100):
        page.mouse.move(*dial_point(live, math.radians(60 + 60 * math.sin(step / 8))))
    page.wait_for_timeout(200)
    page.mouse.up()
    times = page.evaluate(
        "performance.getEntriesByName('synverify:move-to-paint').map(e => e.duration)"
    )
    p50, p95 = np.percentile(times, [50, 95])
    print(f"\npointer move to paint, {len(times)} frames: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    assert len(times) >= 20
    assert p95 < 250


def test_a_finger_turns_the_verifier(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = context.new_page()
    live = open_live(page, address)
    before = released(page)
    x, y = centre(live.locator(".handle.prune .knob"))
    touch = context.new_cdp_session(page)

    def send(kind: str, points: list[dict[str, float]]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", [{"x": x, "y": y}])
    for shift in (10, 30, 50, 70):
        send("touchMove", [{"x": x, "y": y + shift}])
    send("touchEnd", [])
    after = wait_released(page, before["runs"] + 1)
    context.close()
    assert after["theta_prune"] > before["theta_prune"] + 0.3
    assert after["theta_gen"] == before["theta_gen"]


def test_arrow_keys_turn_by_degrees_and_are_released_once(page: Page, address: str) -> None:
    live = open_live(page, address)
    before = released(page)
    handle = live.locator(".handle.gen")
    handle.focus()
    for key in ("Home", "ArrowRight", "ArrowUp", "Shift+ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(handle).to_have_attribute("aria-valuetext", "6 degrees")
    after = wait_released(page, before["runs"] + 1)
    assert after["runs"] == before["runs"] + 1
    assert math.degrees(after["theta_gen"]) == pytest.approx(6)
    page.keyboard.press("End")
    expect(handle).to_have_attribute("aria-valuenow", "180")


def test_a_rerun_never_overwrites_what_is_being_dragged(page: Page, address: str) -> None:
    live = open_live(page, address, "?tick=1")
    before = released(page)["runs"]
    grab(live, "gen")
    page.mouse.move(*dial_point(live, math.radians(30)), steps=4)
    wait_released(page, before + 3)
    angle = int(live.locator(".handle.gen").get_attribute("aria-valuenow") or 0)
    page.mouse.move(*dial_point(live, math.radians(25)), steps=2)
    page.mouse.up()
    assert angle == pytest.approx(30, abs=2)
    page.wait_for_function(
        "() => Math.abs(JSON.parse(document.querySelector('[data-testid=stText]').innerText)"
        ".theta_gen - 0.436) < 0.035"
    )
    wait_released(page, released(page)["runs"] + 2)
    assert math.degrees(released(page)["theta_gen"]) == pytest.approx(25, abs=2)


def test_the_cleanup_of_a_superseded_call_leaves_the_picture_alive(page: Page) -> None:
    """Streamlit may run a first call's cleanup before the second call, within one frame."""
    folder = Path(live_phase.__code__.co_filename).parent
    page.set_content((folder / "live.html").read_text(encoding="utf-8"))
    page.add_style_tag(content=".plot { position: relative; width: 400px; height: 300px; }")
    sent = page.evaluate(
        """async ([script, data]) => {
            const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
            const { default: mount } = await import(url);
            const sent = [];
            const call = () => mount({
                data, parentElement: document, setStateValue: (name, value) => sent.push(value),
            });
            call()();
            call();
            const frames = async (n) => {
                for (let i = 0; i < n; i++) await new Promise(requestAnimationFrame);
            };
            await frames(3);
            document.querySelector('[data-preset=oracle]').click();
            await frames(3);
            return [sent.length, document.querySelector('.handle.prune').ariaValueNow];
        }""",
        [
            "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS),
            {"state": DEFAULT_STATE, "revision": 0, "presets": PRESETS},
        ],
    )
    assert sent == [1, "0"]


def test_a_state_from_python_is_adopted(page: Page, address: str) -> None:
    live = open_live(page, address)
    live.get_by_role("button", name="Weak", exact=True).click()
    expect(page.get_by_test_id("stText")).to_contain_text('"preset": "weak"')
    for _ in range(2):
        page.get_by_role("button", name="From Python").click()
        expect(live.locator(".handle.gen")).to_have_attribute("aria-valuenow", "20")
        live.locator(".handle.gen").press("End")
        expect(live.locator(".handle.gen")).to_have_attribute("aria-valuenow", "180")
        expect(page.get_by_test_id("stText")).to_contain_text('"theta_gen": 3.14159')


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
    group.get_by_role("button", name="Keep this setting").click()
    live.get_by_role("button", name="Weak", exact=True).click()
    moved = readout(live, "p⋆")
    assert moved != kept
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


def test_sliders_and_phase_diagram_set_the_state(page: Page, address: str) -> None:
    live = open_live(page, address)
    runs = released(page)["runs"]
    live.get_by_role("slider", name="synthesized samples").focus()
    page.keyboard.press("End")
    assert wait_released(page, runs + 1)["n_samples"] == 1_000_000
    expect(live.locator(".chart .simulated")).to_have_class("simulated mark-0 stale")
    live.locator(".phase").scroll_into_view_if_needed()
    map_box = live.locator(".phase").bounding_box()
    assert map_box is not None
    page.mouse.click(map_box["x"] + map_box["width"] - 45, map_box["y"] + 30)
    clicked = wait_released(page, runs + 2)
    assert clicked["theta_gen"] > 2
    assert clicked["theta_prune"] > 2
    live.locator(".phase").press("ArrowDown")
    pressed = wait_released(page, runs + 3)
    assert clicked["theta_prune"] - pressed["theta_prune"] == pytest.approx(math.radians(2))


def test_the_azimuth_sets_the_third_angle(page: Page, address: str) -> None:
    live = open_live(page, address)
    runs = released(page)["runs"]
    live.get_by_role("button", name="same side").click()
    expect(live.locator(".theta-text")).to_contain_text("θ = 15°")
    assert wait_released(page, runs + 1)["azimuth"] == 0
    right, y = centre(live.locator(".handle.azimuth .knob"))
    grab(live, "azimuth")
    page.mouse.move(right - 300, y, steps=5)
    page.mouse.up()
    expect(live.locator(".theta-text")).to_contain_text("θ = 105°")
    assert wait_released(page, runs + 2)["azimuth"] == pytest.approx(math.pi)


def test_play_pause_step_and_reset_walk_through_the_stages(page: Page, address: str) -> None:
    live = open_live(page, address)
    pressed = live.locator(".stages [aria-pressed='true']")
    expect(pressed).to_have_text("Retrain")
    live.get_by_role("button", name="Reset the animation").click()
    expect(pressed).to_have_count(0)
    live.get_by_role("button", name="Step one stage").click()
    expect(pressed).to_have_text("Generate")
    live.get_by_role("button", name="Play").click()
    live.get_by_role("button", name="Pause").click()
    expect(live.get_by_role("button", name="Play")).to_be_visible()
    live.get_by_role("button", name="Play").click()
    expect(pressed).to_have_text("Retrain", timeout=20_000)
    expect(live.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("stText")).to_contain_text('"stage": "retrain"')


def test_reduced_motion_jumps_from_stage_to_stage(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    live = open_live(page, address)
    live.get_by_role("button", name="Verify").click()
    live.get_by_role("button", name="Step one stage").click()
    arrow = live.locator(".arrow.hat")
    seen = {arrow.evaluate("node => node.style.opacity") for _ in range(20)}
    expect(arrow).to_have_css("opacity", "1")
    assert seen <= {"0", "1"}


def test_it_follows_the_theme_and_fits_every_screen(page: Page, address: str) -> None:
    live = open_live(page, address)
    page.emulate_media(color_scheme="dark")
    expect(live).to_contain_class("dark")
    page.emulate_media(color_scheme="light")
    expect(live).not_to_contain_class("dark")
    for width, height, query in ((1280, 800, ""), (1920, 1080, "?present=1"), (400, 800, "")):
        page.set_viewport_size({"width": width, "height": height})
        live = open_live(page, address, query)
        page.wait_for_timeout(300)
        spill = live.evaluate(
            """root => [...root.querySelectorAll('.card, .card *')].filter(node =>
                !node.closest('svg') &&
                node.getBoundingClientRect().right > root.getBoundingClientRect().right + 1
            ).map(node => node.className)"""
        )
        assert spill == []


def test_every_control_has_a_name_and_a_help_text(page: Page, address: str) -> None:
    live = open_live(page, address)
    nameless = live.evaluate(
        """root => [...root.querySelectorAll('button, input, [role=slider], canvas, svg.chart')]
            .filter(node => !(node.title || node.querySelector('title')
                || node.getAttribute('aria-label')))
            .map(node => node.outerHTML)"""
    )
    helpless = live.evaluate(
        """root => [...root.querySelectorAll('button, input, [role=slider]')]
            .filter(node => !(node.title || node.querySelector('title'))).length"""
    )
    assert nameless == []
    assert helpless == 0
