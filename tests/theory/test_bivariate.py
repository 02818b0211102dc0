"""The bivariate normal distribution function."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import log_ndtr, ndtr

from synverify_core.theory import bivariate_normal_cdf
from synverify_core.theory.bivariate import conditional_normal_cdf

limits = st.floats(-8.0, 8.0)
correlations = st.floats(-1.0, 1.0)


def by_quadrature(h: float, k: float, rho: float) -> float:
    """Integrate P(Y <= k | X = x) over the density of X <= h, split at its step."""
    spread = np.sqrt((1 - rho) * (1 + rho))

    def integrand(x: float) -> float:
        return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi) * ndtr((k - rho * x) / spread)

    step = k / rho if rho else 0.0
    width = spread / abs(rho) if rho else 1.0
    inner = [step + width * offset for offset in (-6, -2, 0, 2, 6)] + [-6, -3, 0, 3]
    cuts = sorted({-9.0, h, *(cut for cut in inner if -9.0 < cut < h)})
    return sum(quad(integrand, a, b, epsabs=1e-14, epsrel=1e-13)[0] for a, b in pairwise(cuts))


@pytest.mark.parametrize("rho", [-0.9999, -0.8, -0.3, 0.0, 0.1, 0.5, 0.95, 0.999999])
@pytest.mark.parametrize("h", [-2.5, -0.7, 0.0, 1e-9, 0.6, 3.0])
@pytest.mark.parametrize("k", [-1.9, -0.6, 0.0, 0.7, 2.2])
def test_equals_numerical_integration(h: float, k: float, rho: float):
    """Phi2(h, k; rho) = int_{-inf}^h f(x) Phi((k - rho x)/sqrt(1 - rho^2)) dx."""
    assert bivariate_normal_cdf(h, k, rho) == pytest.approx(by_quadrature(h, k, rho), abs=1e-11)


@given(correlations)
def test_orthant_probability(rho: float):
    """Phi2(0, 0; rho) = 1/4 + arcsin(rho)/(2 pi), with zeros of either sign."""
    expected = 0.25 + np.arcsin(rho) / (2 * np.pi)
    for h, k in ((0.0, 0.0), (-0.0, 0.0), (-0.0, -0.0)):
        assert bivariate_normal_cdf(h, k, rho) == pytest.approx(expected, abs=1e-15)


@given(limits, limits, correlations)
def test_symmetry_reflection_and_complement(h: float, k: float, rho: float):
    """Phi2(h,k;r) = Phi2(k,h;r) = Phi(h) - Phi2(h,-k;-r) = Phi(h) + Phi(k) - 1 + Phi2(-h,-k;r)."""
    value = bivariate_normal_cdf(h, k, rho)
    assert value == pytest.approx(bivariate_normal_cdf(k, h, rho), abs=1e-14)
    assert value == pytest.approx(ndtr(h) - bivariate_normal_cdf(h, -k, -rho), abs=1e-14)
    complement = ndtr(h) + ndtr(k) - 1 + bivariate_normal_cdf(-h, -k, rho)
    assert value == pytest.approx(complement, abs=1e-14)


@given(limits, limits)
def test_perfect_correlation_reaches_the_frechet_bounds(h: float, k: float):
    """Phi2(h, k; 1) = Phi(min(h, k)); Phi2(h, k; -1) = max(0, Phi(h) + Phi(k) - 1)."""
    assert bivariate_normal_cdf(h, k, 1.0) == pytest.approx(ndtr(min(h, k)), abs=1e-15)
    expected = max(0.0, ndtr(h) + ndtr(k) - 1.0)
    assert bivariate_normal_cdf(h, k, -1.0) == pytest.approx(expected, abs=1e-15)


@given(limits, correlations)
def test_infinite_limits(h: float, rho: float):
    """Phi2(h, inf) = Phi(h) and Phi2(h, -inf) = 0."""
    assert bivariate_normal_cdf(h, np.inf, rho) == ndtr(h)
    assert bivariate_normal_cdf(np.inf, h, rho) == ndtr(h)
    assert bivariate_normal_cdf(h, -np.inf, rho) == 0.0
    assert bivariate_normal_cdf(np.inf, np.inf, rho) == 1.0


def test_near_perfect_correlation_and_equal_limits():
    """As rho -> 1 with h = k the value tends to Phi(h) like sqrt(1 - rho)."""
    rho = 1.0 - np.logspace(-15, -3, 13)
    gap = ndtr(0.7) - bivariate_normal_cdf(0.7, 0.7, rho)
    slope = np.exp(-0.5 * 0.49) / np.sqrt(2 * np.pi) / np.sqrt(np.pi)
    exact_step = np.sqrt(1.0 - rho)
    np.testing.assert_allclose(gap, slope * exact_step, rtol=2e-3, atol=1e-15)


@given(st.floats(-4.7, 3.0), limits, correlations)
def test_conditional_is_the_quotient(h: float, k: float, rho: float):
    """P(Y <= k | X <= h) Phi(h) = Phi2(h, k; rho)."""
    product = conditional_normal_cdf(h, k, rho) * ndtr(h)
    assert product == pytest.approx(bivariate_normal_cdf(h, k, rho), abs=1e-14)


@pytest.mark.parametrize("rho", [-1.0, -0.99999, -0.7, 0.0, 0.3, 0.9, 0.9999999, 1.0])
@pytest.mark.parametrize("ratio", [-1.2, -0.9999, 0.0, 0.3, 0.99, 1.0, 1.01])
def test_conditional_is_continuous_where_its_formula_changes(ratio: float, rho: float):
    """The quotient (from -4.75 on) and the tail integral (below) agree at the seam."""
    sides = [conditional_normal_cdf(h, 4.75 * ratio, rho) for h in (-4.75, -4.75 - 1e-11)]
    assert sides[0] == pytest.approx(sides[1], abs=3e-10 if abs(rho) < 0.99999 else 1e-6)


@pytest.mark.parametrize("h", [-10.0, -40.0, -400.0])
def test_conditional_in_a_tail_that_underflows(h: float):
    """With rho = 0 it is Phi(k); with rho = 1 it is Phi(min)/Phi(h); it rises in rho for k = h."""
    assert conditional_normal_cdf(h, 0.4, 0.0) == pytest.approx(ndtr(0.4), abs=1e-12)
    expected = np.exp(log_ndtr(h - 0.01) - log_ndtr(h))
    assert conditional_normal_cdf(h, h - 0.01, 1.0) == pytest.approx(expected, rel=1e-10)
    values = conditional_normal_cdf(h, h, np.linspace(-1.0, 1.0, 41))
    assert np.all(np.diff(values) >= -1e-12)
    assert values[0] == 0.0
    assert values[-1] == 1.0


@pytest.mark.parametrize("rho", [-0.6, 0.2, 0.7, 0.97])
def test_conditional_tail_equals_numerical_integration(rho: float):
    """At h = -5 the quotient of two integrals is the tail formula to 1e-9."""
    for k in (-6.0, -4.8, -3.0, 1.0):
        expected = by_quadrature(-5.0, k, rho) / ndtr(-5.0)
        assert conditional_normal_cdf(-5.0, k, rho) == pytest.approx(expected, abs=1e-7)
