"""The formulas of the live component in a real Chromium equal those of Python."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

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
