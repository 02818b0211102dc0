"""What the Gaussian page shows: Figure 3, p* against the outcome, the paper's claims."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui import state
from pages.ui import store as runs_store
from pages.ui.export import show_figure
from pages.ui.gaussian_form import PAGE
from synverify_core.figures.claims import Claim, paper_claims
from synverify_core.figures.curves import metric_name
from synverify_core.figures.pstar import pstar_bars, pstar_scatter
from synverify_core.figures.scaling import scaling_figure
from synverify_core.runs.record import Run

FACET = "n_original"
MARKS = {
    "holds": (":material/check_circle:", "green"),
    "in part": (":material/contrast:", "orange"),
    "not here": (":material/cancel:", "red"),
    "too little data": (":material/hourglass_empty:", "gray"),
}
SEEING_CURVES = (
    "Each curve is a downstream model trained on n' samples that one verifier kept, out of a pool "
    "that the generator labelled. A curve that keeps falling still learns from synthesized data; "
    "a flat one has learned the generator's and the verifier's mistakes. Dashed grey: the "
    "generator itself. *clean*: the same samples with true labels. Relative error is "
    "1 - accuracy / Bayes accuracy."
)
SEEING_BARS = (
    "p* = 1/(1 + ψ/φ), measured on the pool before any retraining: the largest error rate of the "
    "generator that this verifier can put right in the limit of infinite data. Random selection "
    "has 1/2."
)
SEEING_SCATTER = (
    "One marker for each verifier and N₀. If p* predicts what retraining brings, the markers fall "
    "or rise in order. The interval is a 95 % bootstrap over the markers; markers that share a "
    "generator are not independent of each other, so it is rather too narrow."
)


def by_n_original(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with the smallest N0 first; runs of the same N0 keep their order."""
    return sorted(runs, key=lambda run: run.config.model_dump()[FACET])


def default_runs(runs: Sequence[Run]) -> list[Run]:
    """Return what a first visit sees: the shipped records, else the newest own run for each N0."""
    shipped = [run for run in runs if run.reference]
    if shipped:
        return shipped
    newest: dict[int, Run] = {}
    for run in runs:
        if run.record is not None:
            newest.setdefault(run.config.model_dump()[FACET], run)
    return list(newest.values())


def choose_runs(runs: Sequence[Run], chosen: Sequence[str]) -> list[Run]:
    """Let the viewer choose which runs are drawn; the choice is in the address."""
    known = {run.uid: run for run in runs}
    missing = [uid for uid in chosen if uid not in known]
    for uid in missing:
        st.warning(f"The run `{uid}` in the address is not here (deleted or archived).")
    present = [uid for uid in chosen if uid in known]
    drawn = present or [run.uid for run in default_runs(runs)]
    drawn = [uid for uid in known if uid in drawn]
    st.session_state["gaussian-drawn"] = drawn
    st.multiselect(
        "Runs drawn",
        list(known),
        format_func=lambda uid: run_label(known[uid]),
        key="gaussian-drawn",
        on_change=take_choice,
        help="Your own runs and the shipped records, drawn over each other. Empty: the default.",
        placeholder="the shipped records",
    )
    return [known[uid] for uid in drawn]


def take_choice() -> None:
    """Keep the chosen runs in the address."""
    state.change(PAGE, {"runs": tuple(st.session_state["gaussian-drawn"])})


def run_label(run: Run) -> str:
    """Return a run's name, or its N0 and the hash of its settings, with where it comes from."""
    source = "shipped" if run.reference else run.status.value
    if run.name:
        return f"{run.name} ({source})"
    n_original = run.config.model_dump()[FACET]
    return f"N₀ = {n_original}, {run.uid.rpartition('-')[2]} ({source})"


def choose_metric(table: pd.DataFrame, metric: str) -> str:
    """Let the viewer choose the metric; one that is not measured is refused with a message."""
    metrics = [str(name) for name in table["metric"].dropna().unique()]
    if metrics and metric not in metrics:
        st.warning(f"`metric = {metric}` is not measured here; metrics: {', '.join(metrics)}.")
        metric = "relative_error" if "relative_error" in metrics else metrics[0]
    st.session_state["gaussian-metric"] = metric
    st.segmented_control(
        "Metric",
        sorted(metrics, reverse=True),
        key="gaussian-metric",
        format_func=lambda name: name.replace("_", " ").capitalize(),
        help=metric_name(metric),
        required=True,
        on_change=lambda: state.change(PAGE, {"metric": st.session_state["gaussian-metric"]}),
    )
    return metric


def show_story(table: pd.DataFrame, runs: Sequence[Run], metric: str, large: bool) -> None:
    """Draw Figure 3 and what follows from it."""
    several = table.groupby(FACET)["uid"].nunique().max() > 1
    uids = [run.uid for run in runs]
    group = "run" if several else "verifier"
    show_figure(
        runs_store.figure(uids, scaling_figure, table, metric=metric, facet=FACET, group_by=group),
        "gaussian-scaling",
        seeing=SEEING_CURVES,
        table=table[table["metric"] == metric],
        runs=runs,
        large=large,
    )
    show_figure(
        runs_store.figure(uids, pstar_bars, table, facet=FACET),
        "gaussian-pstar",
        seeing=SEEING_BARS,
        table=table,
        runs=runs,
        large=large,
    )
    st.subheader("What these runs say to the paper's observations", anchor=False)
    show_claims(paper_claims(table))
    show_figure(
        runs_store.figure(uids, pstar_scatter, table, metric=metric, by=(FACET,)),
        "gaussian-rank",
        seeing=SEEING_SCATTER,
        table=table[table["metric"] == metric],
        runs=runs,
        large=large,
    )


def show_claims(claims: Sequence[Claim]) -> None:
    """Set the paper's sentences beside what was found, with a verdict computed from the rows."""
    for column, claim in zip(st.columns(len(claims)), claims, strict=True):
        icon, colour = MARKS[claim.verdict]
        with column.container(border=True, height="stretch"):
            st.badge(claim.verdict, icon=icon, color=colour)
            st.markdown(f"**{claim.paper}**")
            st.markdown(claim.found.replace("~", "\\~"))


def show_empty() -> None:
    """Say what to do where there is nothing to draw yet."""
    st.info(
        "No run has been computed yet. Choose the preset **smoke** at the left and press "
        "**Start**: its curves appear here within seconds. **quick** computes the whole of "
        "Figure 3.",
        icon=":material/play_circle:",
    )


def panels_for(runs: Sequence[Run], drawn: Sequence[Run]) -> list[Run]:
    """Return runs that want attention: active ones, and drawn ones that ended early."""
    active = [run for run in runs if run.status.active]
    ended = [run for run in drawn if run.resumable]
    known = {run.uid: run for run in [*active, *ended]}
    return sorted(by_n_original(list(known.values())), key=lambda run: not run.status.active)


def rows_of(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the rows of the drawn runs that have any."""
    return runs_store.table([run.uid for run in runs])
