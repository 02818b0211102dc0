"""One contract for every registered verifier."""

import math
from itertools import product
from typing import get_args

import numpy as np
import pytest
from scipy.special import ndtr

from synverify_core.errors import InputError
from synverify_core.theory import measure
from synverify_core.verifiers.base import Kind
from synverify_core.verifiers.registry import available, checks, fitting, parse
from synverify_core.verifiers.selection import dropped, select
from tests.verifiers.batch import Batch

N = 40_000
SEPARATION = 1.5
# At least one setting of each registered verifier, with phi and psi in theory on its batch.
# Labels there are wrong independently of all else, so that a linear verifier at angle t is right
# with probability Phi(k cos t), whatever the label, and confidence says nothing. A verifier without
# a rule of its own keeps half: with 30 % wrong, the best half holds 0.5/0.7 of what is right where
# the wrong ones come last. A third entry names the batch where the first one that has all fields is
# not meant. Wrong texts are twice as long as right ones, and half of their words are
# not in the article.
EXPECTED = {
    "oracle": (1.0, 0.0),
    "none": (1.0, 1.0),
    "random": (0.5, 0.5),
    "random(keep_rate=0.125)": (0.125, 0.125),
    "noisy(p_noise=0)": (1.0, 0.0),
    "noisy(p_noise=0.1)": (1.0, 0.1),
    "noisy(p_noise=1)": (1.0, 1.0),
    "linear(theta_prune=0)": (ndtr(SEPARATION), 1 - ndtr(SEPARATION)),
    "linear(theta_prune=pi/12)": (
        ndtr(SEPARATION * math.cos(math.pi / 12)),
        1 - ndtr(SEPARATION * math.cos(math.pi / 12)),
    ),
    "linear(theta_prune=pi)": (1 - ndtr(SEPARATION), ndtr(SEPARATION)),
    "trace": (1.0, 0.0),
    "frobenius": (1.0, 0.0),
    "trace_frobenius": (1.0, 0.0),
    "weak": (1.0, 0.0),
    "weak(tolerance=0.3)": (1.0, 0.0, "texts"),
    "self": (0.25, 0.25),
    "self_weak": (0.5 / 0.7, 0.0),
    "lead_overlap": (0.5 / 0.7, 0.0),
    "lead_overlap(n_words=4)": (0.5 / 0.7, 0.0),
    "length": (0.5 / 0.7, 0.0),
    "answer_length": (1.0, 0.5),
    "answer_length(lacking=3)": (1.0, 1.0),
    "cycle": (0.8, 0.1),
    "vote": (0.8, 0.1),
}


def mixture():
    rng = np.random.default_rng(7)
    y_true = rng.integers(0, 2, N)
    y_synth = np.where(rng.random(N) < 0.3, 1 - y_true, y_true)
    return Batch(
        {
            "y_true": y_true,
            "y_synth": y_synth,
            "similarity": (y_true == y_synth).astype(float),
            "margin_star": SEPARATION * (2 * y_true - 1) + rng.standard_normal(N),
            "margin_orthogonal": rng.standard_normal(N),
            "log_probability": -rng.exponential(size=N),
        }
    )


def spectra():
    """Five eigenvalues each; a wrong answer has the largest one (in size) half again as large."""
    rng = np.random.default_rng(7)
    entries = rng.uniform(-10, 10, (N, 15))
    rows, columns = np.triu_indices(5)
    matrices = np.zeros((N, 5, 5))
    matrices[:, rows, columns] = matrices[:, columns, rows] = entries
    y_true = np.linalg.eigvalsh(matrices)
    wrong = rng.random(N) < 0.3
    y_synth = y_true.copy()
    rows, largest = np.flatnonzero(wrong), np.abs(y_true).argmax(axis=1)[wrong]
    y_synth[rows, largest] *= 1.5
    return Batch(
        {
            "matrix": matrices,
            "y_true": y_true,
            "y_synth": y_synth,
            "similarity": 1.0 - wrong,
            "trace": y_true.sum(axis=1),
            "frobenius_squared": (y_true**2).sum(axis=1),
            "weak_error": np.where(wrong, 0.2, 0.01),
        }
    )


def texts():
    """Articles and summaries; a wrong one has four words more than the article's beginning."""
    n = 2_000
    wrong = np.arange(n) % 10 < 3
    lead = "The cat sat down"
    return Batch(
        {
            "y_true": np.zeros(n),
            "similarity": 1.0 - wrong,
            "articles": [f"{lead}, and then it went away."] * n,
            "summaries": [f"{lead} while dogs ran by" if bad else lead for bad in wrong],
            "log_probability": -np.random.default_rng(7).exponential(size=n) - 10.0 * wrong,
            "weak_log_probability": np.where(wrong, -1.0, -0.1),
        }
    )


def sums():
    """Answers to sums: half of the wrong ones lack two digits; checks err in 20 and in 10 %."""
    rng = np.random.default_rng(7)
    wrong = rng.random(N) < 0.3
    passed = rng.random(N) < np.where(wrong, 0.1, 0.8)
    return Batch(
        {
            "y_true": np.zeros(N),
            "similarity": 1.0 - wrong,
            "answer_sizes": np.where(wrong & (rng.random(N) < 0.5), 6, 8),
            "longest_answers": np.full(N, 8),
            "returned": passed.astype(float),
            "votes": np.where(passed, 0.8, 0.6).astype(np.float32),
        }
    )


BATCHES = {"mixture": mixture(), "spectra": spectra(), "texts": texts(), "sums": sums()}


def batch(spec="oracle"):
    if len(EXPECTED[spec]) > 2:
        return BATCHES[EXPECTED[spec][2]]
    return next(found for found in BATCHES.values() if not parse(spec).missing(found.fields))


def alternatives(verifier):
    """Fields that are enough, one choice for each way to have them."""
    return product(*((need,) if isinstance(need, str) else need for need in verifier.needs))


def rng():
    return np.random.default_rng(11)


each = pytest.mark.parametrize(
    ("verifier", "samples"), [pytest.param(parse(spec), batch(spec), id=spec) for spec in EXPECTED]
)


def test_every_registered_verifier_is_under_contract():
    assert {parse(spec).name for spec in EXPECTED} == set(available())


@each
def test_scores_are_finite_one_for_each_sample_and_repeatable(verifier, samples):
    scores = verifier.score(samples, rng())
    assert scores.shape == (len(samples),)
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(scores, verifier.score(samples, rng()))


@each
def test_needs_no_other_field_than_it_says(verifier, samples):
    offered = [
        set(fields) for fields in alternatives(verifier) if set(fields) <= set(samples.fields)
    ]
    assert offered
    for fields in offered:
        assert verifier.missing(fields) == []
        only = Batch({field: samples[field] for field in (*fields, "y_true")})
        np.testing.assert_array_equal(verifier.score(only, rng()), verifier.score(samples, rng()))


@each
def test_says_which_field_is_missing_before_and_when_it_scores(verifier, samples):
    for need in verifier.needs:
        names = (need,) if isinstance(need, str) else need
        others = {key: value for key, value in samples.fields.items() if key not in names}
        assert verifier.missing(others) == [" or ".join(names)]
        with pytest.raises(InputError) as caught:
            verifier.score(Batch(others), rng())
        assert all(name in str(caught.value) for name in names)


def test_labels_read_back_as_the_same_verifiers():
    assert [parse(spec).label() for spec in EXPECTED] == list(EXPECTED)
    assert all(parse(one.label()) == one for one in map(parse, EXPECTED))


@each
def test_own_rule_or_best_half_has_the_phi_and_psi_of_theory(verifier, samples):
    rate = 0.5 if verifier.threshold is None else None
    keep = select(verifier, verifier.score(samples, rng()), rate, rng())
    found = measure(samples["similarity"], keep)
    phi, psi = EXPECTED[verifier.label()][:2]
    assert found.phi == pytest.approx(phi, abs=0.01)
    assert found.psi == pytest.approx(psi, abs=0.015)


@pytest.mark.parametrize("rate", [0.125, 0.25, 0.5, 1.0])
@each
def test_selection_by_rate_keeps_that_share_and_the_best_scores(verifier, samples, rate):
    scores = verifier.score(samples, rng())
    keep = select(verifier, scores, rate, rng())
    assert keep.sum() == round(rate * len(samples))
    if rate < 1:
        assert scores[keep].min() >= scores[~keep].max()


@pytest.mark.parametrize("name", available())
def test_every_setting_and_verifier_describes_itself(name):
    verifier = available()[name]
    assert verifier.name == name
    assert verifier.summary and not verifier.summary.endswith(".")
    assert verifier.kind in get_args(Kind)
    for field, setting in verifier.model_fields.items():
        assert setting.description, f"{name}.{field}"
        assert setting.examples or not setting.is_required(), f"a form cannot offer {name}.{field}"


@each
def test_a_sample_without_a_finite_score_is_dropped_and_the_others_are_kept_as_before(
    verifier, samples
):
    fields = {}
    for key, values in samples.fields.items():
        no_number = np.full((1, *np.shape(values)[1:]), np.nan)
        fields[key] = [*values, ""] if isinstance(values, list) else np.r_[values, no_number]
    scores = verifier.score(Batch(fields), rng())
    rate = 0.5 if verifier.threshold is None else None
    keep = select(verifier, scores, rate, rng())
    assert dropped(scores) in (0, 1)
    assert dropped(scores) == 0 or not keep[-1]
    assert keep[:-1].any()


def test_linear_reads_labels_as_bits_or_as_signs():
    bits = batch()
    signs = Batch({**bits.fields, "y_synth": 2 * bits["y_synth"] - 1})
    verifier = parse("linear(theta_prune=0.3)")
    np.testing.assert_array_equal(verifier.score(bits, rng()), verifier.score(signs, rng()))


def test_a_verifier_without_a_rule_of_its_own_asks_for_a_rate():
    with pytest.raises(InputError, match="selection_rate = None is refused for length"):
        select(parse("length"), np.ones(3), None, rng())


@pytest.mark.parametrize("by_rate", [False, True])
def test_what_fits_some_samples_can_select_among_them_and_the_papers_come_first(by_rate):
    everyone = set()
    for found in BATCHES.values():
        kinds = [type(parse(spec)) for spec in fitting(found.fields, by_rate=by_rate)]
        assert not any(kind.missing(found.fields) for kind in kinds)
        of_paper = [bool(kind.paper) for kind in kinds]
        assert of_paper == sorted(of_paper, reverse=True)
        everyone.update(kinds)
    assert everyone == {
        kind
        for kind in available().values()
        if (kind.ranks if by_rate else kind.threshold is not None)
    }


def test_checks_are_named_at_the_tolerance_asked_for():
    found = checks(BATCHES["spectra"].fields, 0.02)
    assert set(found) >= {f"{name}(tolerance=0.02)" for name in ("trace", "frobenius")}
    assert checks(BATCHES["mixture"].fields, 0.02) == ()
