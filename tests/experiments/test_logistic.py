"""The solver of equation 1: on easy data fast, on any data right."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.logistic import fit_logistic
from synverify_core.experiments.gaussian.objective import Objective
from synverify_core.experiments.gaussian.preconditioner import Preconditioner, denoised


def rng(seed=0):
    return np.random.default_rng(seed)


def loss(w, x, y, penalty):
    z = x @ w
    return np.mean(np.logaddexp(0, z) - y * z) + penalty / 2 * w @ w


def gradient(w, x, y, penalty):
    x = np.asarray(x, dtype=np.float64)
    return (expit(x @ w) - y) @ x / len(x) + penalty * w


def mixture(n, d=30, seed=0):
    draws = rng(seed)
    y = draws.integers(0, 2, n).astype(np.uint8)
    x = draws.standard_normal((n, d)) / np.sqrt(d)
    x[:, 0] += 0.3 * (2.0 * y - 1)
    return x, y


def hard_cases():
    draws = rng(1)
    x = draws.standard_normal((3000, 20))
    y = (draws.random(3000) < expit(2 * x[:, 0])).astype(np.uint8)
    order = np.argsort(x[:, 0])
    return {
        "separable": (x, (x[:, 0] > 0).astype(np.uint8), 1e-10),
        "separable and few": (x[:10], (x[:10, 0] > 0).astype(np.uint8), 1e-12),
        "one class only": (x, np.ones(3000, np.uint8), 1e-8),
        "fewer samples than features": (draws.standard_normal((15, 200)), y[:15], 1e-6),
        "features of many scales": (x * np.logspace(-4, 4, 20), y, 1e-9),
        "large features": (1e3 * x, y, 1e-9),
        "each feature twice": (np.hstack([x, x]), y, 1e-12),
        "far from the origin": (x + 100, y, 1e-6),
        "heavy tails": (draws.standard_cauchy((3000, 20)), y, 1e-6),
        "an empty feature": (x * (np.arange(20) != 3), y, 1e-6),
        "one sample": (x[:1], y[:1], 1e-3),
        "sorted by label": (x[order], (x[order, 0] > 0).astype(np.uint8), 1e-6),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
@pytest.mark.parametrize("case", hard_cases())
def test_the_true_gradient_norm_is_within_the_tolerance(case, tolerance, dtype):
    x, y, penalty = hard_cases()[case]
    x = x.astype(dtype)
    fit = fit_logistic(x, y, penalty=penalty, tolerance=tolerance)
    true = np.linalg.norm(gradient(fit.w, x, y, penalty))
    assert true <= tolerance
    assert fit.gradient_norm == pytest.approx(true, rel=0.05, abs=tolerance / 20)


@pytest.mark.parametrize("case", ["separable", "far from the origin", "heavy tails"])
def test_no_other_method_finds_a_lower_loss(case):
    x, y, penalty = hard_cases()[case]
    penalty = max(penalty, 1e-6)
    fit = fit_logistic(x, y, penalty=penalty, tolerance=1e-10)
    peer = minimize(
        loss, np.zeros(20), (x, y, penalty), jac=gradient, options={"gtol": 1e-8}, method="BFGS"
    )
    ours = loss(fit.w, x, y, penalty)
    assert ours <= peer.fun + 1e-12
    assert ours == pytest.approx(peer.fun, rel=1e-3)


def test_equals_scikit_learn_on_the_same_objective():
    x, y = mixture(20_000)
    fit = fit_logistic(x, y, penalty=1e-4, tolerance=1e-10)
    peer = LogisticRegression(
        C=1 / (20_000 * 1e-4), fit_intercept=False, tol=1e-10, max_iter=1000
    ).fit(x, y)
    np.testing.assert_allclose(fit.w, peer.coef_[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_data_needs_few_passes_and_is_left_as_it_was(dtype):
    x, y = mixture(200_000)
    x = x.astype(dtype)
    before = x.copy()
    fit = fit_logistic(x, y, penalty=1e-5, tolerance=1e-5)
    assert np.linalg.norm(gradient(fit.w, x, y, 1e-5)) <= 1e-5
    assert fit.n_passes < 5
    np.testing.assert_array_equal(x, before)
    # The budget of iterations is kept, and the norm told.
    x, y, penalty = hard_cases()["separable"]
    fit = fit_logistic(x, y, penalty=penalty, tolerance=1e-9, max_iterations=3)
    assert fit.n_iterations == 3 and fit.gradient_norm > 1e-9


@pytest.mark.parametrize("n", [50, 5_000, 60_000])
def test_a_torch_tensor_gives_the_same_weights(n):
    x, y = mixture(n)
    x = x.astype(np.float32)
    ours = fit_logistic(x, y, penalty=1e-3, tolerance=1e-8)
    theirs = fit_logistic(torch.from_numpy(x), torch.from_numpy(y), penalty=1e-3, tolerance=1e-8)
    np.testing.assert_allclose(theirs.w, ours.w, atol=1e-4)
    assert np.linalg.norm(gradient(theirs.w, x, y, 1e-3)) <= 1e-8


def test_a_large_penalty_gives_the_mean_classifier():
    """As lambda grows, lambda w -> mean (y - 1/2) x (the regime of the paper's proof)."""
    x, y = mixture(5_000)
    fit = fit_logistic(x, y, penalty=1e4, tolerance=1e-12)
    np.testing.assert_allclose(1e4 * fit.w, (y - 0.5) @ x / len(x), rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("double", [False, True])
def test_hessian_is_the_derivative_of_the_gradient(double):
    x, y = mixture(2_000, d=5)
    objective = Objective.make(x, y, 0.1)
    objective = objective.in_double_precision() if double else objective
    w, step = rng().standard_normal(5), 1e-5
    for column, direction in zip(objective.hessian(w).value.T, np.eye(5), strict=True):
        change = (
            objective.gradient(w + step * direction).value
            - objective.gradient(w - step * direction).value
        )
        np.testing.assert_allclose(column, change / (2 * step), rtol=1e-6, atol=1e-9)
    # Rows of equal weight count in full.
    assert objective.hessian(np.zeros(5)).effective_rows == pytest.approx(2_000)
    assert objective.hessian(np.full(5, 9.0)).effective_rows < 1_000


def test_denoising_flattens_noise_and_keeps_structure():
    """Eigenvalues of a sample covariance of the identity become one; a spike stays."""
    x = rng().standard_normal((4_000, 40))
    flat = np.linalg.eigvalsh(denoised(x.T @ x / 4_000, 4_000))
    assert np.ptp(flat[2:-2]) < 1e-12
    x[:, 0] *= 4.0
    assert np.linalg.eigvalsh(denoised(x.T @ x / 4_000, 4_000))[-1] > 14.0


def test_preconditioner_fulfils_the_secant_equation():
    root = rng().standard_normal((8, 8))
    inverse = Preconditioner(root @ root.T + np.eye(8))
    step, change = rng(1).standard_normal(8), rng(2).standard_normal(8)
    change *= np.sign(step @ change)
    inverse.learn(step, change)
    np.testing.assert_allclose(inverse.solve(change), step, atol=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"penalty": 0.0}, "penalty = 0.0 is refused"),
        ({"penalty": float("nan")}, "penalty = nan is refused"),
        ({"tolerance": -1.0}, "tolerance = -1.0 is refused"),
        ({"x": np.ones((3, 2), dtype=int)}, "it must be float32 or float64"),
        ({"x": np.ones((4, 2))}, "y length n"),
        ({"x": np.ones((3, 0))}, "n, d >= 1"),
        ({"y": np.array([0, 1, 2])}, "every label must be 0 or 1"),
        ({"y": np.array([0.0, 0.5, 1.0])}, "every label must be 0 or 1"),
        ({"x": np.array([[1.0], [np.nan], [2.0]])}, "not finite"),
    ],
)
def test_bad_input_is_refused(change, message):
    asked = {"x": np.ones((3, 2)), "y": np.array([0, 1, 1]), "penalty": 1.0, "tolerance": 1e-6}
    asked |= change
    x, y = asked.pop("x"), asked.pop("y")
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        fit_logistic(x, y, **asked)
