"""Curation in a real Chromium: its formulas equal Python's; play, scrub, drag and a link."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.ui.generations.people import DEFAULT_STATE, PRESETS, WORLD
from pages.ui.generations.people.law import path_of, table_of
from synverify_core.theory import curation
from tests.browser.conftest import bottom, in_address, looked_at

pytestmark = pytest.mark.browser
MOST_WORDS = 250


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


def visit(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/generations?section=curation{query}")
    people = page.get_by_test_id("people")
    expect(people.locator(".verdict strong")).not_to_be_empty()
    return people


def round_shown(people: Locator) -> int:
    return int(people.get_by_role("slider", name="Round", exact=True).input_value())


def test_rounds_in_the_browser_equal_those_of_python(page: Page, address: str) -> None:
    visit(page, address)
    rng = np.random.default_rng(0)
    states = [{**DEFAULT_STATE, **preset["state"]} for preset in PRESETS.values()]
    for candidates in ("2", "3", "8", "16", "inf"):
        groups = [
            [float(rng.uniform(-3, 3)), float(rng.uniform(0.3, 3)), weight]
            for weight in (0.5, 0.3, 0.2)
        ]
        real, policy = float(rng.choice([0, 0.3])), str(rng.choice(["replace", "accumulate"]))
        own = {"groups": groups, "candidates": candidates, "real": real, "policy": policy}
        states.append({**DEFAULT_STATE, **own})
    found = page.evaluate(
        """([world, states]) => states.map((state) => {
            const { path } = globalThis.synverifyCuration.play(world, state);
            return [1, 20].map((t) => Array.from(path[t]));
        })""",
        [{**WORLD, "rounds": 20}, states],
    )
    for state, shares in zip(states, found, strict=True):
        path = path_of(state, rounds=20)
        np.testing.assert_allclose(shares, path[[1, 20]], atol=2e-7, err_msg=str(state))


def test_limits_in_the_browser_equal_those_of_python(page: Page, address: str) -> None:
    visit(page, address)
    mus = [0.5, 1.0, 1.001, 1.2, 2.0, 7.0]
    odds = [(1.5, 2), (9.0, 16), (400.0, 3)]
    found = page.evaluate(
        """([mus, odds]) => [
            mus.map((mu) => globalThis.synverifyCuration.campsOf(1.3 * mu, 1.3)),
            odds.map(([U, K]) => globalThis.synverifyCuration.survivalOf(U, K)),
        ]""",
        [mus, odds],
    )
    np.testing.assert_allclose(found[0], [curation.camps(1.3 * mu, 1.3) for mu in mus], atol=1e-9)
    np.testing.assert_allclose(found[1], [curation.survival(U, K) for U, K in odds])


def test_samples_in_the_browser_have_the_shares_that_they_are_drawn_from(
    page: Page, address: str
) -> None:
    visit(page, address)
    shares = [0.5, 0.3, 0.15, 0.05]
    found = np.array(
        page.evaluate(
            """(p) => {
                const { sampled, randomOf } = globalThis.synverifyCuration;
                return Array.from(sampled(p, 200000, randomOf(3)));
            }""",
            shares,
        )
    )
    error = np.sqrt(np.array(shares) * (1 - np.array(shares)) / 200_000)
    assert found.sum() == pytest.approx(1) and np.all(np.abs(found - shares) < 4 * error)


def test_play_walks_to_the_end_and_says_what_happened(page: Page, address: str) -> None:
    people = visit(page, address)
    before = people.locator(".density-line").get_attribute("d")
    people.get_by_role("button", name="Play").click()
    expect(people.get_by_role("button", name="Pause")).to_be_visible()
    expect(people.locator(".verdict strong")).to_contain_text("After 60 rounds", timeout=40_000)
    expect(people.get_by_role("button", name="Play")).to_be_visible()
    said = people.locator(".verdict").inner_text()
    assert "2 camps, at −1.45 (50 %) and 1.45 (50 %)" in said
    assert f"camps {curation.camps(1.5, 1):.2f} from the middle" in said
    assert people.locator(".density-line").get_attribute("d") != before
    page.wait_for_function("location.search.includes('people_round=60')")
    expect(people.locator(".announce")).to_contain_text("After 60 rounds")


def test_scrubbing_moves_at_once_and_the_address_has_the_round(page: Page, address: str) -> None:
    people = visit(page, address)
    strip = people.locator(".strip").bounding_box()
    assert strip is not None
    x, y = strip["x"] + strip["width"] / 2, strip["y"]
    page.mouse.move(x, y + 0.2 * strip["height"])
    page.mouse.down()
    page.mouse.move(x, y + 0.5 * strip["height"], steps=4)
    expect(people.locator(".player output")).to_have_text("round 30 of 60")
    assert in_address(page, "people_round") in ("", "0")
    page.mouse.up()
    page.wait_for_function("location.search.includes('people_round=30')")
    people.get_by_role("slider", name="Round", exact=True).press("ArrowLeft")
    page.wait_for_function("location.search.includes('people_round=29')")
    people.get_by_role("button", name="One round further").click()
    assert round_shown(people) == 30


def test_dragging_peak_width_and_share_redraws_while_it_moves(page: Page, address: str) -> None:
    people = visit(page, address, "&people_round=60")
    expect(people.locator(".verdict strong")).to_contain_text("2 camps")
    for name, target in (("A", -0.6), ("B", 0.6)):
        handle = people.get_by_role("slider", name=f"Peak of group {name}")
        box = handle.locator(".knob").bounding_box()
        frame = people.locator(".strip").bounding_box()
        assert box is not None and frame is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(frame["x"] + frame["width"] * (0.5 + target / 8), box["y"], steps=6)
        if name == "B":
            expect(people.locator(".verdict strong")).to_contain_text("all is gathered")
            assert ",0.6:" not in in_address(page, "people")
        page.mouse.up()
    page.wait_for_function("location.search.includes('0.6%3A1%3A0.5')")
    people.get_by_role("slider", name="Width of group A").press("ArrowDown")
    page.wait_for_function("location.search.includes('%3A0.95%3A')")
    divider = people.get_by_role("slider", name="Choices up to the divider after group A")
    divider.press("ArrowRight")
    page.wait_for_function("location.search.includes('%3A0.51')")
    expect(people.locator(".part-text").first).to_have_text("A 51 %")


def test_a_link_opens_the_same_picture_elsewhere(
    page: Page, browser: Browser, address: str
) -> None:
    people = visit(page, address)
    people.get_by_role("button", name="A minority").click()
    people.get_by_role("button", name="Pause").click()
    people.get_by_role("slider", name="Round", exact=True).press("End")
    expect(people.locator(".verdict strong")).to_contain_text("After 60 rounds")
    page.wait_for_function("location.search.includes('people_round=60')")
    said = people.locator(".verdict").inner_text()
    assert "B (30 % of the choices, below q = 50 %)" in said
    with looked_at(browser, color_scheme="dark") as other:
        other.goto(page.url)
        expect(other.get_by_test_id("people").locator(".verdict")).to_have_text(
            people.locator(".verdict").inner_text(), use_inner_text=True
        )
        expect(other.get_by_test_id("people")).to_contain_class("dark")


def test_with_few_samples_other_draws_are_another_path(page: Page, address: str) -> None:
    people = visit(page, address, "&people_rows=300&people_round=20")
    line = people.locator(".density-line")
    before = line.get_attribute("d")
    page.reload()
    expect(people.locator(".verdict strong")).to_contain_text("After 20 rounds")
    assert line.get_attribute("d") == before
    people.get_by_role("button", name="Draw other samples").click()
    expect(line).not_to_have_attribute("d", str(before))
    page.wait_for_function("location.search.includes('people_seed=1')")


def test_reduced_motion_shows_whole_rounds_only(browser: Browser, address: str) -> None:
    with looked_at(browser, reduced_motion="reduce") as page:
        people = visit(page, address)
        people.get_by_role("button", name="Play").click()
        tops = {people.locator(".strip-line").evaluate("node => node.style.top") for _ in range(25)}
        rounds = [float(top.removesuffix("%")) * WORLD["rounds"] / 100 for top in tops]
        assert max(abs(one - round(one)) for one in rounds) < 0.01


def test_presented_it_fits_the_screen(page: Page, address: str) -> None:
    people = visit(page, address, "&presentation=1")
    for width, height in ((1280, 720), (1280, 800), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
        assert bottom(people) <= height


def test_it_has_few_words_at_first_sight_and_names_all_that_moves(page: Page, address: str) -> None:
    people = visit(page, address)
    page.add_style_tag(content="[data-testid=stIconMaterial] { display: none !important; }")
    text = page.get_by_test_id("stMain").evaluate("node => node.innerText")
    if "Who chooses?" not in text:
        text += people.evaluate("node => node.innerText")
    assert len(text.split()) <= MOST_WORDS, text
    nameless = people.evaluate(
        """root => [...root.querySelectorAll('button, input, [role=slider], [role=img], svg[role]')]
            .filter(node => !(node.title || node.getAttribute('aria-label')
                || node.querySelector('title') || node.textContent.trim()))
            .map(node => node.outerHTML)"""
    )
    assert nameless == []


def test_the_numbers_on_the_page_are_those_of_the_data_that_it_offers(
    page: Page, address: str
) -> None:
    people = visit(page, address, "&people_round=60")
    last = table_of(DEFAULT_STATE).iloc[60]
    words = people.locator(".entropy").get_attribute("aria-label")
    assert f"{last['entropy']:.2f} in round 60" in str(words)
    assert f"{last['utility_A']:.2f}" in str(people.locator(".utility").get_attribute("aria-label"))
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("curation.camps --set mu=1.5 s=1")).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("button", name="Data (CSV)").click()
    assert found.value.path().read_text().startswith("round,mean,entropy,bargain_F,utility_A")
