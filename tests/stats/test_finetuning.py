"""Table 3 and the best of a beam, from rows."""

import pandas as pd
import pytest

from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.finetuning import best_of_beam, finetuning_table
from tests.stats.rows import eigen_table

SETTINGS = {"start": "scratch", "synthesis": "greedy", "beam_size": 50, "pool_size": 20_000}
SETTINGS |= {"n_original": 5000, "n_table": 10_000, "base_original": 0, "base_steps": 0}
BEST = {**SETTINGS, "synthesis": "best_of_beam"}
BASE = {**SETTINGS, "start": "base", "base_steps": 400}


def found(*tables: pd.DataFrame) -> dict[tuple[str, str], dict]:
    table = finetuning_table(pd.concat(tables, ignore_index=True))
    return {(row["data"], row["model"]): row for row in table.to_dict("records")}


def test_starts_are_named_by_how_much_they_have_learnt_beside_the_generator() -> None:
    bases = [
        eigen_table({"oracle": 0.6}, beams={"base@2%": share}, **{**BASE, "base_original": n})
        for n, share in ((5000, 0.2), (100_000, 0.5), (1000, 0.05))
    ]
    generator = eigen_table({"oracle": 0.25}, **{**SETTINGS, "start": "generator"})
    cells = found(*bases, generator, eigen_table({"oracle": 0.3}, **SETTINGS))
    models = ["A", "B (5,000 examples)", "C (100,000 examples)", "D (1,000 examples)", "scratch"]
    assert sorted(model for _, model in cells) == models
    assert cells["rejection", "A"]["before"] == pytest.approx(0.2)
    assert cells["rejection", "A"]["after"] == pytest.approx(0.27)
    assert cells["rejection", "D (1,000 examples)"]["before"] == pytest.approx(0.05)
    assert pd.isna(cells["rejection", "scratch"]["before"])
    assert {row["n_samples"] for row in cells.values()} == {3000}


def test_beam_k_is_the_best_of_k_right_or_not_and_rejection_is_greedy_and_right() -> None:
    greedy = eigen_table({"oracle": 0.3, "none": 0.1, "trace": 0.2}, **SETTINGS)
    best = eigen_table({"oracle": 0.5, "none": 0.4}, **{**BEST, "beam_size": 10})
    names = {data for data, _ in found(greedy, best)}
    assert names == {"rejection", "beam 1", "beam 10", "beam 10, right answers only"}
    assert finetuning_table(eigen_table({"trace": 0.3}, **SETTINGS)).empty
    assert finetuning_table(pd.DataFrame()).empty


def test_cells_are_compared_at_the_largest_size_that_all_of_them_have() -> None:
    wide = eigen_table({"oracle": 0.3}, sizes=(1000, 3000, 9000), **SETTINGS)
    narrow = eigen_table({"none": 0.3}, sizes=(1000, 3000), **BEST)
    assert {row["n_samples"] for row in found(wide, narrow).values()} == {3000}
    apart = eigen_table({"none": 0.3}, sizes=(2000,), **BEST)
    assert {row["n_samples"] for row in found(wide, apart).values()} == {9000, 2000}


def test_curves_tell_beams_and_what_is_kept_apart() -> None:
    greedy = eigen_table({"oracle": 0.3, "none": 0.1, "trace": 0.2, "clean": 0.6}, **SETTINGS)
    best = eigen_table({"oracle": 0.5, "none": 0.4, "clean": 0.6}, **{**BEST, "beam_size": 10})
    tuned = eigen_table({"none": 0.9}, **{**SETTINGS, "start": "generator"})
    rows = best_of_beam(pd.concat([greedy, best, tuned], ignore_index=True))
    assert set(rows["verifier"]) == {"beam(k=1)", "beam(k=10)", "generator", "clean"}
    assert set(rows["trained_on"]) == {"every answer", "right answers only"}
    assert rows["value"].max() < 0.9
    generator = rows[(rows["verifier"] == "generator") & (rows["trained_on"] == "every answer")]
    assert sorted(generator["seed"]) == [0, 1, 2]
    fig = scaling_figure(rows, metric="accuracy@2%", facet="trained_on")
    assert {trace.name for trace in fig.data if trace.showlegend is not False} >= {
        "best of 1",
        "best of 10",
    }
    assert best_of_beam(pd.DataFrame()).empty
