import pandas as pd
import pytest

from synverify_core.figures.beams import beam_figure
from synverify_core.stats.beams import beam_table
from synverify_core.stats.finetuning import finetuning_table
from tests.stats.rows import eigen_table

BEAMS = {"beam 5, any@2%": 0.5, "beam 5, best@2%": 0.21}
BEAMS |= {"beam 50, any@2%": 0.7, "beam 50, best@2%": 0.19}
SETTINGS = {"synthesis": "greedy", "beam_size": 50, "base_original": 0, "base_steps": 0}


def test_one_beam_is_greedy_decoding_of_both_kinds() -> None:
    beams = beam_table(eigen_table({}, beams=BEAMS))
    found = beams.pivot(index="kind", columns="n_beams", values="mean")
    assert found.columns.tolist() == [1, 5, 50]
    assert found.loc["any"].tolist() == pytest.approx([0.2, 0.5, 0.7])
    assert found.loc["best"].tolist() == pytest.approx([0.2, 0.21, 0.19])
    assert set(beams["tolerance"]) == {2.0}
    assert set(beams["n_seeds"]) == {3}


def test_without_beams_there_is_nothing_to_draw() -> None:
    assert beam_table(eigen_table({"oracle": 0.3})).empty
    assert beam_table(pd.DataFrame()).empty
    fig = beam_figure([("here", beam_table(pd.DataFrame()))])
    assert "No beams" in fig.layout.annotations[0].text


def test_the_figure_says_what_the_widest_beam_holds() -> None:
    here = beam_table(eigen_table({}, beams=BEAMS))
    fig = beam_figure([("here", here), ("paper", here)])
    assert fig.layout.title.text == (
        "50 beams hold a right answer in 70 % of cases, the likeliest is right in 19 % (τ = 2 %)"
    )
    assert [note.text for note in fig.layout.annotations] == ["here", "paper"]
    solid = [trace for trace in fig.data if trace.line.dash == "solid"]
    assert [list(trace.y) for trace in solid] == [pytest.approx([0.2, 0.5, 0.7])] * 2
    assert "5: 50 %" in fig.layout.meta["alt"]


def test_finetuned_models_stand_beside_those_from_scratch() -> None:
    scratch = eigen_table({"oracle": 0.3}, start="scratch", **SETTINGS)
    generator = eigen_table({"oracle": 0.25}, start="generator", **SETTINGS)
    base = {**SETTINGS, "base_original": 5000, "base_steps": 400}
    better = eigen_table({"oracle": 0.6}, beams={"base@2%": 0.5}, start="base", **base)
    found = finetuning_table(pd.concat([scratch, generator, better], ignore_index=True))
    rows = {row["model"]: row for row in found.to_dict("records")}
    assert set(rows) == {"scratch", "generator (A)", "base (5,000 examples, 400 steps)"}
    assert rows["generator (A)"]["before"] == pytest.approx(0.2)
    assert rows["generator (A)"]["after"] == pytest.approx(0.27)
    assert rows["base (5,000 examples, 400 steps)"]["before"] == pytest.approx(0.5)
    assert pd.isna(rows["scratch"]["before"])
    assert set(found["data"]) == {"rejection"}
    assert set(found["n_samples"]) == {3000}


def test_beam_data_are_named_by_their_width() -> None:
    settings = {**SETTINGS, "synthesis": "best_of_beam", "beam_size": 10}
    found = finetuning_table(eigen_table({"oracle": 0.3}, start="scratch", **settings))
    assert found["data"].tolist() == ["beam 10"]
    without_oracle = eigen_table({"none": 0.3}, start="scratch", **settings)
    for nothing in (without_oracle, pd.DataFrame()):
        assert finetuning_table(nothing).empty
