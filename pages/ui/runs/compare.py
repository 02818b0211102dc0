"""Any set of runs as scaling curves, grouped by any setting."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.runs.table import PAGE
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import available
from pages.ui.shared.export import show_figure
from synverify_core.experiments import registry
from synverify_core.experiments.row import INTERVAL
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run
from synverify_core.stats.names import BASELINES
from synverify_core.stats.tables import ROW_COLUMNS

SEEING = (
    "Colour is the verifier, on every page. Dash and marker tell the groups apart. A line is the "
    "mean over all seeds of all selected runs in its group, and its band spans them; where runs "
    "of one group differ in other settings too, the line under the title says in which."
)


def groupings(table: pd.DataFrame) -> tuple[list[str], str]:
    """Return the columns to group by, settings that differ first, and the one to start with.

    Runs that differ in one setting are grouped by it; runs that differ in several, by run.
    """
    skip = (*ROW_COLUMNS, "run", "verifiers", "sizes", "selection_rates", "n_seeds")
    settings = [name for name in table.columns if name not in skip]
    varied = [name for name in settings if table[name].map(str).nunique() > 1]
    rest = [name for name in settings if name not in varied]
    several = table["uid"].nunique() > 1
    start = varied[0] if len(varied) == 1 else "run" if several else "verifier"
    return ["verifier", "run", *varied, "selection_rate", "seed", *rest], start


def primary(runs: Sequence[Run], metrics: Sequence[str]) -> str:
    """Return the metric that is drawn unless another is asked for."""
    wanted = registry.get(runs[0].experiment).primary_metric
    return wanted if wanted in metrics else metrics[0]


def compare(runs: Sequence[Run], view: dict[str, Any]) -> None:
    """Draw the selected runs as scaling curves, with the choice of metric, group and panels."""
    table = runs_store.table([run.uid for run in runs])
    if table.empty:
        st.info("The selected runs have no rows yet.", icon=":material/hourglass_empty:")
        return
    measured = (str(name) for name in table["metric"].dropna().unique())
    metrics = [name for name in measured if name not in INTERVAL]
    options, start = groupings(table)
    metric = available("metric", view["metric"], metrics, primary(runs, metrics))
    group = available("group", view["group"], options, start)
    facet = available("facet", view["facet"], ["", *options], "")
    columns = st.columns([0.22, 0.22, 0.22, 0.34])
    columns[0].selectbox(
        "Metric",
        metrics,
        help="What is measured on the vertical axis.",
        **state.bind(PAGE, "metric", metric),
    )
    columns[1].selectbox(
        "Group by",
        options,
        help="Curves are told apart by this column; settings that differ come first.",
        **state.bind(PAGE, "group", group),
    )
    columns[2].selectbox(
        "Panels",
        ["", *options],
        format_func=lambda name: name or "one panel",
        help="One panel side by side for each value of this column.",
        **state.bind(PAGE, "facet", facet),
    )
    with columns[3]:
        verifiers = choose_verifiers(table)
    shown = only(table, verifiers)
    uids = [run.uid for run in runs]
    show_figure(
        runs_store.figure(
            uids,
            draw_verifiers,
            table,
            verifiers=tuple(verifiers),
            metric=metric,
            group_by=group,
            facet=facet or None,
        ),
        "runs-comparison",
        seeing=SEEING,
        table=shown[shown["metric"] == metric],
        runs=runs,
        large=view["presentation"],
    )


def only(table: pd.DataFrame, verifiers: Sequence[str]) -> pd.DataFrame:
    """Return the rows of some verifiers; of all where none is named."""
    return table[table["verifier"].isin(verifiers)] if verifiers else table


def draw_verifiers(table: pd.DataFrame, *, verifiers: Sequence[str], **options: Any) -> go.Figure:
    """Draw the scaling curves of some verifiers."""
    return scaling_figure(only(table, verifiers), **options)


def choose_verifiers(table: pd.DataFrame) -> list[str]:
    """Let the viewer choose what is drawn (none: all)."""
    there = set(table["verifier"])
    baselines = [name for name in BASELINES if name in there]
    return st.multiselect(
        "Verifiers",
        [*sorted(there - set(BASELINES)), *baselines],
        key="runs-verifiers",
        placeholder="all",
        help="Draw these only; empty for all.",
        on_change=state.keep,
    )


def show_nothing_selected() -> None:
    """Say how to compare."""
    st.info(
        "Select runs with the boxes at the left of the table: they are drawn here as scaling "
        "curves, and their settings are compared.",
        icon=":material/check_box:",
    )
