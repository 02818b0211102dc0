"""Trying a model by hand: what it answers, and what a person may type that no model reads."""

import json
import time

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues import predict as predicting
from synverify_core.experiments.eigenvalues.by_hand import inspect_matrix
from synverify_core.experiments.eigenvalues.checkpoint import save_model
from synverify_core.experiments.eigenvalues.data import sample_problems
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.services import inspect
from synverify_core.experiments.eigenvalues.shape import Shape

MATRIX = [[2.0, 1.0], [1.0, 2.0]]


@pytest.fixture(scope="module")
def model() -> Transformer:
    return Transformer(Shape("P1000", 2, "upper", 1, 1, 16, 2), seed=1).eval()


def test_every_beam_is_shown_with_probability_error_and_verdicts(model):
    shown = inspect_matrix(
        model, MATRIX, beams=7, tolerance=0.05, verifiers=("oracle", "trace", "random")
    )
    json.dumps(shown)
    assert shown["eigenvalues"] == [3, 1]
    assert shown["entries"] == [2, 1, 2]
    assert shown["source"] == ["+", "200", "E-2", "+", "100", "E-2", "+", "200", "E-2"]
    assert len(shown["beams"]) == 7
    scores = [beam["log_probability"] for beam in shown["beams"]]
    assert scores == sorted(scores, reverse=True)
    for beam in shown["beams"]:
        assert beam["perplexity"] == pytest.approx(np.exp(-beam["log_probability"] / 6), rel=1e-4)
        error = np.abs(np.subtract(beam["eigenvalues"], [3, 1])).sum() / 4
        assert beam["error"] == pytest.approx(error)
        assert beam["kept"]["oracle"] == beam["right"] == (beam["error"] < 0.05)
        assert set(beam["kept"]) == {"oracle", "trace", "random"}


def test_every_beams_tokens_multiply_to_it_and_are_ranked_among_the_choices(model):
    beams = inspect_matrix(model, MATRIX, beams=50, tolerance=0.05)["beams"]
    for beam in beams:
        assert [step["word"] for step in beam["steps"]] == beam["words"]
        logs = [np.log(step["probability"]) for step in beam["steps"]]
        assert sum(logs) == pytest.approx(beam["log_probability"], rel=1e-3)
        for step in beam["steps"]:
            shares = [choice["probability"] for choice in step["choices"]]
            assert shares == sorted(shares, reverse=True)
            assert len(shares) == 2 if step["word"] in "+-" else 5
            words = [choice["word"] for choice in step["choices"]]
            assert (step["word"] in words) == (step["rank"] <= len(words))
    assert any(step["rank"] > 5 for beam in beams for step in beam["steps"])
    (best,) = inspect_matrix(model, MATRIX, beams=1, tolerance=0.05)["beams"]
    for step in best["steps"]:  # greedy decoding takes the likeliest token everywhere
        assert step["rank"] == 1
        assert step["choices"][0] == {"word": step["word"], "probability": step["probability"]}


def test_the_service_loads_the_file_once_and_a_new_file_anew(model, tmp_path):
    path = tmp_path / "model.safetensors"
    save_model(model, path)
    asked = {"matrix": MATRIX, "beams": 3, "tolerance": 0.05, "verifiers": ["oracle"]}
    request = {"path": str(path), "modified": 1, **asked}
    before = inspect(request)
    assert before == inspect_matrix(model, **asked)
    save_model(Transformer(model.shape, seed=2).eval(), path)
    assert inspect(request) == before
    assert inspect({**request, "modified": 2})["beams"] != before["beams"]


def test_fifty_beams_of_the_quick_model_take_a_fraction_of_the_page_budget(tmp_path):
    quick = Transformer(Shape("P1000", 2, "upper", 2, 1, 64, 4), seed=0).eval()
    answers, seconds = [], []
    for x in range(5):
        begun = time.process_time()
        answers.append(inspect_matrix(quick, [[x, 1.0], [1.0, 2.0]], beams=50, tolerance=0.02))
        seconds.append(time.process_time() - begun)
    assert all(len(answer["beams"]) == 50 for answer in answers)
    # Time of the processor, which others at work do not lengthen; the page has 0.3 s for all.
    print(f"processor time of 50 beams: {1000 * min(seconds):.0f} ms")
    assert min(seconds) < 0.15


def test_decoding_without_memory_takes_smaller_batches_and_answers_the_same(model, monkeypatch):
    problems = sample_problems(
        np.random.default_rng(0), 9, dimension=2, encoding=get_encoding("P1000"), entries="uniform"
    )
    plain = predicting.predict(model, problems)
    search, sizes = predicting.beam_search, []

    def needs_memory(model, source, beams):
        sizes.append(len(source))
        if len(source) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return search(model, source, beams)

    monkeypatch.setattr(predicting, "beam_search", needs_memory)
    lines: list[str] = []
    crowded = predicting.predict(model, problems, log=lines.append)
    assert lines[-1] == "out of memory: 2 matrices at a time from here on"
    assert sizes == [9, 4, 2, 2, 2, 2, 1]
    np.testing.assert_array_equal(crowded.eigenvalues, plain.eigenvalues)
    np.testing.assert_array_equal(crowded.likeliest_error, plain.likeliest_error)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 2], [3, 4]], r"not symmetric: entry \(1, 2\) = 2 but \(2, 1\) = 3"),
        ([[1, float("nan")], [float("nan"), 4]], "not finite"),
        ([[float("inf"), 1], [1, 4]], "not finite"),
        ([[1, 10.01], [10.01, 4]], r"entry 10.01: .* \[-10, 10\]"),
        ([[-1e300, 1], [1, 4]], r"\[-10, 10\]"),
        (np.eye(3), r"shape \(3, 3\): this model reads 2 x 2"),
        ([1, 2, 3], "reads 2 x 2"),
        ([], "reads 2 x 2"),
        ([[1, 2], [3]], "cannot be read as numbers"),
        ([["a", 1], [1, 2]], "cannot be read as numbers"),
        ([[1j, 1], [1, 2]], "cannot be read as numbers"),
        ("matrix", "cannot be read as numbers"),
        (None, "reads 2 x 2"),
    ],
    ids=str,
)
def test_a_matrix_that_cannot_be_answered_is_refused(model, matrix, message):
    with pytest.raises(InputError, match=message):
        inspect_matrix(model, matrix, beams=2, tolerance=0.1)


def test_the_largest_entries_and_the_zero_matrix_are_answered(model):
    for matrix, values in (([[10, -10], [-10, 10]], [20, 0]), ([[0, 0], [0, 0]], [0, 0])):
        found = inspect_matrix(model, matrix, beams=2, tolerance=0.1)
        assert found["eigenvalues"] == values and found["beams"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        *[("tolerance", bad, r"must lie in \(0, 1\)") for bad in (0, -0.01, 1, np.nan, np.inf)],
        *[("beams", bad, rf"beams = {bad} is refused: .* \[1, 200\]") for bad in (0, -1, 201)],
        *[("verifiers", [f"noisy{bad}"], "p_noise") for bad in ("(p_noise=1.5)", "")],
        ("verifiers", ["trace(tolerance=0)"], "tolerance"),
        ("verifiers", ["unheard_of"], "unheard_of"),
    ],
)
def test_other_values_that_cannot_be_used_are_refused_by_name(model, field, value, message):
    asked = {"beams": 2, "tolerance": 0.1, field: value}
    with pytest.raises(InputError, match=message):
        inspect_matrix(model, MATRIX, **asked)
