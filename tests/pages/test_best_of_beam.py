"""The curves of training on the best of a beam, and the small Table 3 in the paper's order."""

import pandas as pd

from pages.ui.eigenvalues.best_of_beam import draw_curves, order_of_data, widths
from synverify_core.stats.finetuning import best_of_beam
from tests.stats.rows import eigen_table

SETTINGS = {"start": "scratch", "beam_size": 50, "pool_size": 20_000, "n_table": 10_000}
SETTINGS |= {"n_original": 5000, "base_original": 0, "base_steps": 0}


def table():
    greedy = eigen_table({"oracle": 0.3, "none": 0.1}, synthesis="greedy", **SETTINGS)
    best = eigen_table({"oracle": 0.5, "none": 0.4}, synthesis="best_of_beam", **SETTINGS)
    return pd.concat([greedy, best], ignore_index=True)


def test_the_title_compares_the_most_beams_with_the_fewest():
    fig = draw_curves(best_of_beam(table()))
    assert fig.layout.title.text == (
        "Trained on 3,000 best of 50 beams: 42 %; best of 1: 12 % (all answers kept)"
    )
    panels = [note.text for note in fig.layout.annotations]
    assert panels[:2] == ["every answer", "right answers only"]
    assert widths(best_of_beam(table())) == 2


def test_rows_stand_as_in_the_paper():
    names = ["beam 1", "beam 50", "rejection", "beam 5"]
    assert sorted(names, key=order_of_data) == ["rejection", "beam 50", "beam 5", "beam 1"]
