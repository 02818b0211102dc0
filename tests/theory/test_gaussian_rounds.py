"""Rounds on the mixture: identities, limits, then simulated mean classifiers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from synverify_core import theory
from synverify_core.errors import InputError
from synverify_core.theory.gaussian_forms import FORMS, verifier_of
from synverify_core.theory.gaussian_limits import (
    critical_ratio,
    largest_useful_angle,
    limit_angle,
    long_run_cosine,
    unverified_limit,
)
from synverify_core.theory.gaussian_rounds import (
    Bits,
    Linear,
    gaussian_rounds,
    trusted_cosine,
)

separations = st.just(0.0) | st.floats(1e-3, 5.0)
ratios = st.floats(0.02, 1e4)
angles = st.floats(0.0, math.pi)
cosines = st.floats(-1.0, 1.0)
shares = st.floats(0.0, 1.0)
FORM = {form.name: form for form in FORMS}


@given(separations, ratios, angles, angles, angles)
def test_one_round_of_replace_is_the_retraining_law(k, ratio, gen, prune, azimuth):
    """Whatever the angles, the azimuth between them and n/d."""
    theta = theory.theta_from_azimuth(gen, prune, azimuth)
    law = theory.retraining_law(gen, prune, theta, separation=k, n_samples=50 * ratio, dimension=50)
    start = {"c0": math.cos(gen), "side": math.sin(gen) * math.cos(azimuth)}
    walk = gaussian_rounds(k=k, n_over_d=ratio, **start, verifier=Linear(prune), n_rounds=1)
    assert walk.cosine[1] == pytest.approx(float(law.cosine), abs=1e-6)
    rates = theory.rates_from_angles(gen, prune, theta, separation=k or 1e-9)
    assert walk.keep_rate[0] == pytest.approx(float(rates.keep_rate), abs=1e-6)


@given(st.floats(0.1, 4.0), ratios, cosines, angles, shares, st.sampled_from(("replace", "mix")))
def test_every_round_is_finite_and_on_the_sphere(k, ratio, c0, prune, share, policy):
    real = share if policy == "mix" else 0.0
    walk = gaussian_rounds(
        k=k, n_over_d=ratio, c0=c0, verifier=Linear(prune), real=real, policy=policy, n_rounds=12
    )
    assert np.all(walk.cosine**2 + walk.side**2 <= 1 + 1e-9)
    assert np.all((walk.keep_rate >= 0) & (walk.keep_rate <= 1 + 1e-12))


@given(st.floats(0.1, 4.0), ratios, cosines, angles, shares)
def test_a_world_seen_upside_down_ends_upside_down(k, ratio, c0, prune, side):
    """The map commutes with turning truth, model and verifier around: no label is special."""
    both = [
        gaussian_rounds(
            k=k, n_over_d=ratio, c0=sign * c0, side=side * math.sqrt(1 - c0**2),
            verifier=Linear(angle), n_rounds=5,
        ).cosine
        for sign, angle in ((1, prune), (-1, math.pi - prune))
    ]  # fmt: skip
    np.testing.assert_allclose(both[0], -both[1], atol=1e-6)


@given(st.floats(0.1, 4.0), ratios, cosines)
def test_keeping_everything_is_no_verifier_and_all_real_rows_are_the_clean_fit(k, ratio, c0):
    sizes = {"k": k, "n_over_d": ratio, "c0": c0}
    none = gaussian_rounds(**sizes, n_rounds=4).cosine
    bits = gaussian_rounds(**sizes, verifier=Bits(1, 1), n_rounds=4).cosine
    np.testing.assert_allclose(none, bits, atol=1e-12)
    clean = gaussian_rounds(**sizes, real=1, policy="mix", n_rounds=4).cosine
    np.testing.assert_allclose(clean[1:], k / math.sqrt(k * k + 1 / ratio), atol=1e-12)


@given(st.floats(0.1, 4.0), ratios, st.floats(-0.99, 0.99), shares, shares)
def test_bits_turn_the_model_where_its_own_direction_no_longer_helps(k, ratio, c0, phi, psi):
    """The next c is negative iff k (phi (1-p) - psi p) + (phi + psi) f(kc) c < 0."""
    phi += 0.01
    p = ndtr(-k * c0)
    density = math.exp(-0.5 * (k * c0) ** 2) / math.sqrt(2 * math.pi)
    star = k * (min(phi, 1) * (1 - p) - psi * p) + (min(phi, 1) + psi) * density * c0
    found = gaussian_rounds(
        k=k, n_over_d=ratio, c0=c0, verifier=Bits(min(phi, 1), psi), n_rounds=1
    ).cosine[1]
    assert abs(star) < 1e-9 or np.sign(found) == np.sign(star)


def test_without_a_verifier_n_over_d_alone_tells_collapse():
    """Below the critical ratio every start decays to chance, above it none better than chance."""
    k, c0 = np.random.default_rng(0).uniform((0.3, 0.05), (3.0, 0.95), (40, 2)).T
    edge = critical_ratio(k)
    below = gaussian_rounds(k=k, n_over_d=0.6 * edge, c0=c0, n_rounds=150).cosine
    above = gaussian_rounds(k=k, n_over_d=1.6 * edge, c0=c0, n_rounds=400).cosine
    assert np.all(below[-1] < 1e-3)
    np.testing.assert_allclose(above[-1], unverified_limit(k, 1.6 * edge), atol=1e-4)
    assert not np.any(unverified_limit(k, edge))


def test_at_infinite_n_rounds_end_better_than_their_verifier():
    k, prune, c0 = np.random.default_rng(1).uniform((0.3, 0.1, 0.05), (2.5, 1.4, 1), (40, 3)).T
    limit = limit_angle(k, prune)
    walk = gaussian_rounds(k=k, n_over_d=np.inf, c0=c0, verifier=Linear(prune), n_rounds=1_000)
    assert np.all((limit > 0) & (limit < prune))
    np.testing.assert_allclose(np.arccos(walk.cosine[-1]), limit, atol=2e-3)


@given(st.floats(0.3, 3.0))
def test_a_good_verifier_is_beaten_by_a_factor(k):
    density = math.exp(-0.5 * k * k) / math.sqrt(2 * math.pi)
    factor = density / (k * (2 * ndtr(k) - 1) + density)
    assert float(limit_angle(k, 1e-4)) == pytest.approx(1e-4 * factor, rel=1e-5)


@pytest.mark.parametrize(("k", "ratio"), [(0.5, 4), (1, 1), (1, 4), (1.555, 0.3), (1.555, 10)])
def test_a_verifier_pays_in_the_long_run_up_to_the_largest_useful_angle(k, ratio):
    angle = float(largest_useful_angle(k, ratio))
    without = float(unverified_limit(k, ratio))
    better, worse = long_run_cosine(
        k=k, n_over_d=ratio, theta_prune=np.array([angle - 0.05, angle + 0.05])
    )
    assert better > without + 1e-4 > without - 1e-4 > worse


def test_any_verifier_pays_below_the_critical_ratio_and_none_with_all_data():
    assert float(largest_useful_angle(1, 0.5)) == pytest.approx(math.pi / 2)
    assert float(largest_useful_angle(1, math.inf)) == 0


def test_the_long_run_does_not_hang_on_the_start():
    ratio = np.array([0.2, 1.0, 4.0])[:, None]
    prune = np.radians([15.0, 40.0, 70.0])
    limit = long_run_cosine(k=1.2, n_over_d=ratio, theta_prune=prune)
    for c0, side in ((0.05, 0.9), (0.3, -0.9), (0.99, 0.0)):
        walk = gaussian_rounds(
            k=1.2, n_over_d=ratio, c0=c0, side=side, verifier=Linear(prune), n_rounds=300
        )
        np.testing.assert_allclose(walk.cosine[-1], limit, atol=2e-3)


def simulated(k, n, d, c0, verifier, real, policy, n_rounds, repeats, rng):
    """Mean classifiers in all d dimensions, labels, verdicts and real rows drawn; shape (R, T)."""
    found = np.empty((repeats, n_rounds))
    for row in found:
        w = np.zeros(d)
        w[:2] = c0, math.sqrt(1 - c0**2)
        total = np.zeros(d)
        if policy == "accumulate":
            total[0] = k * n
            total += math.sqrt(n) * rng.standard_normal(d)
        for t in range(n_rounds):
            x, y = rng.standard_normal((n, d)), rng.integers(0, 2, n) * 2 - 1
            x[:, 0] += k * y
            label = np.where(x @ w > 0, 1, -1)
            keep = np.ones(n, dtype=bool)
            if isinstance(verifier, Linear):
                e = 2  # the verifier's own side, unknown to the first model
                x_prune = x[:, 0] * math.cos(verifier.theta_prune)
                x_prune += x[:, e] * math.sin(verifier.theta_prune)
                keep = label * x_prune > 0
            elif isinstance(verifier, Bits):
                keep = rng.random(n) < np.where(label == y, verifier.phi, verifier.psi)
            fresh = rng.random(n) < real
            weight = np.where(fresh, y, label * keep)
            mean = weight @ x
            total = total + mean if policy == "accumulate" else mean
            w = total / np.linalg.norm(total)
            row[t] = w[0]
    return found


@pytest.mark.parametrize(
    ("k", "ratio", "c0", "verifier", "real", "policy"),
    [
        (1.0, 2.0, 0.3, Linear(math.pi / 6), 0.0, "replace"),
        (1.0, 2.0, 0.5, None, 0.0, "replace"),
        (1.2, 2.0, 0.5, Bits(0.8, 0.3), 0.0, "replace"),
        (1.0, 2.0, 0.3, Linear(math.pi / 4), 0.25, "mix"),
    ],
)
def test_simulated_models_follow_the_recursion(k, ratio, c0, verifier, real, policy):
    """Within 4 standard errors, or 0.02, the law's own accuracy at d = 150."""
    repeats, d, n_rounds = 12, 150, 5
    rng = np.random.default_rng(3)
    found = simulated(k, int(ratio * d), d, c0, verifier, real, policy, n_rounds, repeats, rng)
    law = gaussian_rounds(
        k=k, n_over_d=ratio, c0=c0, verifier=verifier, real=real, policy=policy, n_rounds=n_rounds
    ).cosine[1:]
    error = found.std(axis=0, ddof=1) / math.sqrt(repeats)
    assert np.all(np.abs(found.mean(axis=0) - law) < np.maximum(4 * error, 0.02))


def test_accumulated_rounds_follow_the_recursion_from_the_fit_of_their_real_rows():
    """The first model is the real rows' own: c0 = k/sqrt(k^2 + d/n)."""
    k, ratio, d = 1.0, 2.0, 150
    rng = np.random.default_rng(4)
    found = []
    for _ in range(12):
        total = math.sqrt(ratio * d) * rng.standard_normal(d)
        total[0] += k * ratio * d
        row = []
        for _ in range(6):
            w = total / np.linalg.norm(total)
            row.append(w[0])
            x = rng.standard_normal((int(ratio * d), d))
            x[:, 0] += k * (rng.integers(0, 2, len(x)) * 2 - 1)
            label = np.where(x @ w > 0, 1, -1)
            verdict = x[:, 0] * math.cos(0.6) + x[:, 1] * math.sin(0.6)
            total = total + (label * (label * verdict > 0)) @ x
        found.append(row)
    c0 = k / math.sqrt(k**2 + 1 / ratio)
    law = gaussian_rounds(
        k=k, n_over_d=ratio, c0=c0, verifier=Linear(0.6), policy="accumulate", n_rounds=5
    ).cosine
    np.testing.assert_allclose(np.mean(found, axis=0), law, atol=0.02)


def test_very_sharp_labels_are_the_likelier_ones():
    sizes = {"k": 1.2, "n_over_d": 3, "c0": 0.4, "n_rounds": 4}
    for verifier in (None, Linear(0.6)):
        drawn = gaussian_rounds(**sizes, verifier=verifier, sharpness=20)
        hard = gaussian_rounds(**sizes, verifier=verifier)
        np.testing.assert_allclose(drawn.cosine, hard.cosine, atol=0.01)
        np.testing.assert_allclose(drawn.keep_rate, hard.keep_rate, atol=0.02)


@pytest.mark.parametrize("angle", [None, 0.6])
def test_drawn_labels_follow_the_recursion(angle):
    """One round of 400,000 labels in three dimensions; then the share kept."""
    k, c0, side, sharpness, n = 1.0, 0.5, 0.4, 2.0, 400_000
    verifier = None if angle is None else Linear(angle)
    law = gaussian_rounds(
        k=k, n_over_d=math.inf, c0=c0, side=side, verifier=verifier, n_rounds=1,
        sharpness=sharpness,
    )  # fmt: skip
    rng = np.random.default_rng(5)
    x = rng.standard_normal((n, 3))
    x[:, 0] += k * (rng.integers(0, 2, n) * 2 - 1)
    w = np.array([c0, side, math.sqrt(1 - c0**2 - side**2)])
    label = np.where(rng.random(n) < 1 / (1 + np.exp(-sharpness * (x @ w))), 1, -1)
    keep = np.ones(n, dtype=bool)
    if angle is not None:
        keep = label * (x[:, :2] @ (math.cos(angle), math.sin(angle))) > 0
    mean = (label * keep) @ x
    assert mean[0] / np.linalg.norm(mean) == pytest.approx(law.cosine[1], abs=0.005)
    assert mean[1] / np.linalg.norm(mean) == pytest.approx(law.side[1], abs=0.005)
    assert keep.mean() == pytest.approx(law.keep_rate[0], abs=0.004)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"k": -1}, "k = -1"),
        ({"n_over_d": 0}, "n_over_d = 0"),
        ({"c0": 1.5}, "c0 = 1.5"),
        ({"c0": 0.9, "side": 0.9}, "side"),
        ({"real": 0.2}, "real = 0.2"),
        ({"real": 1.2, "policy": "mix"}, "real = 1.2"),
        ({"policy": "forget"}, "policy = 'forget'"),
        ({"n_rounds": 0}, "T = 0"),
        ({"n_rounds": 1.5}, "T = 1.5"),
        ({"verifier": Linear(4.0)}, "theta_prune = 4"),
        ({"verifier": Bits(1.2, 0)}, "phi = 1.2"),
        ({"verifier": Bits(0, 0)}, "keeps nothing"),
        ({"sharpness": 0}, "sharpness = 0"),
        ({"sharpness": 2, "verifier": Bits(1, 0.5)}, "sharpness must be inf"),
        ({"k": math.nan}, "k = nan"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, named):
    asked = {"k": 1, "n_over_d": 1, "c0": 0.5, "n_rounds": 3}
    with pytest.raises(InputError, match=named):
        gaussian_rounds(**{**asked, **change})


@pytest.mark.parametrize("text", ["", "linear", "linear(0.5)", "bits(phi=1)", "none(1=2)", "x()"])
def test_an_unreadable_verifier_is_refused(text):
    with pytest.raises(InputError, match="verifier = "):
        verifier_of(text)


def test_forms_evaluate_what_a_command_line_gives():
    """Texts or numbers; a list of T values, or one number."""
    asked = {"k": "1", "n_over_d": 2, "c0": 0.3, "real": 0, "policy": "replace", "T": "3"}
    found = FORM["gaussian.rounds"].evaluate(**asked, verifier="linear(theta_prune=0.5236)")
    law = gaussian_rounds(k=1, n_over_d=2, c0=0.3, verifier=Linear(0.5236), n_rounds=3).cosine
    assert found == pytest.approx(law[1:])
    assert FORM["gaussian.critical_ratio"].evaluate(k=1) == pytest.approx(math.pi / 6)
    angle = FORM["gaussian.limit"].evaluate(k=1, theta_prune=0.7)
    cosine = FORM["gaussian.limit_cosine"].evaluate(k=1, theta_prune=0.7)
    assert cosine == pytest.approx(math.cos(angle))
    end = FORM["gaussian.long_run"].evaluate(k=1, n_over_d="inf", theta_prune=0.7, real=0)
    assert end == pytest.approx(cosine, abs=1e-6)
    assert FORM["gaussian.largest_useful_angle"].evaluate(k=1, n_over_d=0.1) > 1.5
    with pytest.raises(InputError, match="k = 0"):
        FORM["gaussian.critical_ratio"].evaluate(k=0)


def test_the_law_is_trusted_well_above_chance_alignment():
    assert float(trusted_cosine(900)) == pytest.approx(0.1)
    assert float(trusted_cosine(2)) == 1.0
