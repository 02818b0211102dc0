"""What holds for every figure and verdict, whatever rows there are."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synverify_core.experiments.row import Row
from synverify_core.figures.accuracy_pstar import accuracy_against_pstar
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.rates import rates_figure
from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.claims import VERDICTS
from synverify_core.stats.eigenvalues import check_table, eigen_claims, solver_free_worth
from synverify_core.stats.finetuning import SETTINGS, finetuning_table
from synverify_core.stats.gaussian import paper_claims
from synverify_core.stats.summaries import pstar_orders, summary_claims
from synverify_core.stats.tables import ready
from tests.stats.rows import eigen_table, gaussian_table, partial_rows, parts, summary_table

ACCURACY = "accuracy@2%"
EIGEN = eigen_table(
    {"none": 0.1, "trace": 0.3, "noisy(p_noise=0.3)": 0.25, "oracle": 0.4, "clean": 0.5},
    beams={"beam 5, any@2%": 0.5, "beam 5, best@2%": 0.2},
    **{**dict.fromkeys([*SETTINGS, "n_original"], 0), "n_table": 10_000},
)
GAUSSIAN, SUMMARIES = gaussian_table(), summary_table(interval=0.02)
FIGURES = {
    "figure 3": (GAUSSIAN, lambda t: scaling_figure(t, metric="relative_error")),
    "p*": (SUMMARIES, lambda t: pstar_bars(t, facet="selection_rate")),
    "scatter": (GAUSSIAN, lambda t: pstar_scatter(t, "relative_error", by=["n_original"])),
    "figure 4": (EIGEN, lambda t: accuracy_against_pstar(t, metric=ACCURACY)),
    "figure 5": (SUMMARIES, rates_figure),
}
CLAIMS = {
    "Section 5": (GAUSSIAN, paper_claims),
    "Section 6.1": (EIGEN, lambda t: [*eigen_claims(t, ACCURACY), solver_free_worth(t, ACCURACY)]),
    "Section 6.2": (SUMMARIES, lambda t: [*summary_claims(t), pstar_orders(t)]),
}
TABLES = {
    "checks": (EIGEN, lambda t: check_table(t, ACCURACY)),
    "finetuning": (EIGEN, finetuning_table),
}


def any_rows(table: pd.DataFrame) -> st.SearchStrategy[pd.DataFrame]:
    metric = table["metric"].mode()[0]
    original = st.sampled_from([150, 500])
    return parts(table, at_most=20) | partial_rows(metric, [0.0, 0.1, 1.0], n_original=original)


@pytest.mark.parametrize(("table", "draw"), FIGURES.values(), ids=FIGURES)
def test_a_figure_without_rows_says_so_and_of_any_rows_tells_what_it_shows(table, draw) -> None:
    assert "yet" in draw(pd.DataFrame()).layout.annotations[0].text

    @settings(max_examples=12, deadline=None)
    @given(any_rows(table))
    def tells(rows: pd.DataFrame) -> None:
        fig = draw(rows)
        assert fig.layout.meta["alt"]
        drawn = [trace.x if trace.type == "bar" else trace.y for trace in fig.data]
        values = [value for numbers in drawn for value in numbers if value is not None]
        assert np.isfinite(np.asarray(values, dtype=float)).all()

    tells()


@pytest.mark.parametrize(("table", "tell"), CLAIMS.values(), ids=CLAIMS)
def test_nothing_is_claimed_without_rows_and_any_rows_get_each_verdict(table, tell) -> None:
    nothing = tell(pd.DataFrame())
    assert {claim.verdict for claim in nothing} == {"too little data"}

    @settings(max_examples=12, deadline=None)
    @given(any_rows(table))
    def judges(rows: pd.DataFrame) -> None:
        claims = tell(rows)
        assert len(claims) == len(nothing)
        assert {claim.verdict for claim in claims} <= set(VERDICTS)
        assert all(claim.found for claim in claims)

    judges()


EVERY = {**FIGURES, **CLAIMS, **TABLES}


@pytest.mark.parametrize(("table", "show"), EVERY.values(), ids=EVERY)
def test_later_rounds_change_nothing_of_the_first(table, show) -> None:
    def shown(rows: pd.DataFrame) -> str:
        found = show(rows)
        return json.dumps(found) if isinstance(found, list) else found.to_json()

    first = table[table["round"] == 1]
    later = [first.assign(round=n, value=0.9, p_star=0.1, kept=7, pool_size=9) for n in (2, 3)]
    assert shown(pd.concat([table, *later], ignore_index=True)) == shown(table)


def test_a_table_without_rounds_or_rows_has_every_column_of_a_row() -> None:
    old = GAUSSIAN.drop(columns="round")
    assert len(ready(old)) == len(old)
    for table in (old, pd.DataFrame()):
        assert set(Row.model_fields) <= set(ready(table).columns)
