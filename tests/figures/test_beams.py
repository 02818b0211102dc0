import pandas as pd
import pytest

from synverify_core.figures.beams import beam_figure
from synverify_core.stats.beams import beam_table
from tests.stats.rows import eigen_table

BEAMS = {"beam 5, any@2%": 0.5, "beam 5, best@2%": 0.21}
BEAMS |= {"beam 50, any@2%": 0.7, "beam 50, best@2%": 0.19}


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
    fig = beam_figure([("here", beam_table(pd.DataFrame()))], tolerance=2.0)
    assert "No beams" in fig.layout.annotations[0].text


def test_the_figure_says_what_the_widest_beam_holds() -> None:
    here = beam_table(eigen_table({}, beams=BEAMS))
    fig = beam_figure([("here", here), ("paper", here)], tolerance=2.0)
    assert fig.layout.title.text == (
        "50 beams hold a right answer in 70 %, the likeliest is right in 19 % (τ = 2 %)"
    )
    noted = [note.text for note in fig.layout.annotations]
    assert noted[:2] == ["here", "paper"]
    assert [text.split("</b>")[0] for text in noted[2:]] == ["<b>19 %", "<b>70 %"] * 2
    held = [trace for trace in fig.data if trace.fill == "tonexty"]
    assert [list(trace.y) for trace in held] == [pytest.approx([0.2, 0.5, 0.7])] * 2
    assert "5: 50 %" in fig.layout.meta["alt"]


def test_one_tolerance_is_drawn_and_one_that_was_not_measured_is_said() -> None:
    here = beam_table(eigen_table({}, beams=BEAMS))
    assert "τ = 5 %" in beam_figure([("here", here)], tolerance=5.0).layout.annotations[0].text
    other = here.assign(tolerance=1.0)
    fig = beam_figure([("here", here), ("paper", other)], tolerance=2.0)
    assert [note.text for note in fig.layout.annotations][:1] == ["here"]
    assert len(fig.data) == 2
