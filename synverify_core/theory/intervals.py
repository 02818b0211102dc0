"""Intervals on a measured p_star, and the comparison of two verifiers on the same pool."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, expit, ndtri

from synverify_core.errors import InputError
from synverify_core.theory.checks import (
    FloatArray,
    require_between,
    require_resampling,
    require_tail,
    require_whole,
)
from synverify_core.theory.measured import (
    check_keep,
    check_lengths,
    check_similarity,
    measure,
)

# More distinct similarities than this are pooled into groups of equal counts before resampling.
_MAX_GROUPS = 1024
# Nodes of the posterior's integral over psi.
_NODES = 1024


class Interval(NamedTuple):
    """An interval; NaN ends where it is undefined."""

    low: float
    high: float


class Comparison(NamedTuple):
    """Difference p_star_a - p_star_b with its interval."""

    difference: float
    low: float
    high: float
    p_star_a: float
    p_star_b: float


def katz_interval(
    kept_right: int, right: int, kept_wrong: int, wrong: int, *, level: float = 0.95
) -> Interval:
    """Interval on p_star from counts, by the logarithm of phi/psi (Katz et al. 1978).

    Var ln(phi/psi) = (1-phi)/(right phi) + (1-psi)/(wrong psi), mapped through LR/(1 + LR).

    Parameters
    ----------
    kept_right, right : int
        Kept and all samples with a right label.
    kept_wrong, wrong : int
        Kept and all samples with a wrong label.
    level : float
        Coverage in (0, 1).

    Returns
    -------
    Interval
        NaN where a kept count is 0: use `beta_interval` there. Of width 0 where everything was
        kept on both sides, which says more than the data do: use `beta_interval` there too.
    """
    _check_counts(kept_right, right, kept_wrong, wrong)
    tail = require_tail(level)
    if min(kept_right, kept_wrong) == 0:
        return Interval(math.nan, math.nan)
    phi, psi = kept_right / right, kept_wrong / wrong
    half = float(-ndtri(tail)) * math.sqrt((1 - phi) / kept_right + (1 - psi) / kept_wrong)
    centre = math.log(phi / psi)
    return Interval(float(expit(centre - half)), float(expit(centre + half)))


def beta_interval(
    kept_right: int,
    right: int,
    kept_wrong: int,
    wrong: int,
    *,
    level: float = 0.95,
    prior: float = 0.5,
) -> Interval:
    """Posterior interval on p_star from counts, also where a count is 0.

    phi and psi get independent Beta(prior, prior) priors (1/2: Jeffreys); the distribution of
    phi/(phi+psi) is integrated numerically, so that no random numbers are needed.

    Parameters
    ----------
    kept_right, right, kept_wrong, wrong : int
        As in `katz_interval`.
    prior : float
        Pseudo-count > 0 of kept and of dropped samples.
    """
    from scipy.optimize import brentq  # slow to import, and every command starts with theory

    _check_counts(kept_right, right, kept_wrong, wrong)
    tail = require_tail(level)
    extra = float(require_between("prior", prior, 0.0, np.inf, open_low=True, open_high=True))
    shape_phi = (kept_right + extra, right - kept_right + extra)
    shape_psi = (kept_wrong + extra, wrong - kept_wrong + extra)
    psi = betaincinv(*shape_psi, (np.arange(_NODES) + 0.5) / _NODES)

    def below(log_ratio: float, target: float) -> float:
        """P(phi/psi <= e^log_ratio) - target."""
        limit = np.minimum(psi * math.exp(log_ratio), 1.0)
        return float(np.mean(betainc(*shape_phi, limit))) - target

    ends = [brentq(below, -600.0, 600.0, args=(target,)) for target in (tail, 1.0 - tail)]
    return Interval(float(expit(ends[0])), float(expit(ends[1])))


def bootstrap_interval(
    similarity: ArrayLike,
    keep: ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
    rng: np.random.Generator,
) -> Interval:
    """Percentile bootstrap interval on p_star.

    Samples are resampled as counts of groups, so that a million samples cost as much as a
    thousand. Binary similarities make exact groups; beyond 1024 distinct values, neighbours are
    pooled, which leaves every sum unchanged and loses only the variance within a group.

    Parameters
    ----------
    similarity, keep : array_like, shape (n_samples,)
        As in `measure`.
    level : float
        Coverage in (0, 1).

    Returns
    -------
    Interval
        NaN where p_star is undefined; resamples in which it is undefined are left out.
    """
    likeness, kept = check_similarity(similarity), check_keep("keep", keep)
    check_lengths(similarity=likeness, keep=kept)
    tail, draws = require_resampling(level, n_resamples)
    if math.isnan(measure(likeness, kept).p_star):
        return Interval(math.nan, math.nan)
    counts, means, code = _groups(likeness, kept.astype(np.int64))
    points = _p_star(rng.multinomial(counts.sum(), counts / counts.sum(), draws), means, code == 1)
    return _quantiles(points, tail)


def compare_verifiers(
    similarity: ArrayLike,
    keep_a: ArrayLike,
    keep_b: ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
    rng: np.random.Generator,
) -> Comparison:
    """Paired bootstrap of p_star_a - p_star_b on the same samples.

    Parameters
    ----------
    similarity, keep_a, keep_b : array_like, shape (n_samples,)
        As in `measure`.

    Returns
    -------
    Comparison
        NaN where either p_star is undefined.
    """
    likeness = check_similarity(similarity)
    bits_a, bits_b = check_keep("keep_a", keep_a), check_keep("keep_b", keep_b)
    check_lengths(similarity=likeness, keep_a=bits_a, keep_b=bits_b)
    tail, draws = require_resampling(level, n_resamples)
    first, second = measure(likeness, bits_a).p_star, measure(likeness, bits_b).p_star
    if math.isnan(first) or math.isnan(second):
        return Comparison(math.nan, math.nan, math.nan, first, second)
    counts, means, code = _groups(likeness, bits_a + 2 * bits_b.astype(np.int64))
    drawn = rng.multinomial(counts.sum(), counts / counts.sum(), draws)
    points = _p_star(drawn, means, code % 2 == 1) - _p_star(drawn, means, code >= 2)
    low, high = _quantiles(points, tail)
    return Comparison(first - second, low, high, first, second)


def _check_counts(kept_right: int, right: int, kept_wrong: int, wrong: int) -> None:
    for name, part, whole_name, whole in (
        ("kept_right", kept_right, "right", right),
        ("kept_wrong", kept_wrong, "wrong", wrong),
    ):
        require_whole(whole_name, whole, 0)
        require_whole(name, part, 0)
        if part > whole:
            raise InputError(f"{name} = {part} exceeds {whole_name}: it must lie in [0, {whole}]")


def _groups(
    likeness: FloatArray, code: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return counts, mean similarity and keep code of groups of alike samples."""
    parts = []
    for bits in np.unique(code):
        values, counts = np.unique(likeness[code == bits], return_counts=True)
        if values.size > _MAX_GROUPS:
            ordered = np.repeat(values, counts)
            starts = np.linspace(0, ordered.size, _MAX_GROUPS, endpoint=False).astype(np.int64)
            counts = np.diff(np.append(starts, ordered.size))
            values = np.add.reduceat(ordered, starts) / counts
        parts.append(np.stack([counts, values, np.full(values.size, bits)]))
    counts, means, codes = np.concatenate(parts, axis=1)
    return counts, np.clip(means, 0.0, 1.0), codes


def _p_star(drawn: NDArray[np.int64], means: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
    """p_star of each resample; NaN where undefined. ``drawn`` has shape (n_resamples, groups)."""
    columns = np.stack([means * kept, means, (1.0 - means) * kept, 1.0 - means], axis=1)
    kept_right, right, kept_wrong, wrong = (drawn @ columns).T
    with np.errstate(divide="ignore", invalid="ignore"):
        phi, psi = kept_right / right, kept_wrong / wrong
        return np.asarray(phi / (phi + psi))


def _quantiles(points: FloatArray, tail: float) -> Interval:
    defined = points[~np.isnan(points)]
    if defined.size == 0:
        return Interval(math.nan, math.nan)
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return Interval(float(low), float(high))
