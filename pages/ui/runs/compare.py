"""Any set of runs as scaling curves: one figure for each experiment, grouped by any setting."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.runs.actions import differences
from pages.ui.runs.address import PAGE, choice
from pages.ui.runs.left_out import left_out
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import available
from pages.ui.shared.export import show_figure
from pages.ui.shared.outside import plain
from synverify_core.experiments import registry
from synverify_core.experiments.described import DESCRIBED
from synverify_core.experiments.row import of_selection
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run
from synverify_core.stats.names import BASELINES
from synverify_core.stats.tables import POINT, ROW_COLUMNS, ready

SEEING = (
    "Colour is the verifier, on every page. Dash and marker tell the groups apart. A line is the "
    "mean over all seeds of all selected runs in its group, and its band spans them; where runs "
    "of one group differ in other settings too, the line under the title says in which."
)
MOST_CURVES, MOST_PANELS = 10, 4
METRIC_HELP = "What is measured on the vertical axis."
GROUP_HELP = (
    "Curves are told apart by this column; settings that differ come first. `run` takes all seeds "
    "of the same settings together."
)
ONE_PANEL = "one panel"
PANELS_HELP = "One panel side by side for each value of this column."


class Groupings(NamedTuple):
    """The columns that curves can be grouped by, and what a figure starts with."""

    columns: list[str]
    group: str
    facet: str


def groupings(table: pd.DataFrame) -> Groupings:
    """Return the columns to group by, settings that differ first, and the ones to start with.

    Runs that differ in one setting are told apart by it, in several by run: by dash and marker, or
    in panels where that would be too many curves for one.
    """
    skip = (*ROW_COLUMNS, *DESCRIBED, "run", "verifiers", "sizes", "selection_rates", "n_seeds")
    settings = [name for name in table.columns if name not in skip]
    varied = [name for name in settings if table[name].map(str).nunique() > 1]
    rest = [name for name in settings if name not in varied]
    columns = ["verifier", "run", *varied, "selection_rate", "seed", *rest]
    runs = table["run"].nunique()
    if runs < 2:
        return Groupings(columns, "verifier", "")
    apart = varied[0] if len(varied) == 1 else "run"
    curves = table.loc[~table["verifier"].isin(BASELINES), ["run", "verifier"]]
    crowded = len(curves.drop_duplicates()) > MOST_CURVES
    if crowded and runs <= MOST_PANELS:
        return Groupings(columns, "verifier", apart)
    return Groupings(columns, apart, "")


def primary(experiment: str, metrics: Sequence[str]) -> str:
    """Return the metric that is drawn unless another is asked for."""
    wanted = registry.get(experiment).primary_metric
    return wanted if wanted in metrics else metrics[0]


def compare(runs: Sequence[Run], view: Mapping[str, Any]) -> None:
    """Draw the selected runs as scaling curves, one figure for each experiment."""
    experiments = list(dict.fromkeys(run.experiment for run in runs))
    for name in experiments:
        mine = [run for run in runs if run.experiment == name]
        if len(experiments) > 1:
            st.subheader(registry.get(name).title, anchor=False)
        _one(name, mine, view)
        differences(mine)


def _one(experiment: str, runs: Sequence[Run], view: Mapping[str, Any]) -> None:
    """Draw the runs of one experiment, with the choice of metric, group and panels."""
    table = once(runs_store.table([run.uid for run in runs]))
    measured = table["metric"].dropna().unique() if len(table) else ()
    metrics = [name for name in map(str, measured) if not of_selection(name)]
    if not metrics:
        st.info("The selected runs have no rows yet.", icon=":material/hourglass_empty:")
        return
    if view["presentation"]:  # in front of a class the figure comes first
        figure, controls = st.container(), st.expander("Draw otherwise", icon=":material/tune:")
    else:
        controls, figure = st.container(), st.container()
    with controls:
        metric, group, facet, verifiers = _choices(experiment, table, metrics, view)
    shown = only(table, verifiers)
    with figure:
        _figure(experiment, runs, table, shown, view, metric=metric, group_by=group, facet=facet)


def _figure(
    experiment: str,
    runs: Sequence[Run],
    table: pd.DataFrame,
    shown: pd.DataFrame,
    view: Mapping[str, Any],
    *,
    metric: str,
    group_by: str,
    facet: str,
) -> None:
    """Draw what is shown of a table, and say before what of the runs is not."""
    for sentence in left_out(shown, metric, runs):
        st.caption(f":material/info: {plain(sentence)}")
    if not (ready(shown)["metric"] == metric).any():
        return
    show_figure(
        runs_store.figure(
            [run.uid for run in runs],
            draw_verifiers,
            table,
            verifiers=tuple(sorted(set(shown["verifier"]))),
            metric=metric,
            group_by=group_by,
            facet=facet or None,
        ),
        f"runs-comparison-{experiment}",
        seeing=SEEING,
        table=shown[shown["metric"] == metric],
        runs=runs,
        large=view["presentation"],
    )


def _choices(
    experiment: str, table: pd.DataFrame, metrics: Sequence[str], view: Mapping[str, Any]
) -> tuple[str, str, str, list[str]]:
    """Let the viewer choose metric, group, panels and verifiers; the address has the first three.

    Returns them in this order.
    """
    start = groupings(table)
    options = start.columns
    asked = {
        "metric": ("Metric", metrics, primary(experiment, metrics), METRIC_HELP),
        "group": ("Group by", options, start.group, GROUP_HELP),
        "facet": ("Panels", [ONE_PANEL, *options], start.facet or ONE_PANEL, PANELS_HELP),
    }
    columns = st.columns([0.22, 0.22, 0.22, 0.34])
    chosen = []
    for column, (name, (label, known, default, explained)) in zip(
        columns, asked.items(), strict=False
    ):
        parameter = choice(experiment, name)
        chosen.append(available(parameter, view[parameter], known, default))
        column.selectbox(
            label,
            known,
            help=explained,
            **state.bind(PAGE, parameter, chosen[-1]),
        )
    with columns[3]:
        verifiers = choose_verifiers(experiment, table)
    metric, group, facet = chosen
    return metric, group, "" if facet == ONE_PANEL else facet, verifiers


def once(table: pd.DataFrame) -> pd.DataFrame:
    """Return each point of a seed once: a run of one seed may repeat one of a run of several."""
    return table.drop_duplicates(["run", *POINT]) if len(table) else table


def only(table: pd.DataFrame, verifiers: Sequence[str]) -> pd.DataFrame:
    """Return the rows of some verifiers; of all where none is named."""
    return table[table["verifier"].isin(verifiers)] if verifiers else table


def draw_verifiers(table: pd.DataFrame, *, verifiers: Sequence[str], **options: Any) -> go.Figure:
    """Draw the scaling curves of some verifiers."""
    return scaling_figure(only(table, verifiers), **options)


def choose_verifiers(experiment: str, table: pd.DataFrame) -> list[str]:
    """Let the viewer choose what is drawn (none: all)."""
    there = set(table["verifier"])
    baselines = [name for name in BASELINES if name in there]
    return st.multiselect(
        "Verifiers",
        [*sorted(there - set(BASELINES)), *baselines],
        key=f"runs-verifiers-{experiment}",
        placeholder="all",
        help="Draw these only; empty for all.",
        on_change=state.keep,
    )


def show_nothing_selected() -> None:
    """Say how to compare."""
    st.info(
        "Select rows with the boxes at the left of the table: they are drawn here as scaling "
        "curves, each experiment in a figure of its own, and their settings are compared.",
        icon=":material/check_box:",
    )
