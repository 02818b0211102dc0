"""The formulas of the live component in a real Chromium equal those of Python."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy.stats import norm

from synverify_core import theory
from tests.browser.live_page import SCRIPT, open_live, released

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(text=SCRIPT)


def test_formulas_in_the_browser_equal_those_of_python(page: Page, address: str) -> None:
    """Both copies of the theory agree to 1e-6 on 200 random feasible settings."""
    rng = np.random.default_rng(0)
    gen, prune, azimuth = rng.uniform(0.01, math.pi - 0.01, (3, 200))
    separation = np.where(np.arange(200) % 4 == 0, 0.0, rng.uniform(0.0, 4.0, 200))
    n, d = 10 ** rng.uniform(math.log10(50), 6, 200), rng.integers(2, 1001, 200)
    theta = theory.theta_from_azimuth(gen, prune, azimuth)
    rates = theory.rates_from_angles(gen, prune, theta, separation=separation)
    law = theory.retraining_law(gen, prune, theta, separation=separation, n_samples=n, dimension=d)
    bands = [f(0.1, rates.phi, rates.psi) for f in (theory.p_minus, theory.p_plus)]
    open_live(page, address)
    settings = np.stack([gen, prune, azimuth, theta, separation, n, d], axis=1).tolist()
    ours = page.evaluate(
        """settings => settings.map(([g, v, w, t, k, n, d]) => {
            const T = globalThis.synverifyTheory;
            const r = T.ratesFromAngles(g, v, t, k);
            const law = T.retrainingLaw(g, v, t, k, n, d);
            return [T.thetaFromAzimuth(g, v, w), r.p, r.phi, r.psi, r.pStar, r.keepRate,
                r.precisionKept, law.cosine, law.accuracy, law.accuracyTrue,
                T.pMinus(0.1, r.phi, r.psi), T.pPlus(0.1, r.phi, r.psi)];
        })""",
        settings,
    )
    expected = np.stack([theta, *rates, *law, *bands], axis=1)
    np.testing.assert_allclose(np.array(ours), expected, rtol=0, atol=1e-6)


def test_the_cloud_obeys_the_closed_forms(page: Page, address: str) -> None:
    """Counts of the sampled points lie within 4 standard errors of the probabilities."""
    live = open_live(page, address)
    state = released(page)
    theta = theory.theta_from_azimuth(state["theta_gen"], state["theta_prune"], state["azimuth"])
    rates = theory.rates_from_angles(
        state["theta_gen"], state["theta_prune"], theta, separation=state["separation"]
    )
    kept_right = float(rates.keep_rate * rates.precision_kept)
    shares = [kept_right, float(rates.keep_rate) - kept_right, 1 - float(rates.keep_rate)]
    counts = [
        int(live.locator(f".cloud-keys .{name}").get_attribute("data-count") or 0)
        for name in ("right", "wrong", "dropped")
    ]
    total = sum(counts)
    assert total == 700
    for count, share in zip(counts, shares, strict=True):
        assert abs(count - total * share) < 4 * math.sqrt(total * share * (1 - share))


def test_the_mark_stands_where_p_passes_p_star_at_every_angle(page: Page, address: str) -> None:
    """Over all angles, azimuths and separations; Python's closed forms say where the sign turns."""
    open_live(page, address)
    states = [
        {"theta_prune": prune, "azimuth": azimuth, "separation": k, "pruning": pruning}
        for prune in np.linspace(0.15, math.pi - 0.15, 13)
        for azimuth in (0.0, math.pi / 2, math.pi)
        for k in (0.0, 0.5, 2.0, 4.0)
        for pruning in ("supervised", "none")
    ]
    marks = page.evaluate("s => s.map(globalThis.synverifyTheory.crossingRate)", states)
    for state, mark in zip(states, marks, strict=True):
        assert _gap(state, mark, -0.02) > 0 > _gap(state, mark, 0.02), (state, mark)


def _gap(state: dict[str, Any], mark: float, turn: float) -> float:
    """Return p_star - p of the generator that is turned on from the mark's by so many radians."""
    k, prune = state["separation"], state["theta_prune"]
    cosine = -norm.ppf(mark) / k if k else math.cos(math.pi * mark)
    gen = math.acos(max(-1.0, min(1.0, cosine))) + turn
    if state["pruning"] == "none":
        rates = theory.rates_from_angles(gen, gen, 0.0, separation=k)
    else:
        theta = theory.theta_from_azimuth(gen, prune, state["azimuth"])
        rates = theory.rates_from_angles(gen, prune, theta, separation=k)
    return float(rates.p_star - rates.p)


def test_so_many_samples_are_enough_and_fewer_are_not(page: Page, address: str) -> None:
    open_live(page, address)
    for gen, prune, k, d in ((1.05, 0.8, 2.0, 1000), (2.0, 0.3, 3.0, 50), (0.5, 0.9, 1.5, 200)):
        theta = float(theory.theta_from_azimuth(gen, prune, math.pi / 2))
        needed = page.evaluate(
            "s => globalThis.synverifyTheory.samplesNeeded(...s)", [0.9, gen, prune, theta, k, d]
        )
        accuracy = [
            theory.retraining_law(
                gen, prune, theta, separation=k, n_samples=share * needed, dimension=d
            ).accuracy
            for share in (0.99, 1.0, 1.01)
        ]
        assert accuracy[0] < 0.9 < accuracy[2]
        assert float(accuracy[1]) == pytest.approx(0.9, abs=1e-6)


def test_no_number_of_samples_is_promised_where_none_suffices(page: Page, address: str) -> None:
    open_live(page, address)
    theta = float(theory.theta_from_azimuth(2.2, math.pi / 4, math.pi / 2))
    limit = theory.retraining_law(2.2, math.pi / 4, theta, separation=2.0, dimension=100).accuracy
    assert 0.5 < float(limit) < 0.9
    needed = page.evaluate(
        "t => String(globalThis.synverifyTheory.samplesNeeded(0.9, 2.2, Math.PI / 4, t, 2, 100))",
        theta,
    )
    assert needed == "Infinity"
