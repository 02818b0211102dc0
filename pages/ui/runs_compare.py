"""Any set of runs as scaling curves, grouped by any setting."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui import store as runs_store
from pages.ui.export import show_figure
from pages.ui.runs_table import keep
from synverify_core.experiments import registry
from synverify_core.experiments.row import INTERVAL
from synverify_core.figures.curves import ROW_COLUMNS
from synverify_core.figures.scaling import scaling_figure
from synverify_core.figures.words import BASELINES
from synverify_core.runs.record import Run

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


def checked(name: str, value: str, options: Sequence[str], default: str) -> str:
    """Return the value if it is an option; else say so and return the default."""
    if value in options:
        return value
    if value:
        st.warning(
            f"`{name} = {value}` is not available for these runs; shown instead: "
            f"{default or 'nothing'}. There is: {', '.join(filter(None, options))}."
        )
    return default


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
    metric = checked("metric", view["metric"], metrics, primary(runs, metrics))
    group = checked("group", view["group"], options, start)
    facet = checked("facet", view["facet"], ["", *options], "")
    for name, value in (("metric", metric), ("group", group), ("facet", facet)):
        st.session_state[f"runs-{name}"] = value
    verifiers = choices(metrics, options, table)
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


def choices(metrics: Sequence[str], options: Sequence[str], table: pd.DataFrame) -> list[str]:
    """Draw the choices over the figure and return the verifiers to draw (none: all)."""
    columns = st.columns([0.22, 0.22, 0.22, 0.34])
    columns[0].selectbox(
        "Metric", metrics, key="runs-metric", on_change=keep, args=("metric",),
        help="What is measured on the vertical axis.",
    )  # fmt: skip
    columns[1].selectbox(
        "Group by", options, key="runs-group", on_change=keep, args=("group",),
        help="Curves are told apart by this column; settings that differ come first.",
    )  # fmt: skip
    columns[2].selectbox(
        "Panels", ["", *options], key="runs-facet", on_change=keep, args=("facet",),
        format_func=lambda name: name or "one panel",
        help="One panel side by side for each value of this column.",
    )  # fmt: skip
    named = sorted(set(table["verifier"]) - set(BASELINES))
    baselines = [name for name in BASELINES if name in set(table["verifier"])]
    return columns[3].multiselect(
        "Verifiers", [*named, *baselines], key="runs-verifiers", placeholder="all",
        help="Draw these only; empty for all.",
    )  # fmt: skip


def show_nothing_selected() -> None:
    """Say how to compare."""
    st.info(
        "Select runs with the boxes at the left of the table: they are drawn here as scaling "
        "curves, and their settings are compared.",
        icon=":material/check_box:",
    )
