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
from synverify_core.experiments.row import of_selection
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run
from synverify_core.stats.names import BASELINES
from synverify_core.stats.tables import ROW_COLUMNS

SEEING = (
    "Colour is the verifier, on every page. Dash and marker tell the groups apart. A line is the "
    "mean over all seeds of all selected runs in its group, and its band spans them; where runs "
    "of one group differ in other settings too, the line under the title says in which."
)
METRIC_HELP = "What is measured on the vertical axis."
GROUP_HELP = "Curves are told apart by this column; settings that differ come first."
PANELS_HELP = "One panel side by side for each value of this column."


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
    measured = table["metric"].dropna().unique() if len(table) else ()
    metrics = [name for name in map(str, measured) if not of_selection(name)]
    if not metrics:
        st.info("The selected runs have no rows yet.", icon=":material/hourglass_empty:")
        return
    options, start = groupings(table)
    asked = {
        "metric": ("Metric", metrics, primary(runs, metrics), METRIC_HELP),
        "group": ("Group by", options, start, GROUP_HELP),
        "facet": ("Panels", ["", *options], "", PANELS_HELP),
    }
    columns = st.columns([0.22, 0.22, 0.22, 0.34])
    chosen = {}
    for column, name in zip(columns, asked, strict=False):
        label, known, default, explained = asked[name]
        chosen[name] = available(name, view[name], known, default)
        column.selectbox(
            label,
            known,
            format_func=lambda one: one or "one panel",
            help=explained,
            **state.bind(PAGE, name, chosen[name]),
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
            metric=chosen["metric"],
            group_by=chosen["group"],
            facet=chosen["facet"] or None,
        ),
        "runs-comparison",
        seeing=SEEING,
        table=shown[shown["metric"] == chosen["metric"]],
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
