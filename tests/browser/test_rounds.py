"""Rounds on the phase page in a real Chromium: formulas, play, scrub, drag, link."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from synverify_core.theory.gaussian_limits import (
    critical_ratio,
    limit_angle,
    long_run_cosine,
    unverified_limit,
)
from synverify_core.theory.gaussian_rounds import Linear, gaussian_rounds
from tests.browser.conftest import bottom, in_address

pytestmark = pytest.mark.browser
SCRIPT = """
import json
import streamlit as st
from pages.ui.rounds import DEFAULT_STATE, live_rounds

st.set_page_config(layout="wide")
memory = st.session_state
memory["view"] = live_rounds(
    memory.get("view", DEFAULT_STATE), simulated=None, presentation=False, key="rounds")
st.text(json.dumps(memory["view"]))
"""
WALKED = """settings => settings.map((s) => {
    const T = globalThis.synverifyTheory;
    return [...T.walkRounds(s, 12).map((at) => at.c), T.walkRounds(s, 3)[3].kept,
        T.criticalRatio(s.k), T.unverifiedLimit(s.k, s.ratio),
        s.prune === null ? 0 : T.limitAngle(s.k, s.prune),
        s.policy === "accumulate" || s.prune === null ? 0 : T.longRunCosine(s)];
})"""


@pytest.fixture(scope="module")
def alone(serve: Callable[..., str]) -> str:
    return serve(text=SCRIPT)


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


def visit(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/phase_transition?mode=rounds{query}")
    live = page.get_by_test_id("live-rounds")
    expect(live.locator(".chart .law-line")).to_have_attribute("d", re.compile("^M"))
    return live


def words(live: Locator) -> Locator:
    return live.locator(".verdict strong")


def expected(setting: dict[str, Any]) -> list[float]:
    """Return what Python says about one setting of the grid."""
    k, ratio, prune, policy = (setting[name] for name in ("k", "ratio", "prune", "policy"))
    real = setting["real"] if policy == "mix" else 0.0
    verifier = None if prune is None else Linear(prune)
    walk = gaussian_rounds(
        k=k, n_over_d=ratio, c0=setting["c"], side=setting["b"], verifier=verifier, real=real,
        policy=policy, n_rounds=12,
    )  # fmt: skip
    end = 0.0
    if policy != "accumulate" and prune is not None:
        end = float(long_run_cosine(k=k, n_over_d=ratio, theta_prune=prune, real=real))
    limit = 0.0 if prune is None else float(limit_angle(k, prune))
    fixed = [float(critical_ratio(k)), float(unverified_limit(k, ratio)), limit, end]
    return [*walk.cosine.tolist(), float(walk.keep_rate[3]), *fixed]


def test_rounds_in_the_browser_are_those_of_python(page: Page, alone: str) -> None:
    """To 1e-6 on a grid of separations, ratios, verifiers, starts and policies."""
    settings = [
        {"k": k, "ratio": ratio, "prune": prune, "policy": policy, "real": 0.3, "c": c, "b": b}
        for k in (0.4, 1.0, 2.5)
        for ratio in (0.1, 2.0, 300.0)
        for prune in (None, 0.2, 0.9, 1.5)
        for policy in ("replace", "accumulate", "mix")
        for c, b in ((0.5, 0.0), (0.9, -0.3), (-0.2, 0.6))
    ]
    page.goto(alone)
    page.get_by_test_id("live-rounds").wait_for()
    page.wait_for_function("Boolean(globalThis.synverifyTheory?.walkRounds)")
    ours = np.array(page.evaluate(WALKED, settings))
    theirs = np.array([expected(setting) for setting in settings])
    np.testing.assert_allclose(ours[:, :-1], theirs[:, :-1], atol=1e-6)
    np.testing.assert_allclose(ours[:, -1], theirs[:, -1], atol=1e-3)  # where both stop waiting


def test_a_play_ends_in_one_sentence_of_its_numbers(page: Page, address: str) -> None:
    live = visit(page, address, "&rounds_n_rounds=16")
    expect(words(live)).to_contain_text("Round 0, the first model: accuracy")
    angle = live.locator(".handle.gen").get_attribute("aria-valuenow")
    live.get_by_role("button", name="Play rounds").click()
    expect(words(live)).to_have_text(re.compile(r"^Round \d+ of 16: accuracy"))
    expect(words(live)).to_have_text(
        re.compile(r"^With this verifier, accuracy \w+ .* below .*\.$")
    )
    expect(live.locator(".handle.gen")).not_to_have_attribute("aria-valuenow", str(angle))
    page.wait_for_function("new URLSearchParams(location.search).get('round') === '16'")
    live.get_by_role("button", name="Collapse").click()
    live.get_by_role("slider", name="round", exact=True).press("End")
    expect(words(live)).to_have_text(
        re.compile(r"^Without a verifier, accuracy falls from \d+\s% to \d+\s% in 30 rounds: "
                   r"n/d = 0.40 is below the critical 0.52\.$")
    )  # fmt: skip
    law = gaussian_rounds(k=1, n_over_d=0.4, c0=math.cos(math.radians(66)), n_rounds=30).cosine
    assert law[-1] < 0.03


def test_scrubbing_and_dragging_move_the_picture_before_anything_is_released(
    page: Page, alone: str
) -> None:
    page.goto(alone)
    live = page.get_by_test_id("live-rounds")
    told = page.get_by_test_id("stText")
    expect(words(live)).to_contain_text("Round 0")
    before = json.loads(told.inner_text())
    box = live.locator(".chart").bounding_box()
    assert box is not None
    y = box["y"] + 0.4 * box["height"]
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], y, steps=6)
    expect(words(live)).to_have_text(re.compile(r"^Round 1\d of 30: accuracy .* p⋆ = "))
    assert json.loads(told.inner_text()) == before
    page.mouse.up()
    expect(told).to_contain_text(re.compile(r'"round": 1\d'))
    curve = live.locator(".chart .law-line").get_attribute("d")
    knob = live.locator(".handle.prune .knob").bounding_box()
    assert knob is not None
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + 40, steps=4)
    expect(live.locator(".chart .law-line")).not_to_have_attribute("d", str(curve))
    page.mouse.up()
    expect(told).to_contain_text('"preset": ""')
    live.locator(".handle.gen").press("ArrowRight")
    expect(words(live)).to_contain_text("Round 0")


def test_the_map_sets_data_and_verifier_and_its_strip_takes_the_verifier_away(
    page: Page, alone: str
) -> None:
    page.goto(alone)
    live = page.get_by_test_id("live-rounds")
    told = page.get_by_test_id("stText")
    expect(words(live)).to_contain_text("Round 0")
    canvas = live.locator(".phase")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": 0.7 * box["width"], "y": 0.5 * box["height"]})
    expect(told).to_contain_text('"preset": ""')
    found = json.loads(told.inner_text())
    assert found["n_samples"] > 3_000 and 0.6 < found["theta_prune"] < 1.0
    canvas.press("ArrowUp")
    expect(told).not_to_contain_text(f'"theta_prune": {found["theta_prune"]}')
    canvas.click(position={"x": 0.5 * box["width"], "y": 8})
    expect(told).to_contain_text('"pruning": "none"')
    expect(live).to_contain_class("unpruned")


def test_a_link_opens_the_same_round_with_simulated_models_and_few_words(
    page: Page, address: str
) -> None:
    small = "&rounds_dimension=40&rounds_n_samples=400"
    live = visit(page, address, f"&round=7&rounds_ridge=weak{small}")
    expect(words(live)).to_contain_text("Round 7 of 30")
    expect(live.locator(".chart .simulated").first).to_be_attached(timeout=60_000)
    expect(page.get_by_text("3 of 3 chains, simulated here, now")).to_be_visible(timeout=60_000)
    live.get_by_role("slider", name="round", exact=True).press("End")
    expect(words(live)).to_contain_text("With a weak ridge, 20 simulated rounds end at")
    assert in_address(page, "mode") == "rounds"
    page.add_style_tag(content="[data-testid=stIconMaterial] { display: none !important; }")
    text = page.get_by_test_id("stMain").evaluate("node => node.innerText")
    assert len(text.split()) <= 250, text
    page.get_by_role("button", name="One round").click()
    expect(page.get_by_test_id("live-phase")).to_be_visible()


def test_presented_rounds_fit_the_screen(page: Page, address: str) -> None:
    live = visit(page, address, "&presentation=1&rounds_policy=mix&round=30")
    for width, height in ((1280, 720), (1280, 800), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        assert bottom(live) <= height
