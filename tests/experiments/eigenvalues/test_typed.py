"""Matrices that a person types: what is meant is read, what cannot be used is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues import typed
from synverify_core.experiments.eigenvalues.data import check_matrix


@pytest.mark.parametrize(
    "text",
    [
        "2 1\n1 -3",
        "2, 1; 1, -3",
        "[[2, 1], [1, -3]]",
        "array([[ 2.,  1.],\n       [ 1., -3.]])".removeprefix("array"),
        "2\t1\n\n1\t-3\n",
    ],
)
def test_common_ways_to_write_a_matrix_are_read(text):
    np.testing.assert_array_equal(typed.parse_matrix(text, 2), [[2, 1], [1, -3]])


@given(some.integers(1, 12), some.integers(0, 2**32 - 1))
def test_what_is_printed_is_read_back(dimension, seed):
    matrix = typed.random_matrix(dimension, np.random.default_rng(seed))
    np.testing.assert_array_equal(typed.parse_matrix(str(matrix.tolist()), dimension), matrix)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2; 2 nan", r"entry \(2, 2\) = nan is refused: .* from -10 to 10"),
        ("1 11; 11 2", r"entry \(1, 2\) = 11 is refused: .* from -10 to 10"),
        ("1 2; 2 -inf", r"entry \(2, 2\) = -inf is refused"),
        ("1 2; two 2", r"entry \(2, 1\) = 'two' is refused"),
        ("1 2; 3 4", r"not symmetric: entry \(1, 2\) = 2 but \(2, 1\) = 3"),
        ("1 2 3; 2 4 5; 3 5 6", "3 rows of 3 numbers: this model reads 2 rows of 2"),
        ("1 2; 3", "2 rows of 1 or 2 numbers"),
        ("1 2", "1 rows of 2 numbers"),
        (" \n", "the matrix is empty"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place_and_range(text, message):
    with pytest.raises(InputError, match=message):
        typed.parse_matrix(text, 2)


@given(some.integers(1, 12), some.integers(0, 2**32 - 1))
def test_the_buttons_make_what_they_say_and_models_accept_it(dimension, seed):
    made = {
        kind: make(dimension, np.random.default_rng(seed)) for kind, make in typed.KINDS.items()
    }
    for matrix in made.values():
        check_matrix(matrix, dimension)
    assert abs(np.trace(made["zero_trace"])) < 1e-9
    np.testing.assert_array_equal(made["diagonal"], np.diag(np.diag(made["diagonal"])))
    values = np.linalg.eigvalsh(made["nearly_degenerate"])
    assert values.max() - values.min() < 0.2 * dimension + 0.2


def test_the_first_matrix_is_always_the_same():
    np.testing.assert_array_equal(typed.example(2), [[6, -2], [-2, 3]])
    for dimension in (1, 3, 5, 12):
        check_matrix(typed.example(dimension), dimension)
        np.testing.assert_array_equal(typed.example(dimension), typed.example(dimension))


@pytest.mark.parametrize("count", [0, 2, 4, 91])
def test_a_count_that_is_no_triangle_is_refused(count):
    with pytest.raises(InputError, match=f"{count} numbers are no upper triangle"):
        typed.check_dimension(count)
