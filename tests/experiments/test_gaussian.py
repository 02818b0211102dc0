"""The Gaussian experiment of Section 5."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.gaussian import experiment as module
from synverify_core.experiments.gaussian import sampling
from synverify_core.experiments.gaussian.experiment import Gaussian, LinearModel
from synverify_core.experiments.gaussian.logistic import LogisticFit
from synverify_core.experiments.gaussian.pool import draw_original, draw_pool
from synverify_core.experiments.gaussian.sampling import normal_matrix
from synverify_core.experiments.registry import get
from synverify_core.theory import measure, rates_from_angles
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select


def rng(seed=0):
    return np.random.default_rng(seed)


def experiment(device="cpu", **values):
    return Gaussian(make_config(Gaussian, "smoke", values), device)


def pool(n=200_000, labels="sampled", weights=None, device="cpu", seed=0):
    weights = np.r_[4.0, 2.0, np.zeros(18)] if weights is None else weights
    return draw_pool(n, weights, tau=0.3, labels=labels, rng=rng(seed), device=device)


def test_normal_matrix_is_normal():
    x = normal_matrix(100_001, 7, 0.5, rng()).astype(float) / 0.5
    assert x.shape == (100_001, 7)
    for power, expected in ((1, 0), (2, 1), (3, 0), (4, 3), (6, 15)):
        spread = math.sqrt({1: 1, 2: 2, 3: 15, 4: 96, 6: 10170}[power] / x.size)
        assert (x**power).mean() == pytest.approx(expected, abs=5 * spread)
    off_diagonal = np.corrcoef(x.T)[~np.eye(7, dtype=bool)]
    assert np.abs(off_diagonal).max() < 5 / math.sqrt(len(x))
    assert abs(np.corrcoef(x[:-1, 0], x[1:, 0])[0, 1]) < 5 / math.sqrt(len(x))


@pytest.mark.parametrize("threads", ["1", "4"])
def test_the_numbers_do_not_depend_on_the_threads(monkeypatch, threads):
    expected = normal_matrix(150_000, 3, 1.0, rng())
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    assert sampling.worker_threads() == int(threads)
    np.testing.assert_array_equal(normal_matrix(150_000, 3, 1.0, rng()), expected)


def test_originals_follow_the_mixture():
    """x|y ~ N(y tau w_star, I/d)."""
    x, y = draw_original(100_000, 20, 0.3, rng())
    sign = np.where(y, 1.0, -1.0)
    assert y.mean() == pytest.approx(0.5, abs=0.01)
    mean = (sign[:, None] * x).mean(axis=0)
    np.testing.assert_allclose(mean, np.r_[0.3, np.zeros(19)], atol=0.005)
    noise = x - np.outer(sign, np.r_[0.3, np.zeros(19)])
    np.testing.assert_allclose(np.cov(noise.T) * 20, np.eye(20), atol=0.02)


def test_labels_are_bernoulli_of_the_sigmoid_or_its_decision_or_the_truth():
    samples = pool()
    logits = samples.x @ np.r_[4.0, 2.0, np.zeros(18)]
    for low, high in ((-3, -1), (-1, 0), (0, 1), (1, 3)):
        inside = (logits > low) & (logits < high)
        expected = (1 / (1 + np.exp(-logits[inside]))).mean()
        spread = 0.5 / math.sqrt(inside.sum())
        assert samples.y_synth[inside].mean() == pytest.approx(expected, abs=5 * spread)
    # Thresholded labels are the generator's decision on the same samples.
    thresholded, clear = pool(labels="thresholded"), np.abs(logits) > 1e-4
    np.testing.assert_array_equal(thresholded.y_synth[clear], logits[clear] > 0)
    np.testing.assert_array_equal(samples.x, thresholded.x)
    np.testing.assert_array_equal(samples.y_true, thresholded.y_true)
    clean = experiment().clean(samples, rng())
    np.testing.assert_array_equal(clean["y_synth"], samples.y_true)
    assert clean.similarity.min() == 1
    with pytest.raises(InputError, match="log_probability is not a field of these samples"):
        samples["log_probability"]


def test_margins_are_projections_on_orthogonal_unit_vectors_of_each_seeds_own_azimuth():
    found = []
    for seed in (0, 1):
        samples = pool(5_000, seed=seed)
        np.testing.assert_array_equal(samples["margin_star"], samples.x[:, 0])
        u, *_ = np.linalg.lstsq(samples.x.astype(float), samples["margin_orthogonal"])
        assert np.linalg.norm(u) == pytest.approx(1, abs=1e-5)
        assert u[0] == pytest.approx(0, abs=1e-5)
        found.append(u)
    assert abs(found[0] @ found[1]) < 0.9


@pytest.mark.parametrize("theta_prune", [0.0, math.pi / 24, math.pi / 12, 1.0])
def test_linear_verifiers_have_the_phi_and_psi_of_theory(theta_prune):
    """With thresholded labels both are half-space events: the closed form of three angles."""
    theta_gen, k, d = 0.5, 1.5, 20
    samples = draw_pool(
        400_000,
        np.r_[math.cos(theta_gen), math.sin(theta_gen), np.zeros(d - 2)],
        tau=k / math.sqrt(d),
        labels="thresholded",
        rng=rng(),
        device="cpu",
    )
    u, *_ = np.linalg.lstsq(samples.x[:5_000].astype(float), samples["margin_orthogonal"][:5_000])
    cosine = math.cos(theta_gen) * math.cos(theta_prune)
    cosine += math.sin(theta_gen) * math.sin(theta_prune) * u[1]
    verifier = parse(f"linear(theta_prune={theta_prune!r})")
    found = measure(
        samples.similarity, select(verifier, verifier.score(samples, rng()), None, rng())
    )
    theory = rates_from_angles(theta_gen, theta_prune, math.acos(cosine), separation=k)
    assert found.p == pytest.approx(float(theory.p), abs=0.003)
    assert found.phi == pytest.approx(float(theory.phi), abs=0.003)
    assert found.psi == pytest.approx(float(theory.psi), abs=0.005)


def test_evaluation_is_the_exact_accuracy(tmp_path):
    case = experiment(dimension=20, tau=0.3)
    w = rng().standard_normal(20) + np.r_[3.0, np.zeros(19)]
    x, y = draw_original(400_000, 20, 0.3, rng(1))
    measured = ((x @ w > 0) == y).mean()
    found = case.evaluate(LinearModel(w), tmp_path)
    assert found["accuracy"] == pytest.approx(measured, abs=0.003)
    bayes = ndtr(0.3 * math.sqrt(20))
    assert case.reference_lines() == {"bayes": {"accuracy": pytest.approx(bayes)}}
    assert found["relative_error"] == pytest.approx(1 - found["accuracy"] / bayes)
    # The truth has no relative error, and nothing known is a coin.
    truth = experiment().evaluate(LinearModel(np.r_[2.0, np.zeros(106)]), tmp_path)
    assert truth["relative_error"] == 0
    assert truth["accuracy"] == pytest.approx(0.94, abs=0.001)
    assert experiment().evaluate(LinearModel(np.zeros(107)), tmp_path)["accuracy"] == 0.5


def test_generator_is_ordinary_least_squares(tmp_path):
    case = experiment(n_original=2_000)
    x, y = draw_original(2_000, 107, 0.15, rng())
    w = case.train_generator(rng(), tmp_path).w
    residual = np.where(y, 1.0, -1.0) - x.astype(float) @ w
    assert np.abs(x.T.astype(float) @ residual).max() < 1e-8


def test_more_originals_make_a_better_generator(tmp_path):
    def accuracy(n, seed):
        case = experiment(n_original=n)
        return case.evaluate(case.train_generator(rng(seed), tmp_path), tmp_path)["accuracy"]

    accuracies = [np.mean([accuracy(n, seed) for seed in range(5)]) for n in (150, 500, 2_000)]
    assert accuracies == sorted(accuracies)


def test_a_fit_that_misses_its_tolerance_says_what_to_change(monkeypatch, tmp_path):
    case = experiment()
    missed = LogisticFit(np.zeros(107), 1e-3, 500, 500.0)
    monkeypatch.setattr(module, "fit_logistic", lambda *_, **__: missed)
    with pytest.raises(SynverifyError, match=r"1\.0e-03.*Try a larger gradient_tolerance"):
        case.retrain(pool(1_000, weights=np.ones(107)), np.arange(1_000), None, rng(), tmp_path)


def test_torch_and_numpy_give_the_same_run(tmp_path):
    """Device "cpu" is numpy; "cpu:0" is the same code through torch, as on a GPU."""
    models = []
    for device in ("cpu", "cpu:0"):
        case = experiment(device)
        generator = case.train_generator(rng(), tmp_path)
        samples = case.synthesize(generator, {}, rng(1), tmp_path)
        kept = np.flatnonzero(parse("linear(theta_prune=pi/24)").score(samples, rng()) > 0)
        model = case.retrain(samples, kept, None, rng(), tmp_path)
        models.append((samples.y_synth, case.evaluate(model, tmp_path)["accuracy"]))
    assert (models[0][0] != models[1][0]).mean() < 1e-3
    assert models[0][1] == pytest.approx(models[1][1], abs=1e-3)


def test_the_smoke_run_shows_what_section_5_reports(run):
    values = {**Gaussian.presets["smoke"], "pool_size": 60_000, "sizes": (100, 20_000)}
    _, memory = run(get("gaussian"), values)

    def error(*curve):
        rows = [row for row in memory.rows if row.metric == "relative_error"]
        return np.mean([row.value for row in rows if (row.verifier, row.n_samples) == curve])

    names = ("linear(theta_prune=0)", "linear(theta_prune=pi/12)", "random")
    truth, weak, none = (error(name, 20_000) for name in names)
    assert error("clean", 20_000) < weak < none
    assert truth < weak
    assert weak < error("generator", None)
    assert truth < error("linear(theta_prune=0)", 100)
