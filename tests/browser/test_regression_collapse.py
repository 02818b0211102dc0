"""Regression collapse in a real Chromium: formulas, play, scrub, drag, link."""

import itertools
import json
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from synverify_core.theory import regression
from synverify_core.theory.regression.ridge import power_law
from tests.browser.conftest import in_address
from tests.browser.live_page import centre

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


def open_collapse(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/generations?section=regression{query}")
    collapse = page.get_by_test_id("collapse")
    expect(collapse.locator(".verdict-more")).to_contain_text("simulated chains")
    return collapse


def sentence(collapse: Locator) -> Locator:
    return collapse.locator(".verdict strong")


def python_values() -> list[tuple[str, list[object], float]]:
    """Name and arguments of every formula of the browser, and what Python says."""
    found: list[tuple[str, list[object], float]] = []

    def add(name: str, arguments: list[object], value: object) -> None:
        found.append((name, arguments, float(np.asarray(value))))

    for d, more, s2, n in itertools.product((1, 5, 38), (2, 60), (0.01, 2.0), (1, 3, 41)):
        T, T0 = d + more, d + 20
        rest = {"T0": T0, "sigma0_2": 0.7}
        add("replaceError", [d, T, s2, n, T0, 0.7], regression.replace(d, T, s2, n, **rest))
        add("horizonOf", [d, T, s2, T0, 0.7], regression.horizon(d, T, s2, 1.0, **rest))
        add("growingError", [d, T, s2, n], regression.growing(d, T, s2, n))
        for inputs in ("same", "fresh"):
            for fits in (n, np.inf):
                exact = regression.accumulate(d, T, s2, fits, inputs)
                add("accumulateError", [d, T, s2, fits, inputs], exact)
        real = max(1, T // 4)
        add("mixError", [d, T - real, real, s2, n], regression.mix(d, T - real, real, s2, n))
        for w, fits in itertools.product((0.02, 0.618, 0.99), (n, np.inf)):
            exact = regression.weighted_mix(d, T, s2, w, fits)
            add("weightedError", [d, T, s2, w, fits], exact)
        exact = regression.residual_verifier(d, 40 * T, 0.5, s2**0.5, 0.1, n)
        add("verifierError", [d, 40 * T, 0.5, s2, 0.1, n], exact)
        exact = regression.residual_verifier(d, 40 * T, 3.9, s2**0.5, 0.1)
        add("verifierError", [d, 40 * T, 3.9, s2, 0.1, np.inf], exact)
        for inputs in ("same", "fresh"):
            exact = regression.min_norm(38, min(d, 36), 1.0, s2, n, inputs)
            add("minNormError", [38, min(d, 36), s2, n, inputs], exact)
        left = regression.adaptive(d, T, s2, n, 2, 0.5, **rest)[1]
        add("effectiveSample", [d, T, s2, n, T0, 0.7], left)
    return found


def test_formulas_in_the_browser_equal_those_of_python(page: Page, address: str) -> None:
    """Both copies agree to 1e-9 of the value over a grid; limits of infinite rounds, too."""
    open_collapse(page, address)
    values = python_values()
    calls = json.dumps([(name, arguments) for name, arguments, _ in values])
    ours = page.evaluate(
        f"""() => {calls.replace("Infinity", "1e999")}.map(
            ([name, given]) => globalThis.synverifyRegression[name](...given))"""
    )
    np.testing.assert_allclose(ours, [value for *_, value in values], rtol=1e-9)


def test_ridge_in_the_browser_equals_pythons(page: Page, address: str) -> None:
    """Errors to 1e-9, at the best penalty to 1e-6: isotropic and power law, T above and below d."""
    open_collapse(page, address)
    grid = list(itertools.product((0.0, 1.5, 3.0), (10, 100), (0, 1, 20), (0.05, 1.0)))
    ours = page.evaluate(
        """grid => grid.map(([beta, T, n, lam]) => {
            const R = globalThis.synverifyRegression;
            const sizes = { T, sigma2: 0.5, n, T0: 60, sigma02: 0.7 };
            const problem = { ...R.powerLaw(30, beta, 0.5), ...sizes };
            return [R.ridgeError(problem, lam), R.ridgeError(problem, R.bestPenalty(problem))];
        })""",
        grid,
    )
    for (beta, T, n, lam), (at, best) in zip(grid, ours, strict=True):
        rest = {"sigma2": 0.5, "n": n, "T0": 60, "sigma0_2": 0.7}
        if beta:
            s, w2 = power_law(30, beta, 0.5)
            rest |= {"spectrum": s, "w0": np.sqrt(w2)}
        assert at == pytest.approx(float(regression.ridge(30, T, lam, **rest)), rel=1e-9)
        assert best == pytest.approx(float(regression.ridge(30, T, "adapted", **rest)), rel=1e-6)


def test_play_ends_in_a_sentence_of_the_numbers_and_in_the_address(
    page: Page, address: str
) -> None:
    collapse = open_collapse(page, address, "&reg_rounds=8&reg_round=0")
    expect(sentence(collapse)).to_contain_text("Round 0: the first fit")
    collapse.get_by_label("Play", exact=True).click()
    expect(collapse.locator(".scrub output")).to_have_text("round 8 of 8")
    error = regression.replace(20, 100, 0.5, 8)
    n_null = regression.horizon(20, 100, 0.5)
    expect(sentence(collapse)).to_contain_text(
        f"After 8 rounds of replaced data the error is {error:.3g}, 9 times the first fit's; since "
        f"round {int(n_null) + 1} it is worse"
    )
    page.wait_for_function("location.search.includes('reg_round=8')")


def test_scrubbing_and_dragging_move_everything_and_a_release_is_simulated(
    page: Page, address: str
) -> None:
    collapse = open_collapse(page, address, "&reg_policy=min_norm")
    collapse.get_by_role("slider", name="round", exact=True).fill("3")
    expect(sentence(collapse)).to_contain_text("6.25 % of the truth is left")
    before = sentence(collapse).inner_text()
    x, y = centre(collapse.locator(".across-plot"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    expect(sentence(collapse)).not_to_have_text(before)
    assert in_address(page, "reg_T_small") in ("", "10")
    page.mouse.up()
    page.wait_for_function("/reg_T_small=[1-9](&|$)/.test(location.search)")
    expect(collapse.locator(".verdict-more")).to_contain_text("simulated chains")


def test_a_link_opens_what_it_shows_and_sizes_are_made_to_fit(page: Page, address: str) -> None:
    collapse = open_collapse(page, address, "&reg_policy=ridge&reg_d=40&reg_T0=10&reg_round=5")
    expect(sentence(collapse)).to_contain_text("After 5 rounds 100 samples are worth T_eff")
    slider = collapse.get_by_role("slider", name="samples of a generation")
    expect(slider).to_have_attribute("aria-valuetext", "42")


def test_frames_of_a_drag_are_short(page: Page, address: str) -> None:
    """Sixty moves of a slider, the dearest policy: median script time of a frame, printed."""
    for policy, most in (("replace", 8), ("ridge", 16)):
        collapse = open_collapse(page, address, f"&reg_policy={policy}")
        box = collapse.get_by_role("slider", name="dimension").bounding_box()
        assert box is not None
        page.evaluate("performance.clearMeasures()")
        page.mouse.move(box["x"] + 10, box["y"] + box["height"] / 2)
        page.mouse.down()
        for step in range(60):
            page.mouse.move(box["x"] + 10 + 2.5 * step, box["y"] + box["height"] / 2)
        page.mouse.up()
        frames = page.evaluate(
            "performance.getEntriesByName('synverify:collapse-frame').map(e => e.duration)"
        )
        print(f"{policy}: {len(frames)} frames, {np.median(frames):.1f} ms median of script")
        assert len(frames) > 10 and np.median(frames) < most
