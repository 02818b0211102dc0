"""Training on the best of a beam: scaling curves, and Table 3 beside the paper's."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.eigenvalues.beams import cell
from pages.ui.eigenvalues.table3_start import show_start
from pages.ui.eigenvalues.tasks import TASKS
from pages.ui.shared import store as runs_store
from pages.ui.shared.export import show_figure
from synverify_core.experiments.eigenvalues import paper
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run
from synverify_core.stats.finetuning import (
    EVERY,
    METRIC,
    SETTINGS,
    best_of_beam,
    finetuning_table,
)
from synverify_core.stats.names import percent, size_text, split_label
from synverify_core.stats.tables import joined

SEEING = (
    "For each matrix the generator writes k answers, and the one nearest to the truth is kept: "
    "left whether it is right or not, right only if it is. Each marker is a fresh model trained on "
    "n' of them. Best of 1 is the greedy answer; grey dashes: the generator."
)
PAPERS_TABLE = (
    "**The paper's Table 3**, as printed: accuracy (%) after training on one million of the "
    "generator's answers, by the model that training starts from"
)
EXPLAINED = (
    "A: the generator itself. B, C, D: models trained on true eigenvalues of their own, in the "
    "paper to about A's accuracy, to a higher and to a lower one; here on as many matrices as A, "
    "on more, on fewer. *rejection*: greedy answers that a perfect check keeps; *beam k*: its "
    "pick among k beams, kept right or not, so that beam 1 are all greedy answers. The paper "
    "concludes that only a start of higher accuracy than A's helps; in its numbers B, too, is "
    "above training from scratch in {better} of {rows} rows."
)


def show(runs: Sequence[Run], large: bool) -> None:
    """Show curves and Table 3 of all runs that differ in nothing else; start what is missing."""
    measured = [(same, table) for same in groups(runs) if len(table := rows_of(same))]
    for place, (same, table) in enumerate(measured):
        curves = best_of_beam(table)
        if len(curves) and widths(curves) > 1:
            show_curves(f"eigenvalues-best-of-beam-{place}", same, curves, large)
    text = EXPLAINED.format(better=better_than_scratch("B"), rows=len(paper.TABLE_3))
    st.markdown(PAPERS_TABLE, help=text)
    st.table(printed_table_3(), border="horizontal")
    if large:
        return
    with st.expander("The same measured here", icon=":material/table:"):
        for same, table in measured:
            found = finetuning_table(table)
            if len(found) > 1:
                show_table(found, TASKS.settings_of(same[0].config)["dimension"])
        show_start()


def groups(runs: Sequence[Run]) -> list[list[Run]]:
    """Group runs that differ in the settings of Table 3, seeds, sizes and the like only."""
    found: dict[str, list[Run]] = {}
    for same in TASKS.by_task(runs).values():
        settings = TASKS.settings_of(same[0].config)
        rest = {name: value for name, value in settings.items() if name not in SETTINGS}
        found.setdefault(repr(sorted(rest.items())), []).extend(same)
    return list(found.values())


def rows_of(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the rows of some runs, those of one task as if one run had measured them."""
    kinds = ([run.uid for run in same] for same in TASKS.by_task(runs).values())
    tables = [joined(table) for uids in kinds if len(table := runs_store.table(uids))]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def draw_curves(curves: pd.DataFrame) -> go.Figure:
    """Draw accuracy against n' for each number of beams, a panel for what is kept."""
    fig = scaling_figure(curves, metric=METRIC, facet="trained_on")
    fig.for_each_annotation(lambda note: note.update(text=note.text.partition(" = ")[2]))
    return fig.update_layout(title_text=headline(curves))


def headline(curves: pd.DataFrame) -> str:
    """Say what unfiltered answers are worth with the fewest and with the most beams."""
    every = curves[(curves["trained_on"] == EVERY) & curves["n_samples"].notna()]
    means = every.pivot_table(index="n_samples", columns="verifier", values="value")
    beams = sorted(
        (name for name in means if name.startswith("beam")),
        key=lambda name: split_label(name)[1]["k"],
    )
    common = means[beams].dropna() if beams else means
    if common.empty:
        return f"Training on the best of a beam: {METRIC}"
    low, high = (common[name].iloc[-1] for name in (beams[0], beams[-1]))
    least, most = (f"{split_label(name)[1]['k']:g}" for name in (beams[0], beams[-1]))
    return (
        f"Trained on {size_text(common.index[-1])} best of {most} beams: {percent(high)}; best of "
        f"{least}: {percent(low)} (all answers kept)"
    )


def widths(curves: pd.DataFrame) -> int:
    """Count the numbers of beams that are compared."""
    return int(curves.loc[curves["verifier"].str.startswith("beam"), "verifier"].nunique())


def show_curves(key: str, runs: Sequence[Run], curves: pd.DataFrame, large: bool) -> None:
    """Draw the curves with their source."""
    fig = draw_curves(curves)
    show_figure(fig, key, seeing=SEEING, table=curves, runs=runs, large=large)


def show_table(found: pd.DataFrame, dimension: int) -> None:
    """Write our cells in the paper's form: a row a kind of data, a column a start."""
    size, seeds = found["n_samples"].iloc[0], found["n_seeds"]
    same = found["n_samples"].nunique() == 1
    counted = f"{seeds.min()} to {seeds.max()}" if seeds.nunique() > 1 else f"{seeds.max()}"
    at = f"n' = {size:,.0f}" if same else "each at its largest n'"
    st.markdown(
        f"**Measured here**, {dimension} × {dimension}, {at}, seeds: {counted}; the mean, and the "
        "smallest to largest value"
    )
    models = found.drop_duplicates("model").set_index("model")["before"].sort_index()
    cells = found.assign(
        text=[
            f"{cell(row.after)} ({cell(row.low)} to {cell(row.high)})" if row.n_seeds > 1
            else cell(row.after)
            for row in found.itertuples()
        ]
    )  # fmt: skip
    wide = cells.pivot(index="data", columns="model", values="text").fillna("–")
    wide = wide.loc[sorted(wide.index, key=order_of_data)]
    wide.columns = [
        name if pd.isna(models[name]) else f"{name}, {cell(models[name])} % before"
        for name in wide.columns
    ]
    st.table(wide.rename_axis("Data"), border="horizontal")


def order_of_data(data: str) -> tuple[bool, int, str]:
    """Order kinds of data as the paper does: rejection first, then the widest beam."""
    digits = "".join(filter(str.isdigit, data))
    return data != "rejection", -int(digits or 0), data


def printed_table_3() -> pd.DataFrame:
    """Return the paper's Table 3 with its header."""
    start = paper.TABLE_3_START
    names = [
        f"{model}, {start[model]:g} % before" if model in start else "from scratch"
        for model in paper.TABLE_3_MODELS
    ]
    return pd.DataFrame(
        {name: [f"{row[index]:.1f}" for row in paper.TABLE_3.values()]
         for index, name in enumerate(names)},
        index=pd.Index(list(paper.TABLE_3), name="Data"),
    )  # fmt: skip


def better_than_scratch(model: str) -> int:
    """Count the rows of the paper's Table 3 in which a start beats training from scratch."""
    place, last = paper.TABLE_3_MODELS.index(model), len(paper.TABLE_3_MODELS) - 1
    return sum(row[place] > row[last] for row in paper.TABLE_3.values())
