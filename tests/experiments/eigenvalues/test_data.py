"""Matrices and their spectra."""

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues import data
from synverify_core.experiments.eigenvalues.encodings import get_encoding

P1000 = get_encoding("P1000")


@pytest.mark.parametrize("dimension", [1, 2, 3, 5])
def test_spectra_are_the_rounded_eigenvalues_of_the_rounded_matrix_in_decreasing_order(dimension):
    entries, eigenvalues = data.sample_problems(
        np.random.default_rng(1), 300, dimension=dimension, encoding=P1000, entries="uniform"
    )
    matrices = data.to_matrices(entries, dimension)
    assert (matrices == matrices.transpose(0, 2, 1)).all()
    exact = np.linalg.eigvalsh(matrices)[:, ::-1]
    np.testing.assert_allclose(eigenvalues, exact, rtol=0.0051)
    assert (np.diff(eigenvalues, axis=1) <= 0).all()


def test_eigenvalues_of_a_known_matrix():
    spectrum = data.spectrum(np.array([[2.0, 1.0, 2.0], [3.0, 0.0, -5.0]]), 2)
    np.testing.assert_allclose(spectrum, [[3, 1], [3, -5]])
    three = data.spectrum(np.array([[2.0, 0.0, 0.0, 3.0, 4.0, 9.0]]), 3)
    np.testing.assert_allclose(three, [[11, 2, 1]])


def test_examples_are_the_tokens_of_problems():
    settings = {"dimension": 3, "encoding": P1000, "entries": "uniform"}
    problems = data.sample_problems(np.random.default_rng(5), 50, **settings)
    for layout, numbers in (("full", 9), ("upper", 6)):
        source, target = data.sample_examples(
            np.random.default_rng(5), 50, layout=layout, **settings
        )
        assert source.shape == (50, data.source_length(3, P1000, layout)) == (50, 3 * numbers)
        np.testing.assert_array_equal(P1000.decode(target), problems.eigenvalues)
        shown = P1000.decode(source)
        if layout == "full":
            shown = shown.reshape(-1, 3, 3)
            np.testing.assert_array_equal(shown, data.to_matrices(problems.entries, 3))
        else:
            np.testing.assert_array_equal(shown, problems.entries)
        again = data.encode_source(
            problems.entries.astype(np.float32), dimension=3, encoding=P1000, layout=layout
        )
        np.testing.assert_array_equal(again, source)


def test_gaussian_entries_have_the_variance_of_uniform_ones():
    draws = [
        data.sample_problems(
            np.random.default_rng(2), 20_000, dimension=2, encoding=P1000, entries=entries
        ).entries
        for entries in ("uniform", "gaussian")
    ]
    assert np.abs(draws[0]).max() <= 10 < np.abs(draws[1]).max()
    for entries in draws:
        assert entries.std() == pytest.approx(10 / np.sqrt(3), rel=0.02)


def test_data_do_not_depend_on_the_number_of_threads(monkeypatch):
    settings = {"dimension": 2, "encoding": P1000, "entries": "uniform"}
    drawn = []
    for threads in ("1", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        drawn.append(data.sample_problems(np.random.default_rng(3), 10_000, **settings))
    np.testing.assert_array_equal(drawn[0].entries, drawn[1].entries)
    np.testing.assert_array_equal(drawn[0].eigenvalues, drawn[1].eigenvalues)


def test_no_matrices_are_refused():
    with pytest.raises(InputError, match="n = 0"):
        data.sample_problems(
            np.random.default_rng(0), 0, dimension=2, encoding=P1000, entries="uniform"
        )
