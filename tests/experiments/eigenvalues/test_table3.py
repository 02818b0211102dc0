"""The runs of a small Table 3."""

import pytest

from synverify_core.experiments.eigenvalues.table3 import DATA, MODELS, POOL_SIZE, SIZE, cell


@pytest.mark.parametrize("model", MODELS)
def test_a_column_differs_in_the_start_only(model):
    runs = [cell(data, model) for data in DATA]
    assert {(run.start, run.base_original) for run in runs} == {
        {
            "A": ("generator", 0),
            "B": ("base", 6_500),
            "C": ("base", 130_000),
            "D": ("base", 1_300),
            "scratch": ("scratch", 0),
        }[model]
    }
    assert {run.sizes for run in runs} == {(SIZE,)}
    assert all(run.base_steps in (0, run.generator_steps) for run in runs)


def test_rows_are_rejection_and_the_best_of_beams_right_or_not():
    kinds = [(run.verifiers, run.synthesis) for run in (cell(data, "scratch") for data in DATA)]
    assert kinds[0] == (("oracle",), "greedy")
    assert kinds[1:5] == [(("none",), "best_of_beam")] * 4
    assert kinds[5] == (("none",), "greedy")
    assert [cell(data, "A").beam_size for data in DATA[1:5]] == [50, 25, 10, 5]
    assert cell("beam 5", "A", seed=3).seed == 3
    assert cell("beam 5", "A").pool_size == POOL_SIZE
