"""What every experiment's page lets its viewer choose: which runs are drawn, which metric."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import available
from pages.ui.shared.outside import code, plain
from synverify_core.runs.record import Run
from synverify_core.stats.names import metric_name


def choose_runs(
    page: str,
    runs: Sequence[Run],
    *,
    default: Sequence[Run],
    label: Callable[[Run], str],
    placeholder: str,
) -> list[Run]:
    """Let the viewer choose which runs are drawn; the choice is in the page's address.

    Where none of the runs that the address asks for is among `runs`, the `default` is drawn.
    """
    known = {run.uid: run for run in runs}
    chosen = state.current(page)["runs"]
    for uid in chosen:
        if uid not in known:
            st.warning(f"The run {code(uid)} in the address is not here (deleted or archived).")
    drawn = [uid for uid in chosen if uid in known] or [run.uid for run in default]
    drawn = [uid for uid in known if uid in drawn]
    st.multiselect(
        "Runs drawn",
        list(known),
        format_func=lambda uid: label(known[uid]),
        help="Your own runs and the shipped records, drawn over each other. Empty: the default.",
        placeholder=placeholder,
        **state.bind(page, "runs", drawn),
    )
    return [known[uid] for uid in drawn]


def source_text(run: Run) -> str:
    """Say whether a run was shipped, else how it stands."""
    return "shipped" if run.reference else run.status.value


def choose_metric(
    page: str,
    metrics: Sequence[str],
    *,
    default: str,
    label: str,
    name: Callable[[str], str],
) -> str:
    """Let the viewer choose the metric; one that is not measured is refused with a message."""
    fallback = default if default in metrics else metrics[0]
    metric = available("metric", state.current(page)["metric"], metrics, fallback, name)
    st.segmented_control(
        label,
        metrics,
        format_func=lambda one: plain(name(one)),
        help=plain(metric_name(metric)),
        required=True,
        **state.bind(page, "metric", metric),
    )
    return metric


def panels_for(runs: Sequence[Run], drawn: Sequence[Run]) -> list[Run]:
    """Return runs that want attention: active ones first, and drawn ones that ended early."""
    active = [run for run in runs if run.status.active]
    ended = [run for run in drawn if run.resumable]
    known = {run.uid: run for run in [*active, *ended]}
    return sorted(known.values(), key=lambda run: not run.status.active)


def rows_of(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the rows of the drawn runs that have any."""
    return runs_store.table([run.uid for run in runs])
