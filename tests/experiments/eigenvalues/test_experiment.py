"""The five verbs, their pool and their settings."""

import dataclasses

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues.experiment import Eigenvalues
from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.scoring import accuracies, relative_error
from synverify_core.experiments.row import of_selection
from synverify_core.theory import measure
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select
from tests.experiments.conftest import Memory

TINY = {"generator_steps": 60, "retrain_steps": 5, "pool_size": 300, "n_test": 100, "sizes": (20,)}
VALUES = {**Eigenvalues.presets["smoke"], **TINY}


def tiny(**changed):
    return Eigenvalues(make_config(Eigenvalues, "smoke", {**TINY, **changed}))


def rng(seed=0):
    return np.random.default_rng(seed)


def make_pool(y_synth, y_true, x, tolerance=0.1):
    triangles = np.array(x, dtype=np.float32)
    answers = [np.array(values, dtype=np.float64) for values in (y_true, y_synth)]
    scores = -np.arange(len(x), dtype=np.float32)
    return EigenPool(triangles, *answers, scores, tolerance)


def keep(spec, pool):
    verifier, draws = parse(spec), rng()
    return select(verifier, verifier.score(pool, draws), None, draws).tolist()


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    return tiny().train_generator(rng(), tmp_path_factory.mktemp("generator"))


@pytest.fixture
def pool():
    """diag(3, 1) three times: right, right sum only, right squares only."""
    return make_pool(
        y_synth=[[3, 1], [4, 0], [3, -1]], y_true=[[3, 1]] * 3, x=[[3, 0, 1]] * 3, tolerance=0.1
    )


def test_solver_free_verifiers_check_what_they_say(pool):
    assert pool.trace.tolist() == [4, 4, 4]
    assert pool.frobenius_squared.tolist() == [10, 10, 10]
    assert keep("oracle", pool) == [True, False, False]
    assert keep("trace", pool) == [True, True, False]
    assert keep("frobenius", pool) == [True, False, True]
    assert keep("trace_frobenius", pool) == [True, False, False]
    assert keep("self(keep_rate=0.5)", pool) == [True, True, False]

    # The Frobenius norm counts entries beside the diagonal twice.
    pool = make_pool(y_synth=[[3, -1]], y_true=[[3, -1]], x=[[1, 2, 1]])
    assert pool.frobenius_squared.tolist() == [1 + 2 * 4 + 1]
    assert pool.matrix.tolist() == [[[1, 2], [2, 1]]]
    assert keep("trace_frobenius(tolerance=0.001)", pool) == [True]

    # An answer of zeros is right for the zero matrix only.
    zeros = make_pool(y_synth=[[0, 0], [0, 0]], y_true=[[0, 0], [1, 1]], x=[[0, 0, 0], [1, 0, 1]])
    for spec in ("trace", "frobenius", "trace_frobenius"):
        assert keep(spec, zeros) == [True, False]


def test_right_answers_pass_the_trace_check_at_their_own_tolerance():
    """|sum(v - p)| <= sum|v - p|: the trace check has phi = 1 up to the denominators."""
    draws = rng(1)
    problems = tiny(encoding="P1000", dimension=3)._problems(draws, 5000)
    noise = 1 + 0.1 * draws.standard_normal(problems.eigenvalues.shape)
    pool = make_pool(problems.eigenvalues * noise, problems.eigenvalues, problems.entries, 0.05)
    for spec in ("trace(tolerance=0.053)", "frobenius(tolerance=0.056)"):
        found = measure(pool.similarity, keep(spec, pool))
        assert 0.2 < 1 - found.p < 0.8
        assert found.phi > 0.999
        assert 0.2 < found.psi < 0.9
        assert found.p_star > 0.5


def test_relative_error_is_that_of_appendix_b_and_the_bound_is_strict():
    error = relative_error([[3.0, 1.0], [3.2, 1.2], [0.0, 0.0]], [[3.0, 1.0]] * 3)
    np.testing.assert_allclose(error, [0, 0.1, 1])
    assert relative_error([[0.0, 0.0], [0.0, 1.0]], [[0.0, 0.0]] * 2).tolist() == [0, np.inf]
    assert accuracies(np.array([0.02, 0.0199, 0.0, 0.004])) == {
        "accuracy@5%": 1.0,
        "accuracy@2%": 0.75,
        "accuracy@1%": 0.5,
        "accuracy@0.5%": 0.5,
    }


def test_a_run_reports_its_verifiers_and_beams_and_reads_its_pool_again(run, monkeypatch):
    rows = run(Eigenvalues, VALUES)[1].rows
    names = {"generator", "clean", "oracle", "trace(tolerance=0.3)"}
    assert {row.verifier for row in rows} == names
    generator = {row.metric for row in rows if row.verifier == "generator"}
    assert {"accuracy@2%", "beam 5, any@1%", "beam 5, best@1%"} <= generator
    downstream = {
        row.metric for row in rows if row.verifier == "oracle" and not of_selection(row.metric)
    }
    assert downstream == {f"accuracy@{tau}%" for tau in ("5", "2", "1", "0.5")}
    oracle = next(row for row in rows if row.verifier == "oracle")
    assert (oracle.phi, oracle.psi, oracle.p_star) == (1, 0, 1)
    assert all(0 <= row.value <= 1 for row in rows)
    monkeypatch.setattr(Eigenvalues, "synthesize", None)  # a second call would fail
    wider = run(Eigenvalues, {**VALUES, "sizes": (20, 30)})[1].rows
    assert {row.n_samples for row in wider} == {None, 20, 30}
    assert [row for row in wider if row.n_samples != 30] == rows


def test_clean_answers_are_the_truth_on_the_same_matrices(pool):
    clean = tiny().clean(pool, rng())
    assert (clean.similarity == 1).all()
    assert clean.x is pool.x


def test_best_of_beam_answers_are_at_least_as_good_as_greedy_ones(generator, tmp_path):
    errors = []
    for synthesis in ("greedy", "best_of_beam"):
        experiment = tiny(synthesis=synthesis, beam_size=8)
        found = experiment.synthesize(generator, {}, rng(1), tmp_path)
        errors.append(found.relative_error)
        assert np.isfinite(found.log_probability).all() and (found.log_probability <= 0).all()
    assert errors[1].mean() < errors[0].mean()


def test_a_set_reporter_hears_of_the_speed(tmp_path, monkeypatch):
    monkeypatch.setattr("synverify_core.experiments.eigenvalues.train._REPORT_SECONDS", 0.0)
    experiment = tiny()
    experiment.reporter = Memory()
    experiment.train_generator(rng(), tmp_path)
    assert "trained 60 steps on 2000 examples" in experiment.reporter.lines[-1]
    shares = [share for share, _ in experiment.reporter.shares]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert "trained 60 of 60 steps" in experiment.reporter.shares[-1][1]


def test_weak_keeps_what_the_smaller_model_agrees_with(pool):
    with pytest.raises(InputError, match="weak_error was not computed"):
        keep("weak", pool)
    near = dataclasses.replace(pool, weak_error=np.array([0.01, 0.06, 1.0], dtype=np.float32))
    assert keep("weak", near) == [True, False, False]
    assert keep("weak(tolerance=0.1)", near) == [True, True, False]


def test_the_distance_from_a_smaller_model_is_that_of_its_own_answers(generator, tmp_path):
    experiment = tiny(verifiers=("weak",), weak_d_model=32)
    weak = experiment.train_helper("weak", rng(), tmp_path / "weak")
    # A judge that is the generator itself agrees with every answer.
    found = [
        experiment.synthesize(generator, {"weak": judge}, rng(1), tmp_path)
        for judge in (weak, generator)
    ]
    assert found[0].weak_error.mean() > 0
    assert found[0].weak_error.max() <= 1
    assert not found[1].weak_error.any()


def test_the_generator_is_the_same_with_and_without_helpers(run, tmp_path):
    small = {**VALUES, "generator_steps": 5, "retrain_steps": 2}
    helpers = {"start": "base", "base_original": 50, "base_steps": 4}
    helpers |= {"verifiers": ("oracle", "weak"), "weak_d_model": 8}
    plain = run(Eigenvalues, small)[1].rows
    metrics = {row.metric for row in run(Eigenvalues, {**small, **helpers})[1].rows}
    assert metrics >= {"base@1%", "weak@1%"}
    folders = {folder.name for folder in (tmp_path / "artifacts" / "eigenvalues").iterdir()}
    names = sorted(name.rpartition("-")[0] for name in folders)
    assert names == ["", "helper-base", "helper-weak", "pool", "pool"]
    assert run(Eigenvalues, small)[1].rows == plain


@pytest.mark.parametrize("start", ["generator", "base"])
def test_fine_tuning_starts_from_the_chosen_model(tmp_path, start):
    helpers = {"base_original": 50, "base_steps": 4} if start == "base" else {}
    experiment = tiny(start=start, learning_rate=1e-9, warmup_steps=0, **helpers)
    assert experiment.starts_from == start
    begun = (
        experiment.train_helper("base", rng(), tmp_path / "begun")
        if start == "base"
        else experiment.train_generator(rng(), tmp_path / "begun")
    )
    pool = experiment.original(rng())
    tuned = experiment.retrain(pool, np.arange(20), begun, rng(2), tmp_path / "tuned")
    for name, value in begun.state_dict().items():  # at this learning rate nothing moves
        torch.testing.assert_close(tuned.state_dict()[name], value, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"start": "base"}, "needs both above 0"),
        ({"base_steps": 5, "base_original": 5}, "the others need 0"),
        ({"verifiers": ("weak",)}, "weak_d_model = 0"),
        ({"weak_d_model": 8}, "exactly if weak or self_weak is among them"),
        ({"weak_d_model": 9, "verifiers": ("weak",)}, "cannot be split"),
        ({"tolerance": 0}, "tolerance = 0"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"d_model": 30, "heads": 4}, "d_model = 30 cannot be split into heads = 4"),
        ({"encoding": "P7"}, "encoding = 'P7'"),
        ({"verifiers": ("noisy(p_noise=1.5)",)}, "p_noise"),
        ({"verifiers": ("linear(theta_prune=0)",)}, "margin_star"),
        ({"table_beams": (1,)}, r"\[2, 200\]"),
        ({"sizes": (10**7,)}, "pool_size"),
        ({"dimension": 13}, "dimension = 13"),
    ],
)
def test_bad_settings_are_refused_by_name(overrides, message):
    with pytest.raises(InputError, match=message):
        make_config(Eigenvalues, "smoke", overrides)
