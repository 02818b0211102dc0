"""What a person may type by hand and a model cannot read."""

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.by_hand import inspect_matrix
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape

SHAPE = Shape(
    encoding="P100",
    dimension=2,
    layout="upper",
    encoder_layers=1,
    decoder_layers=1,
    d_model=16,
    heads=2,
)
GOOD = [[1.5, 2.0], [2.0, -3.0]]


@pytest.fixture(scope="module")
def model():
    return Transformer(SHAPE, 0).eval()


def inspect(model, matrix=GOOD, beams=2, tolerance=0.1, verifiers=()):
    return inspect_matrix(model, matrix, beams=beams, tolerance=tolerance, verifiers=verifiers)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 2], [3, 4]], r"not symmetric: entry \(1, 2\) = 2 but \(2, 1\) = 3"),
        ([[1, float("nan")], [float("nan"), 4]], "not finite"),
        ([[float("inf"), 1], [1, 4]], "not finite"),
        ([[1, 10.01], [10.01, 4]], r"entry 10.01: .* \[-10, 10\]"),
        ([[-1e300, 1], [1, 4]], r"\[-10, 10\]"),
        (np.eye(3), r"shape \(3, 3\): this model reads 2 x 2"),
        ([[1, 2]], "reads 2 x 2"),
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
        inspect(model, matrix)


def test_the_largest_entries_and_the_zero_matrix_are_answered(model):
    assert inspect(model, [[10, -10], [-10, 10]])["eigenvalues"] == [20.0, 0.0]
    found = inspect(model, [[0, 0], [0, 0]])
    assert found["eigenvalues"] == [0.0, 0.0]
    assert found["beams"]


@pytest.mark.parametrize("tolerance", [0, -0.01, 1, float("nan"), float("inf")])
def test_a_tolerance_out_of_range_is_refused(model, tolerance):
    with pytest.raises(InputError, match=r"tolerance = .* must lie in \(0, 1\)"):
        inspect(model, tolerance=tolerance)


@pytest.mark.parametrize("beams", [0, -1, 201])
def test_a_beam_out_of_range_is_refused(model, beams):
    with pytest.raises(InputError, match=rf"beams = {beams} is refused: .* \[1, 200\]"):
        inspect(model, beams=beams)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("noisy(p_noise=1.5)", "p_noise"),
        ("noisy(p_noise=-1)", "p_noise"),
        ("noisy", "p_noise"),
        ("trace(tolerance=0)", "tolerance"),
        ("unheard_of", "unheard_of"),
    ],
)
def test_a_verifier_that_cannot_judge_is_refused(model, spec, message):
    with pytest.raises(InputError, match=message):
        inspect(model, verifiers=[spec])
