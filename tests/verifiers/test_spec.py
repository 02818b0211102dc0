"""The spelling of verifiers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synverify_core.errors import InputError
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.spec import format_spec, split_spec


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_exactly(value):
    assert split_spec(format_spec("any", {"value": value})) == ("any", {"value": value})


@given(times=st.integers(1, 100), over=st.integers(1, 48))
def test_every_share_of_pi_reads_back_exactly(times, over):
    _, settings = split_spec(f"any(value={times}*pi/{over})")
    assert settings["value"] == times * math.pi / over
    assert split_spec(format_spec("any", settings))[1] == settings


@pytest.mark.parametrize(
    ("spec", "label"),
    [
        ("linear(theta_prune=0.2617993877991494)", "linear(theta_prune=pi/12)"),
        (" linear( theta_prune = pi / 24 )".replace(" / ", "/"), "linear(theta_prune=pi/24)"),
        ("linear(theta_prune=5pi/24)", "linear(theta_prune=5*pi/24)"),
        ("linear(theta_prune=0.1309)", "linear(theta_prune=0.1309)"),
        ("linear(theta_prune=0.0)", "linear(theta_prune=0)"),
        ("noisy(p_noise=1e-1)", "noisy(p_noise=0.1)"),
        ("random()", "random"),
        ("random(keep_rate=0.5)", "random"),
    ],
)
def test_one_verifier_has_one_label(spec, label):
    assert parse(spec).label() == label


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("unheard_of", "'unheard_of' is unknown; verifiers: "),
        ("noisy", "p_noise is missing; settings of noisy: p_noise"),
        ("noisy(p_noise=2)", "p_noise = 2.0: Input should be less than or equal to 1"),
        ("noisy(p_noise=nan)", "p_noise = nan"),
        ("noisy(p_noise=many)", "'many' is not a number"),
        ("noisy(p_noise=0.1, p_noise=0.2)", "gives p_noise twice"),
        ("oracle(p_noise=0.1)", "settings of oracle: none"),
        ("linear(theta_prune=3.2)", "less than or equal to 3.14159"),
        ("linear(theta_prune=pi/0)", "'pi/0' is not a number"),
        ("linear(theta_prune=pi/00)", "'pi/00' is not a number"),
        ("linear(0.1)", "cannot be read"),
        ("linear(theta_prune=0.1", "cannot be read"),
        ("", "cannot be read"),
        ("lead_overlap(n_words=0)", "n_words"),
        ("lead_overlap(n_words=2.5)", "n_words"),
    ],
)
def test_a_bad_spelling_is_refused_with_what_is_wrong(spec, message):
    with pytest.raises(InputError) as caught:
        parse(spec)
    assert message in str(caught.value)
