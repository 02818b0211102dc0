"""What every statistic and figure draws on: rows of one round, as numbers."""

import pandas as pd
import pytest

from synverify_core.experiments.row import Row
from synverify_core.figures.accuracy_pstar import accuracy_against_pstar
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.rates import rates_figure
from synverify_core.figures.scaling import scaling_figure
from synverify_core.stats.eigenvalues import check_table, eigen_claims, solver_free_worth
from synverify_core.stats.finetuning import SETTINGS, finetuning_table
from synverify_core.stats.gaussian import paper_claims
from synverify_core.stats.summaries import pstar_orders, summary_claims
from synverify_core.stats.tables import ready
from tests.stats.rows import eigen_table, gaussian_table, summary_table

ACCURACY = "accuracy@2%"
EIGEN = eigen_table(
    {"none": 0.1, "trace": 0.3, "noisy(p_noise=0.3)": 0.25, "oracle": 0.4, "clean": 0.5},
    **dict.fromkeys(SETTINGS, 0),
)
GAUSSIAN, SUMMARIES = gaussian_table(), summary_table(interval=0.02)
DRAWN = {
    "scaling": (GAUSSIAN, lambda t: scaling_figure(t, metric="relative_error").to_json()),
    "p*": (SUMMARIES, lambda t: pstar_bars(t, facet="selection_rate").to_json()),
    "scatter": (GAUSSIAN, lambda t: pstar_scatter(t, "relative_error").to_json()),
    "figure 4": (EIGEN, lambda t: accuracy_against_pstar(t, metric=ACCURACY).to_json()),
    "figure 5": (SUMMARIES, lambda t: rates_figure(t).to_json()),
    "gaussian claims": (GAUSSIAN, paper_claims),
    "eigenvalue claims": (EIGEN, lambda t: eigen_claims(t, ACCURACY)),
    "checks": (
        EIGEN,
        lambda t: (check_table(t, ACCURACY).to_json(), solver_free_worth(t, ACCURACY)),
    ),
    "finetuning": (EIGEN, lambda t: finetuning_table(t).to_json()),
    "summary claims": (SUMMARIES, lambda t: (summary_claims(t), pstar_orders(t))),
}


@pytest.mark.parametrize("name", DRAWN)
def test_later_rounds_change_nothing_of_the_first(name: str) -> None:
    table, draw = DRAWN[name]
    retrained = table[table["round"] == 1]
    later = [retrained.assign(round=n, value=0.9, p_star=0.1, kept=7, pool_size=9) for n in (2, 3)]
    assert draw(pd.concat([table, *later], ignore_index=True)) == draw(table)


def test_a_table_without_rounds_or_rows_has_every_column_of_a_row() -> None:
    old = GAUSSIAN.drop(columns="round")
    assert len(ready(old)) == len(old)
    for table in (old, pd.DataFrame()):
        assert set(Row.model_fields) <= set(ready(table).columns)
