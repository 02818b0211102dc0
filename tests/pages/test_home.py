"""The front page's numbers come from the retraining law, and its process stays light."""

import re

import numpy as np
import pytest

from pages.ui.home import doors, picture, words
from pages.ui.shared.chrome import PAGES
from synverify_core.theory.breakdown import p_star
from tests.pages.visit import opened, said


@pytest.mark.parametrize("name", ["all", "verified"])
def test_the_fall_stands_at_p_star(name):
    found = picture.curves()
    accuracy = np.array(found["accuracy"][name])
    p = np.linspace(0, 1, 101)
    point = found["p_star"][name]
    assert np.interp(point, p, accuracy) == pytest.approx(0.5)
    assert np.all(np.diff(accuracy) < 0)
    assert np.all((accuracy > 0.5) == (p < point - 1e-9))


def test_a_simulation_of_the_picture_s_world_agrees():
    rng = np.random.default_rng(0)
    n, d, k = picture.N_SAMPLES, picture.DIMENSION, picture.SEPARATION
    p, rates = 0.7, {"all": (1.0, 1.0), "verified": (picture.PHI, picture.PSI)}
    for name, (phi, psi) in rates.items():
        measured = []
        for _ in range(200):
            y = rng.choice([-1.0, 1.0], n)
            x = rng.standard_normal((n, d))
            x[:, 0] += k * y
            wrong = rng.random(n) < p
            kept = rng.random(n) < np.where(wrong, psi, phi)
            w = (np.where(wrong, -y, y)[kept, None] * x[kept]).mean(axis=0)
            test_y = rng.choice([-1.0, 1.0], 500)
            test_x = rng.standard_normal((500, d))
            test_x[:, 0] += k * test_y
            measured.append(np.mean(np.sign(test_x @ w) == test_y))
        error = np.std(measured) / np.sqrt(len(measured))
        expected = picture.curves()["accuracy"][name][round(100 * p)]
        assert np.mean(measured) == pytest.approx(expected, abs=4 * error + 0.01)


def test_the_text_says_the_numbers_that_the_picture_has():
    text = " ".join(text for _, text in words.ideas()).replace("\xa0", " ")
    assert f"keeps {100 * picture.PHI:.0f} % of the right" in text
    assert re.search(rf"= {100 * p_star(picture.PHI, picture.PSI):.0f} %, instead of 50 %", text)
    assert "p* = 80%" in picture.described()


def test_every_door_leads_to_a_page_that_is_there():
    for door in doors.DOORS:
        for _, page, _ in door.links:
            assert (PAGES / f"{page}.py").exists()


def test_the_page_opens(cache):
    page = opened("home.py")
    assert page.title[0].value == words.TITLE
    assert "keep right labels more often" in said(page)
