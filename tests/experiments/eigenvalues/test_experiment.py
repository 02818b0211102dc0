"""The five verbs, their pool and their settings."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues.experiment import Eigenvalues
from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.scoring import accuracies, relative_error
from synverify_core.experiments.pipeline import run_pipeline
from synverify_core.theory import measure
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.selection import select

TINY = {"generator_steps": 60, "retrain_steps": 5, "pool_size": 300, "n_test": 100, "sizes": (20,)}


class Recorder:
    """A reporter that keeps everything."""

    def __init__(self) -> None:
        self.rows, self.lines, self.shares = [], [], []

    def stage(self, name, done, total):
        """Forget."""

    def within(self, share, text):
        """Keep."""
        self.shares.append((share, text))

    def row(self, row):
        """Keep."""
        self.rows.append(row)

    def log(self, message):
        """Keep."""
        self.lines.append(message)


def run(tmp_path, overrides=None, done=()):
    config = make_config(Eigenvalues, "smoke", {**TINY, **(overrides or {})})
    recorder = Recorder()
    run_pipeline(
        Eigenvalues(config),
        uid="u",
        artifacts=tmp_path / "artifacts",
        checkpoints=tmp_path / "checkpoints",
        reporter=recorder,
        done=done,
    )
    return recorder.rows


def make_pool(y_synth, y_true, x, tolerance=0.1):
    triangles = np.array(x, dtype=np.float32)
    answers = [np.array(values, dtype=np.float64) for values in (y_true, y_synth)]
    scores = -np.arange(len(x), dtype=np.float32)
    return EigenPool(triangles, *answers, scores, tolerance)


def keep(spec, pool):
    verifier, rng = parse(spec), np.random.default_rng(0)
    return select(verifier, verifier.score(pool, rng), None, rng).tolist()


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


def test_frobenius_norm_counts_entries_beside_the_diagonal_twice():
    pool = make_pool(y_synth=[[3, -1]], y_true=[[3, -1]], x=[[1, 2, 1]])
    assert pool.frobenius_squared.tolist() == [1 + 2 * 4 + 1]
    assert pool.matrix.tolist() == [[[1, 2], [2, 1]]]
    assert keep("trace_frobenius(tolerance=0.001)", pool) == [True]


@pytest.mark.parametrize("spec", ["trace", "frobenius", "trace_frobenius"])
def test_an_answer_of_zeros_is_right_for_the_zero_matrix_only(spec):
    pool = make_pool(y_synth=[[0, 0], [0, 0]], y_true=[[0, 0], [1, 1]], x=[[0, 0, 0], [1, 0, 1]])
    assert keep(spec, pool) == [True, False]


def test_right_answers_pass_the_trace_check_at_their_own_tolerance():
    """|sum(v - p)| <= sum|v - p|: the trace check has phi = 1 up to the denominators."""
    rng = np.random.default_rng(1)
    config = make_config(Eigenvalues, "smoke", {"encoding": "P1000", "dimension": 3})
    problems = Eigenvalues(config)._problems(rng, 5000)
    noise = 1 + 0.1 * rng.standard_normal(problems.eigenvalues.shape)
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


def test_the_smoke_run_reports_every_verifier_clean_and_the_generator_with_its_beams(tmp_path):
    rows = run(tmp_path)
    assert {row.verifier for row in rows} == {
        "generator",
        "clean",
        "oracle",
        "trace(tolerance=0.3)",
    }
    generator = {row.metric for row in rows if row.verifier == "generator"}
    assert {"accuracy@2%", "beam 5, any@1%", "beam 5, best@1%"} <= generator
    downstream = {row.metric for row in rows if row.verifier == "oracle"}
    assert downstream == {f"accuracy@{tau}%" for tau in ("5", "2", "1", "0.5")}
    oracle = next(row for row in rows if row.verifier == "oracle")
    assert (oracle.phi, oracle.psi, oracle.p_star) == (1, 0, 1)
    assert all(0 <= row.value <= 1 for row in rows)
    again = run(tmp_path, done=[row for row in rows if row.verifier != "clean"])
    assert again == [row for row in rows if row.verifier == "clean"]


def test_clean_answers_are_the_truth_on_the_same_matrices(pool):
    config = make_config(Eigenvalues, "smoke")
    clean = Eigenvalues(config).clean(pool, np.random.default_rng(0))
    assert (clean.similarity == 1).all()
    assert clean.x is pool.x


def test_best_of_beam_answers_are_at_least_as_good_as_greedy_ones(tmp_path):
    rng = np.random.default_rng
    errors = []
    for synthesis in ("greedy", "best_of_beam"):
        overrides = {**TINY, "synthesis": synthesis, "beam_size": 8}
        experiment = Eigenvalues(make_config(Eigenvalues, "smoke", overrides))
        generator = experiment.train_generator(rng(0), tmp_path)
        found = experiment.synthesize(generator, {}, rng(1), tmp_path)
        errors.append(found.relative_error)
        assert np.isfinite(found.log_probability).all() and (found.log_probability <= 0).all()
    assert errors[1].mean() < errors[0].mean()


def test_a_generator_is_read_back_with_its_answers_and_only_in_its_own_shape(tmp_path):
    experiment = Eigenvalues(make_config(Eigenvalues, "smoke", TINY))
    generator = experiment.train_generator(np.random.default_rng(0), tmp_path)
    folder = tmp_path / "saved"
    folder.mkdir()
    experiment.save(generator, folder)
    read = experiment.load(folder)
    assert experiment.evaluate(read, tmp_path) == experiment.evaluate(generator, tmp_path)
    other = Eigenvalues(make_config(Eigenvalues, "smoke", {**TINY, "encoding": "P10"}))
    with pytest.raises(SynverifyError, match=r"encoding = 'P100' \(needed: 'P10'\)"):
        other.load(folder)


def test_a_set_reporter_hears_of_the_speed(tmp_path, monkeypatch):
    monkeypatch.setattr("synverify_core.experiments.eigenvalues.train._REPORT_SECONDS", 0.0)
    experiment = Eigenvalues(make_config(Eigenvalues, "smoke", TINY))
    experiment.reporter = Recorder()
    experiment.train_generator(np.random.default_rng(0), tmp_path)
    assert "trained 60 steps on 2000 examples" in experiment.reporter.lines[-1]
    shares = [share for share, _ in experiment.reporter.shares]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert "trained 60 of 60 steps" in experiment.reporter.shares[-1][1]


def test_a_stored_pool_is_read_again(tmp_path, monkeypatch):
    first = run(tmp_path)
    monkeypatch.setattr(Eigenvalues, "synthesize", None)  # a second call would fail
    assert run(tmp_path) == first
    wider = run(tmp_path, {"sizes": (20, 30)})
    assert {row.n_samples for row in wider} == {None, 20, 30}


def test_weak_keeps_what_the_smaller_model_agrees_with(pool):
    with pytest.raises(InputError, match="weak_error was not computed"):
        keep("weak", pool)
    near = dataclasses.replace(pool, weak_error=np.array([0.01, 0.06, 1.0], dtype=np.float32))
    assert keep("weak", near) == [True, False, False]
    assert keep("weak(tolerance=0.1)", near) == [True, True, False]


def test_the_distance_from_a_smaller_model_is_that_of_its_own_answers(tmp_path):
    overrides = {**TINY, "verifiers": ("weak",), "weak_d_model": 32}
    experiment = Eigenvalues(make_config(Eigenvalues, "smoke", overrides))
    generator = experiment.train_generator(np.random.default_rng(0), tmp_path / "own")
    weak = experiment.train_helper("weak", np.random.default_rng(0), tmp_path / "weak")
    # A judge that is the generator itself agrees with every answer.
    found = [
        experiment.synthesize(generator, {"weak": judge}, np.random.default_rng(1), tmp_path)
        for judge in (weak, generator)
    ]
    assert found[0].weak_error.mean() > 0
    assert found[0].weak_error.max() <= 1
    assert not found[1].weak_error.any()


def test_the_generator_is_the_same_with_and_without_helpers(tmp_path):
    helpers = {
        "verifiers": ("oracle", "weak"),
        "weak_d_model": 8,
        "start": "base",
        "base_original": 50,
        "base_steps": 4,
    }
    small = {"generator_steps": 5, "retrain_steps": 2}
    plain = run(tmp_path, small)
    assert {row.metric for row in run(tmp_path, {**small, **helpers})} >= {"base@1%", "weak@1%"}
    folders = {folder.name for folder in (tmp_path / "artifacts" / "eigenvalues").iterdir()}
    names = sorted(name.rpartition("-")[0] for name in folders)
    assert names == ["", "helper-base", "helper-weak", "pool", "pool"]
    again = run(tmp_path, small)
    assert again == plain


@pytest.mark.parametrize("start", ["generator", "base"])
def test_fine_tuning_starts_from_the_chosen_model(tmp_path, start):
    helpers = {"base_original": 50, "base_steps": 4} if start == "base" else {}
    overrides = {**TINY, "start": start, "learning_rate": 1e-9, "warmup_steps": 0, **helpers}
    experiment = Eigenvalues(make_config(Eigenvalues, "smoke", overrides))
    assert experiment.starts_from == start
    rng = np.random.default_rng
    pool = experiment.original(rng(0))
    begun = (
        experiment.train_helper("base", rng(0), tmp_path / "begun")
        if start == "base"
        else experiment.train_generator(rng(0), tmp_path / "begun")
    )
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
