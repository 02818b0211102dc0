"""Regression collapse: settings that fit each other, and corrections that their checks bear out."""

import shlex

import numpy as np
import pytest

from pages.ui.generations.collapse import DEFAULT_STATE
from pages.ui.generations.corrections import CORRECTIONS, command
from pages.ui.generations.regression import FIELDS, PREFIX, problem_of, state_of
from synverify_core.cli.theory import parse
from synverify_core.experiments.regression.simulate import POLICIES, simulate
from synverify_core.theory.catalogue import evaluate
from tests.pages.visit import opened


def view(**change):
    values = {name: field.default for name, field in FIELDS.items()}
    return values | {PREFIX + name: value for name, value in change.items()}


def test_the_untouched_view_is_the_components_default():
    assert state_of(view()) == DEFAULT_STATE


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("d", [4, 40])
def test_whatever_a_link_says_can_be_simulated(policy, d):
    """Smallest sizes of the address: they are raised to what the policy's fits need."""
    small = {"T": 2, "T0": 6, "T_small": 38, "rounds": 5, "round": 40, "t": 0.3, "real": 0.01}
    state = state_of(view(policy=policy, d=d, **small))
    assert state["round"] == 5
    band = simulate(problem_of(state))
    assert band.mean.shape == (6,)
    assert np.isfinite(band.mean).all()


def test_the_round_shown_is_not_simulated_again():
    assert problem_of(state_of(view(round=3))) == problem_of(state_of(view(round=7)))


CHECKS = [check for one in CORRECTIONS for check in one.checks]


@pytest.mark.parametrize(("name", "inputs"), CHECKS)
def test_a_correction_s_command_says_what_the_page_says(name, inputs):
    words = shlex.split(command(name, inputs))
    assert words[:5] == ["python", "-m", "synverify_core", "theory", name]
    assert evaluate(name, parse(words[6:])).value == evaluate(name, inputs).value


def test_the_checks_show_what_holds():
    found = [[evaluate(*check).value for check in one.checks] for one in CORRECTIONS]
    (roles, enough, growing, accumulated, below, adaptive) = found
    v = 10 / 19
    assert roles == pytest.approx([v + 5 * 4 * v, 4 * v + 5 * v])
    assert enough == [10]
    assert growing[1] / growing[0] < np.sum(1 / np.arange(1, 9))
    assert accumulated[1] < accumulated[0] == pytest.approx(v * np.pi**2 / 6)
    assert below[0] == pytest.approx([1 - 0.5**n for n in (1, 2, 4, 8)])
    assert adaptive[0][1] == pytest.approx(20, rel=1e-3)


def test_the_section_opens_with_its_corrections_folded(cache):
    page = opened("generations.py", section="regression")
    assert not page.exception
    assert any("check" in one.label for one in page.expander)
    assert not any(one.proto.expanded for one in page.expander)
