"""The runs of a small Table 3."""

import pytest

from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues.experiment import Eigenvalues
from synverify_core.experiments.eigenvalues.table3 import DATA, MODELS, POOL_SIZE, SIZE, cell
from synverify_core.experiments.plan import plan
from synverify_core.experiments.unit import CLEAN


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


def test_true_labels_are_left_to_the_runs_that_draw_them():
    assert not any(unit.name == CLEAN for unit in plan(Eigenvalues(cell("beam 5", "A"))))
    assert any(unit.name == CLEAN for unit in plan(Eigenvalues(make_config(Eigenvalues))))


def test_pools_hold_what_a_cell_trains_on():
    assert cell("beam 5", "A").pool_size == POOL_SIZE
