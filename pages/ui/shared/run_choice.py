"""What every experiment's page lets its viewer choose: which runs are drawn, which metric."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from synverify_core.figures.curves import metric_name
from synverify_core.runs.record import Run


def choose_runs(
    page: str,
    runs: Sequence[Run],
    chosen: Sequence[str],
    *,
    default: Sequence[Run],
    label: Callable[[Run], str],
    placeholder: str,
) -> list[Run]:
    """Let the viewer choose which runs are drawn; the choice is in the page's address.

    `chosen` are the uids that the address asks for; where none of them is among `runs`, the
    `default` is drawn.
    """
    known = {run.uid: run for run in runs}
    for uid in chosen:
        if uid not in known:
            st.warning(f"The run `{uid}` in the address is not here (deleted or archived).")
    present = [uid for uid in chosen if uid in known]
    drawn = present or [run.uid for run in default]
    drawn = [uid for uid in known if uid in drawn]
    key = f"{page}-drawn"
    st.session_state[key] = drawn
    st.multiselect(
        "Runs drawn",
        list(known),
        format_func=lambda uid: label(known[uid]),
        key=key,
        on_change=_take_runs,
        args=(page,),
        help="Your own runs and the shipped records, drawn over each other. Empty: the default.",
        placeholder=placeholder,
    )
    return [known[uid] for uid in drawn]


def _take_runs(page: str) -> None:
    state.change(page, {"runs": tuple(st.session_state[f"{page}-drawn"])})


def source_text(run: Run) -> str:
    """Say whether a run was shipped, else how it stands."""
    return "shipped" if run.reference else run.status.value


def choose_metric(
    page: str,
    metrics: Sequence[str],
    metric: str,
    *,
    default: str,
    label: str = "Metric",
    name: Callable[[str], str] = lambda metric: metric.replace("_", " ").capitalize(),
) -> str:
    """Let the viewer choose the metric; one that is not measured is refused with a message.

    An empty `metric` asks for the default.
    """
    fallback = default if default in metrics else metrics[0]
    if metric and metric not in metrics:
        st.warning(f"`metric = {metric}` is not measured here; metrics: {', '.join(metrics)}.")
    metric = metric if metric in metrics else fallback
    key = f"{page}-metric"
    st.session_state[key] = metric
    st.segmented_control(
        label,
        metrics,
        key=key,
        format_func=name,
        help=metric_name(metric),
        required=True,
        on_change=_take_metric,
        args=(page,),
    )
    return metric


def _take_metric(page: str) -> None:
    state.change(page, {"metric": st.session_state[f"{page}-metric"]})


def panels_for(runs: Sequence[Run], drawn: Sequence[Run]) -> list[Run]:
    """Return runs that want attention: active ones first, and drawn ones that ended early."""
    active = [run for run in runs if run.status.active]
    ended = [run for run in drawn if run.resumable]
    known = {run.uid: run for run in [*active, *ended]}
    return sorted(known.values(), key=lambda run: not run.status.active)


def rows_of(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the rows of the drawn runs that have any."""
    return runs_store.table([run.uid for run in runs])


def show_empty(what_to_do: str) -> None:
    """Say what to do where there is nothing to draw yet."""
    st.info(f"No run has been computed yet. {what_to_do}", icon=":material/play_circle:")
